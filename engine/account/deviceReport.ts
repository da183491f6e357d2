/** What one step means for each device, as the command line prints it and the page shows it. */
import { type Axis, coordsOf } from "../mesh/mesh";
import { type Traffic, trafficOf } from "../trace/sentBytes";
import type { Trace } from "../trace/trace";
import { type Busy, busyOf } from "../trace/trace";
import { account, type MemoryProfile, type Peaks, peaksOf } from "./account";

export interface DeviceReport extends Peaks, Traffic, Busy {
  rank: number;
  coords: Record<Axis, number>;
}

export function deviceReports(trace: Trace, profiles: readonly MemoryProfile[] = account(trace)): DeviceReport[] {
  const { program } = trace;
  return program.ranks.map((_, rank) => ({
    rank,
    coords: coordsOf(program.mesh, rank),
    ...peaksOf(profiles[rank] as MemoryProfile),
    ...trafficOf(program, rank),
    ...busyOf(trace, rank),
  }));
}
