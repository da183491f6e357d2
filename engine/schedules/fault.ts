/** A refusal that points at one field of a schedule's table. */
import { Refusal } from "../base/assert";

export interface CellPlace {
  rank: number;
  /** The field of the rank's row, from 0, empty ones counted. */
  position: number;
  /** The field's text; for work that is missing, what should stand at the row's end. */
  cell: string;
}

export class ScheduleRefusal extends Refusal implements CellPlace {
  readonly rank: number;
  readonly position: number;
  readonly cell: string;

  /** @param what the rest of the sentence, after the cell's place and text */
  constructor({ rank, position, cell }: CellPlace, what: string) {
    super(`rank ${rank}, position ${position}: ${[cell, what].filter(Boolean).join(" ")}`, ["schedule", "ranks"]);
    this.rank = rank;
    this.position = position;
    this.cell = cell;
  }
}
