"use client";
/** The tensors that the chosen device holds at the cursor: how large each is, who made it and who will free it. */
import { counted, type TimeFormat, timeFormat } from "@/components/marks/format";
import { numberCell, ScrollTable } from "@/components/marks/ScrollTable";
import { Swatch } from "@/components/marks/Swatch";
import { memoryFill } from "@/components/theme/palettes";
import { type TensorLife, tensorsAt } from "@/engine/account";
import { sum } from "@/engine/base/range";
import { formatBytes } from "@/engine/base/units";
import type { Trace } from "@/engine/trace";
import { momentAt } from "../stage/state/figure";
import { useStage } from "../stage/state/useStage";
import { operationName, tensorName } from "./explain";
import styles from "./TensorList.module.css";

/** The rest is summed up in a line. */
const MOST_ROWS = 80;

export function TensorList() {
  const figure = useStage((state) => state.figure);
  const rank = useStage((state) => state.rank);
  const moment = useStage((state) => momentAt(state.figure, state.cursorMs));
  const { trace, scenario } = figure;
  const time = timeFormat(scenario.costs.kind, trace.stepMs / 10);
  const atMs = figure.moments[moment];
  const tensors = tensorsAt(trace, rank, atMs);
  const rest = tensors.slice(MOST_ROWS);
  const bytesOf = (lives: readonly TensorLife[]) => formatBytes(sum(lives.map(({ bytes }) => bytes)));
  return (
    <>
      <ScrollTable
        label={`Tensors on device ${rank + 1}`}
        caption={
          <>
            Device {rank + 1} at <CursorTime time={time} />: {counted(tensors.length, "tensor")}, {bytesOf(tensors)}
          </>
        }
      >
        <thead>
          <tr>
            <th scope="col">Tensor</th>
            <th scope="col">Shape</th>
            <th scope="col" className={numberCell}>
              Bytes
            </th>
            <th scope="col">Made by</th>
            <th scope="col">Freed by</th>
          </tr>
        </thead>
        <tbody>
          {tensors.slice(0, MOST_ROWS).map((life) => (
            <tr key={`${life.buffer.name} ${life.fromMs}`}>
              <th scope="row">
                <Swatch fill={memoryFill(life.buffer.kind)} />
                {tensorName(life)}
                <span className="visually-hidden">, {life.buffer.kind}</span>
              </th>
              <td>{life.buffer.shape.join(" × ") || "one number"}</td>
              <td className={numberCell}>{formatBytes(life.bytes)}</td>
              <td>
                <Jump trace={trace} life={life} index={life.madeBy} atMs={life.fromMs} otherwise="before the step" />
              </td>
              <td>
                <Jump trace={trace} life={life} index={life.freedBy} atMs={life.toMs} otherwise="kept" />
              </td>
            </tr>
          ))}
        </tbody>
      </ScrollTable>
      {rest.length > 0 && (
        <p className={styles.rest}>
          And {rest.length} smaller ones, {bytesOf(rest)} in all.
        </p>
      )}
    </>
  );
}

/** The only part that follows the cursor between one operation's start and the next. */
function CursorTime({ time }: { time: TimeFormat }) {
  return time.text(useStage((state) => state.cursorMs));
}

interface JumpProps {
  trace: Trace;
  life: TensorLife;
  index: number | null;
  atMs: number;
  otherwise: string;
}

/** To the moment of an instruction. */
function Jump({ trace, life, index, atMs, otherwise }: JumpProps) {
  const setCursor = useStage((state) => state.setCursor);
  if (index === null) return <span className={styles.none}>{otherwise}</span>;
  const instruction = trace.program.ranks[life.rank].instructions[index];
  return (
    <button type="button" className={styles.jump} onClick={() => setCursor(atMs)}>
      {operationName(instruction)}
    </button>
  );
}
