/** How much faster the devices are together than one of them would be. */
import { type Figure, buildFigure } from "../../stage/state/figure";
import { define } from "./value";

export const SPEED_VALUES = define({
  speedUp: {
    means: "step time of one device, over the step time here",
    unit: "times",
    read: ({ figure }) => speedUp(figure),
  },
  efficiency: {
    means: "speed-up, over the number of devices",
    unit: "share",
    read: ({ figure }) => speedUp(figure) / figure.devices.length,
  },
});

/** One device's step is simulated once for each figure. */
const oneDeviceMs = new WeakMap<Figure, number>();

function speedUp(figure: Figure): number {
  const known = oneDeviceMs.get(figure) ?? stepMsOfOne(figure);
  oneDeviceMs.set(figure, known);
  return known / figure.trace.stepMs;
}

/** The same training on one device of the machine, the whole batch at once, whether it would fit there or not. */
function stepMsOfOne({ scenario }: Figure): number {
  const { global } = scenario.batch;
  return buildFigure({
    ...scenario,
    batch: { global, micro: global },
    mesh: { dp: 1, pp: 1, tp: 1 },
    schedule: { kind: "1f1b", virtual: 1 },
    zero: 0,
    sequenceParallel: false,
  }).trace.stepMs;
}
