/** The timeline of one device as a table, for screen readers: what it does, in order of time. */
import type { TimeFormat } from "@/components/marks/format";
import { TableHead } from "@/components/marks/TableHead";
import { inOrderOfTime, type Trace } from "@/engine/trace";
import { nameOf } from "./barName";
import { type BarSpan, barSpans } from "./spans";

/** All of a long step would drown a listener. */
export const MOST_ROWS = 60;

export function OperationTable({ trace, rank, time }: { trace: Trace; rank: number; time: TimeFormat }) {
  const all = operationsOf(trace, rank);
  const shown = all.slice(0, MOST_ROWS);
  return (
    <table>
      <caption>
        What device {rank + 1} does, in order of time.
        {all.length > shown.length ? ` The first ${shown.length} of ${all.length} operations.` : ""}
      </caption>
      <TableHead names={["Operation", "On", "Start", "End"]} />
      <tbody>
        {shown.map((bar) => (
          <tr key={bar.first}>
            <th scope="row">{nameOf(trace, bar)}</th>
            <td>{bar.stream === "comm" ? "link" : "device"}</td>
            <td>{time.within(bar.endMs - bar.startMs).text(bar.startMs)}</td>
            <td>{time.within(bar.endMs - bar.startMs).text(bar.endMs)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What the lanes of a device show when seen from afar. */
export function operationsOf(trace: Trace, rank: number): BarSpan[] {
  return inOrderOfTime([...barSpans(trace, rank, "compute", "action"), ...barSpans(trace, rank, "comm", "action")]);
}
