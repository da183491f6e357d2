"use client";
/** Each device in numbers: the figure as a table, for screen readers and for whoever wants to compare. */
import { formatPercent, timeFormat } from "@/components/marks/format";
import { numberCell, ScrollTable } from "@/components/marks/ScrollTable";
import { TableHead } from "@/components/marks/TableHead";
import { sum } from "@/engine/base/range";
import { formatBytes } from "@/engine/base/units";
import { AXES } from "@/engine/mesh/mesh";
import { useStage } from "./state/useStage";

export function DeviceTable() {
  const { devices, scenario, trace, bubble } = useStage((state) => state.figure);
  const time = timeFormat(scenario.costs.kind, trace.stepMs);
  const totalOf = (pick: (device: (typeof devices)[number]) => number) => sum(devices.map(pick));
  const sent = (device: (typeof devices)[number]) => sum(AXES.map((axis) => device.sentBytes[axis]));
  const columns = ["Device", "Busy", "Idle", "Bubble, of total", "Bubble, over ideal", "Peak memory", "Sent"];
  return (
    <ScrollTable
      label="Devices"
      caption={`Each device in one training step of ${time.text(trace.stepMs)}; the last row adds up times and bytes`}
    >
      <TableHead names={columns} numbersFrom={1} />
      <tbody>
        {devices.map((device) => (
          <tr key={device.rank}>
            <th scope="row">Device {device.rank + 1}</th>
            <td className={numberCell}>{time.text(device.busyMs)}</td>
            <td className={numberCell}>{time.text(device.idleMs)}</td>
            <td className={numberCell}>{formatPercent(share(device.idleMs, trace.stepMs))}</td>
            <td className={numberCell}>{formatPercent(share(device.idleMs, device.busyMs))}</td>
            <td className={numberCell}>{formatBytes(device.peakBytes.total)}</td>
            <td className={numberCell}>{formatBytes(sent(device))}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">All</th>
          <td className={numberCell}>{time.text(totalOf(({ busyMs }) => busyMs))}</td>
          <td className={numberCell}>{time.text(totalOf(({ idleMs }) => idleMs))}</td>
          <td className={numberCell}>{formatPercent(bubble.idleOverTotal)}</td>
          <td className={numberCell}>{formatPercent(bubble.idleOverIdeal)}</td>
          <td className={numberCell}>{formatBytes(totalOf(({ peakBytes }) => peakBytes.total))}</td>
          <td className={numberCell}>{formatBytes(totalOf(sent))}</td>
        </tr>
      </tfoot>
    </ScrollTable>
  );
}

const share = (part: number, whole: number) => (whole > 0 ? part / whole : 0);
