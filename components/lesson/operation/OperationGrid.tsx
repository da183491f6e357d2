/** The cells of an operation at one round, its messages, and the same as a table. */
import { useId } from "react";
import { counted, listed } from "@/components/marks/format";
import { TableHead } from "@/components/marks/TableHead";
import styles from "../Operation.module.css";
import type { Pass } from "./example";
import { layoutOperation, type OperationCell, type OperationMarks, WIDTH_PX } from "./layout";
import { chunksInBytes, signed } from "./words";

/** Below this a column's head has room for its number alone, and the word stands before the row. */
const WORD_PX = 48;
const BAR_PX = 4;

export interface OperationGridProps {
  pass: Pass;
  /** How many rounds are done. */
  round: number;
}

export function OperationGrid({ pass, round }: OperationGridProps) {
  const head = `${useId()}-head`;
  const marks = layoutOperation(pass, round);
  const { cells, arrows, rows, columns, cellWidthPx, heightPx } = marks;
  const isNarrow = cellWidthPx < WORD_PX;
  return (
    <>
      <svg
        aria-hidden="true"
        className={styles.grid}
        data-crossed={pass.transfers.some(({ chunk, into }) => chunk !== into)}
        viewBox={`0 0 ${WIDTH_PX} ${heightPx}`}
      >
        <marker id={head} viewBox="0 0 8 8" refX="6.5" refY="4" markerWidth="6" markerHeight="6" orient="auto">
          <path d="M0,0.5L7,4L0,7.5Z" fill="var(--accent)" />
        </marker>
        {isNarrow && (
          <text x={0} y={12} className={styles.chunk} style={{ textAnchor: "start" }}>
            chunk
          </text>
        )}
        {columns.map(({ chunk, xPx }) => (
          <text key={chunk} x={xPx} y={12} className={styles.chunk}>
            {isNarrow ? chunk + 1 : `chunk ${chunk + 1}`}
          </text>
        ))}
        {rows.map(({ position, yPx }) => (
          <g key={position}>
            <text x={0} y={yPx - 7} className={styles.device}>
              Device {position + 1}
            </text>
            <text x={0} y={yPx + 10} className={styles.sent}>
              sent {chunksInBytes(pass.sent[round][position])}
            </text>
          </g>
        ))}
        {cells.map((cell) => (
          <CellBox key={`${cell.position} ${cell.chunk}`} cell={cell} marks={marks} numDevices={rows.length} />
        ))}
        {arrows.map(({ from, to, chunk, path }) => (
          <path key={`${from} ${to} ${chunk}`} className={styles.arrow} markerEnd={`url(#${head})`} d={path} />
        ))}
        {cells.map(({ position, chunk, xPx, yPx, value, state }) => (
          <text
            key={`${position} ${chunk}`}
            x={xPx + cellWidthPx / 2}
            y={yPx + 17}
            className={styles.value}
            data-state={state}
          >
            {value === null ? "" : signed(value)}
          </text>
        ))}
      </svg>
      <OperationTable pass={pass} round={round} cells={cells} />
    </>
  );
}

interface CellBoxProps {
  cell: OperationCell;
  marks: OperationMarks;
  numDevices: number;
}

/** A cell, with a bar for each device whose numbers are in it, in that device's place. */
function CellBox({ cell, marks: { cellWidthPx, cellHeightPx }, numDevices }: CellBoxProps) {
  const { xPx, yPx, state, sources } = cell;
  const slotPx = (cellWidthPx - 8) / numDevices;
  return (
    <g data-state={state} className={styles.cell}>
      <rect x={xPx} y={yPx} width={cellWidthPx} height={cellHeightPx} rx={3} />
      {sources.map((position) => (
        <rect
          key={position}
          x={xPx + 4 + position * slotPx}
          y={yPx + cellHeightPx - BAR_PX - 4}
          width={slotPx - Math.min(2, slotPx / 4)}
          height={BAR_PX}
          className={styles.source}
        />
      ))}
    </g>
  );
}

interface OperationTableProps extends OperationGridProps {
  cells: readonly OperationCell[];
}

function OperationTable({ pass, round, cells }: OperationTableProps) {
  const devices = pass.sent[round].map((_, position) => position);
  const latest = pass.transfers.filter((transfer) => transfer.round === round - 1);
  return (
    <div className="visually-hidden">
      {latest.length > 0 && (
        <ul aria-label={`Messages of round ${round}`}>
          {latest.map(({ from, to, chunk, into, adds }) => (
            <li key={`${from} ${to} ${chunk}`}>
              Device {from + 1} sends chunk {chunk + 1} to device {to + 1}
              {adds ? ", which adds it to its own" : into === chunk ? "" : `, where it is chunk ${into + 1}`}.
            </li>
          ))}
        </ul>
      )}
      <table>
        <caption>
          {pass.name}, {round === 0 ? "before the first message" : `after ${counted(round, "round")}`}
        </caption>
        <TableHead names={["Device", ...devices.map((chunk) => `Chunk ${chunk + 1}`), "Sent so far"]} />
        <tbody>
          {devices.map((position) => (
            <tr key={position}>
              <th scope="row">Device {position + 1}</th>
              {cells
                .filter((cell) => cell.position === position)
                .map((cell) => (
                  <td key={cell.chunk}>{said(cell)}</td>
                ))}
              <td>{chunksInBytes(pass.sent[round][position])}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function said({ value, sources, state }: OperationCell): string {
  if (value === null) return "nothing";
  const devices = `${sources.length === 1 ? "device" : "devices"} ${listed(sources.map((position) => position + 1))}`;
  return `${signed(value)}, from ${devices}${state === "left" ? ", left over" : ""}`;
}
