"use client";
/** The figure as a table, for screen readers. */
import { timeFormat } from "@/components/marks/format";
import { formatBytes } from "@/engine/base/units";
import { AXES } from "@/engine/mesh/mesh";
import { useStage } from "./state/useStage";

export function TableTwin() {
  const { devices, scenario, trace } = useStage((state) => state.figure);
  const time = timeFormat(scenario.costs.kind, trace.stepMs);
  return (
    <div className="visually-hidden">
      <table>
        <caption>Each device in one training step of {time.text(trace.stepMs)}</caption>
        <thead>
          <tr>
            {["Device", "Busy", "Idle", "Peak memory", "Sent"].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {devices.map(({ rank, busyMs, idleMs, peakBytes, sentBytes }) => (
            <tr key={rank}>
              <th scope="row">Device {rank + 1}</th>
              <td>{time.text(busyMs)}</td>
              <td>{time.text(idleMs)}</td>
              <td>{formatBytes(peakBytes.total)}</td>
              <td>{formatBytes(AXES.reduce((total, axis) => total + sentBytes[axis], 0))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
