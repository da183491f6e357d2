"use client";
/** The mesh as a table: each device's coordinates and groups, what it does and what it sends at the cursor. */
import { ScrollTable } from "@/components/marks/ScrollTable";
import { TableHead } from "@/components/marks/TableHead";
import { formatBytes } from "@/engine/base/units";
import { AXES, coordsOf, groupOf } from "@/engine/mesh/mesh";
import { type Message, workAt } from "@/engine/trace";
import { useStage } from "../stage/state/useStage";
import styles from "./Mesh.module.css";
import { workName } from "./sentences";

export function MeshTable({ messages, moment }: { messages: readonly Message[]; moment: number }) {
  const figure = useStage((state) => state.figure);
  const chosen = useStage((state) => state.rank);
  const selectRank = useStage((state) => state.selectRank);
  const { trace } = figure;
  const { mesh } = trace.program;
  const axes = AXES.filter((axis) => mesh[axis] > 1);
  const atMs = figure.moments[moment];
  return (
    <ScrollTable label="Ranks and groups" caption="Ranks, coordinates and groups">
      <TableHead names={["Device", "Coordinates", ...axes.map((axis) => `${axis} group`), "Does", "Sends"]} />
      <tbody>
        {trace.program.ranks.map((_, rank) => {
          const coords = coordsOf(mesh, rank);
          const own = messages.filter(({ from }) => from === rank);
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a rank is its place in the list
            <tr key={rank} aria-current={rank === chosen ? true : undefined} className={styles.row}>
              <th scope="row">
                <button type="button" onClick={() => selectRank(rank)} onFocus={() => selectRank(rank)}>
                  Device {rank + 1}
                </button>
              </th>
              <td>{axes.map((axis) => `${axis} ${coords[axis]}`).join(", ") || "none"}</td>
              {axes.map((axis) => (
                <td key={axis}>
                  {groupOf(mesh, axis, rank)
                    .map((member) => member + 1)
                    .join(", ")}
                </td>
              ))}
              <td>{workName(workAt(trace, rank, atMs))}</td>
              <td>
                {own.map(({ bytes, to, axis }) => `${formatBytes(bytes)} to ${to + 1} (${axis})`).join(", ") ||
                  "nothing"}
              </td>
            </tr>
          );
        })}
      </tbody>
    </ScrollTable>
  );
}
