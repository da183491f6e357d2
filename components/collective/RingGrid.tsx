/** The cells of a ring with what they hold, the messages of the step, and the same as a table. */
import { useId, useMemo } from "react";
import { listed } from "@/components/marks/format";
import { TableHead } from "@/components/marks/TableHead";
import { filling } from "@/components/marks/TwoSizes";
import type { CollectiveRecord } from "@/engine/execute/collectiveRecord";
import styles from "./Collective.module.css";
import type { Cell, RingMarks } from "./layout";
import { numberFormat } from "./numbers";

export interface RingGridProps {
  marks: RingMarks;
  members: readonly number[];
  record: CollectiveRecord | null;
  step: number;
}

const BAR_PX = 5;
/** Below this a column's head has room for its number alone, and the word stands before the row. */
const WORD_PX = 48;

export function RingGrid({ marks, members, record, step }: RingGridProps) {
  const head = `${useId()}-head`;
  const { cells, arrows, cellWidthPx, cellHeightPx, gutterPx, headPx, widthPx, heightPx } = marks;
  const format = useMemo(() => record && numberFormat(record), [record]);
  const numbers = (cell: Cell) =>
    (format && record?.held[step]?.[cell.position]?.[cell.chunk]?.map((value) => format.text(value))) || null;
  const isNarrow = cellWidthPx < WORD_PX;
  const slotPx = Math.max(0, (cellWidthPx - 8) / members.length);
  return (
    <>
      <svg aria-hidden="true" data-view="collective" {...filling(widthPx, heightPx)}>
        <marker id={head} viewBox="0 0 8 8" refX="6.5" refY="4" markerWidth="7" markerHeight="7" orient="auto">
          <path d="M0,0.5L7,4L0,7.5Z" fill="var(--accent)" />
        </marker>
        {members.map((rank, position) => (
          <g key={rank}>
            <text x={0} y={headPx + position * (cellHeightPx + 16) + cellHeightPx / 2} className={styles.member}>
              Device {rank + 1}
            </text>
            <text x={gutterPx + position * (cellWidthPx + 10) + cellWidthPx / 2} y={12} className={styles.chunk}>
              {isNarrow ? position + 1 : `chunk ${position + 1}`}
            </text>
          </g>
        ))}
        {isNarrow && (
          <text x={0} y={12} className={styles.chunk} style={{ textAnchor: "start" }}>
            chunk
          </text>
        )}
        {cells.map((cell) => (
          <g key={`${cell.position} ${cell.chunk}`} data-holds={cell.holds.length}>
            <rect
              x={cell.xPx}
              y={cell.yPx}
              width={cellWidthPx}
              height={cellHeightPx}
              rx={3}
              className={cell.holds.length === 0 ? styles.empty : cell.isNew ? styles.fresh : styles.cell}
            />
            {/* A mark for each member whose part is in it. */}
            {cell.holds.map((position) => (
              <rect
                key={position}
                x={cell.xPx + 4 + position * slotPx}
                y={cell.yPx + cellHeightPx - BAR_PX - 4}
                width={slotPx - Math.min(2, slotPx / 4)}
                height={BAR_PX}
                className={styles.part}
              />
            ))}
            <text x={cell.xPx + cellWidthPx / 2} y={cell.yPx + 17} className={styles.value}>
              {fitting(numbers(cell), cellWidthPx)}
            </text>
          </g>
        ))}
        {arrows.map(({ from, to, chunk, path }) => (
          <path key={`${from} ${to} ${chunk}`} className={styles.arrow} markerEnd={`url(#${head})`} d={path} />
        ))}
      </svg>
      <RingTable cells={cells} members={members} numbers={numbers} />
    </>
  );
}

/** As many numbers as there is room for. */
function fitting(values: readonly string[] | null, widthPx: number): string {
  if (!values) return "";
  for (let count = values.length; count > 0; count--) {
    const text = values.slice(0, count).join("\u2002");
    // A single number may come closer to the edges than several, which would run together with the next cell's.
    if (text.length * 6.6 + (count > 1 ? 16 : 4) <= widthPx) return text;
  }
  return "";
}

function RingTable({
  cells,
  members,
  numbers,
}: {
  cells: readonly Cell[];
  members: readonly number[];
  numbers(cell: Cell): readonly string[] | null;
}) {
  return (
    <div className="visually-hidden">
      <table>
        <caption>What each device holds of each chunk</caption>
        <TableHead names={["Device", ...members.map((_, chunk) => `Chunk ${chunk + 1}`)]} />
        <tbody>
          {members.map((rank, position) => (
            <tr key={rank}>
              <th scope="row">Device {rank + 1}</th>
              {cells
                .filter((cell) => cell.position === position)
                .map((cell) => (
                  <td key={cell.chunk}>
                    {cell.holds.length === 0
                      ? "nothing"
                      : `from ${listed(cell.holds.map((from) => members[from] + 1))}: ${numbers(cell)?.join(", ") ?? "not recorded"}`}
                  </td>
                ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
