/** What a stage without a time axis finds: each panel speaks of what it shows. */
import { counted } from "@/components/marks/format";
import { AXIS_NAMES } from "@/components/marks/names";
import { type OwnedParameter, ownedParameters } from "@/components/shards/ownership";
import { product } from "@/engine/base/range";
import { formatBytes } from "@/engine/base/units";
import { AXES, coordsOf } from "@/engine/mesh/mesh";
import { isCollective } from "@/engine/program";
import type { StepReport } from "@/engine/worker/protocol";
import type { Figure } from "./state/figure";
import type { View } from "./views";

/** @returns null for a view about which the run's time is the finding */
export function panelFinding(view: View, figure: Figure, steps: readonly StepReport[]): string | null {
  if (view === "training") return trainingFinding(figure, steps);
  if (view === "memory" || view === "tensors") return memoryFinding(figure);
  if (view === "mesh") return meshFinding(figure);
  if (view === "shards") return shardsFinding(figure);
  if (view === "collective") return collectiveFinding(figure);
  return null;
}

const whoOf = ({ devices }: Figure) => counted(devices.length, "device");

function trainingFinding(figure: Figure, steps: readonly StepReport[]): string {
  if (steps.length === 0) return `${whoOf(figure)}, not trained yet`;
  const { loss } = steps[steps.length - 1];
  return `${whoOf(figure)} after ${counted(steps.length, "step")}: the loss is ${loss.toFixed(4)}, and began at ${steps[0].loss.toFixed(4)}`;
}

function memoryFinding({ devices }: Figure): string {
  const peaks = devices.map(({ peakBytes }) => peakBytes.total);
  const [least, most] = [Math.min(...peaks), Math.max(...peaks)];
  if (devices.length === 1) return `One device holds ${formatBytes(most)} at its peak`;
  if (least === most) return `Each of ${devices.length} devices holds ${formatBytes(most)} at its peak`;
  const fullest = devices[peaks.indexOf(most)].rank + 1;
  return `Device ${fullest} holds most, ${formatBytes(most)} at its peak; the least that any holds is ${formatBytes(least)}`;
}

function meshFinding(figure: Figure): string {
  const { mesh } = figure.scenario;
  const cut = AXES.filter((axis) => mesh[axis] > 1);
  if (cut.length === 0) return "One device: there is nobody to talk to";
  return `${whoOf(figure)}: ${cut.map((axis) => `${mesh[axis]} ${AXIS_NAMES[axis]}`).join(" × ")} ranks`;
}

function collectiveFinding({ trace, devices }: Figure): string {
  const counts = devices.map(({ rank }) => trace.program.ranks[rank].instructions.filter(isCollective).length);
  const most = Math.max(...counts);
  if (most === 0) return devices.length === 1 ? "One device: no collective" : "No device takes part in a collective";
  return `${counted(most, "collective")} a step on ${Math.min(...counts) === most ? "each device" : "the busiest device"}`;
}

/** What one device keeps of the parameters for good: gathered copies that it soon frees do not count. */
function shardsFinding(figure: Figure): string {
  const owned = ownedParameters(figure);
  const total = owned.reduce((sum, { parameter }) => sum + product(parameter.fullShape), 0);
  const kept = figure.devices.map(({ rank }) => owned.reduce((sum, one) => sum + keptOf(one, figure, rank), 0));
  const [least, most] = [Math.min(...kept), Math.max(...kept)];
  if (least === total)
    return `${kept.length === 1 ? "The device keeps" : "Every device keeps"} all ${total} parameters`;
  if (least === most) return `Of ${total} parameters each device keeps ${most}`;
  const amount = most - least === 1 ? `${least} or ${most}` : `between ${least} and ${most}`;
  return `Of ${total} parameters each device keeps ${amount}`;
}

/** Of how many elements of a parameter a rank is an owner. */
function keptOf({ parameter, pieces, flat }: OwnedParameter, { trace }: Figure, rank: number): number {
  if (!pieces.some(({ ranks }) => ranks.includes(rank))) return 0;
  if (!flat?.kinds.includes("parameters")) return product(parameter.shape);
  const part = flat.parts[coordsOf(trace.program.mesh, rank).dp];
  return Math.max(0, Math.min(flat.range.to, part.to) - Math.max(flat.range.from, part.from));
}
