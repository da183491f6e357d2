/** How much faster the devices are together than one of them would be. */
import type { Scenario } from "@/engine/scenario";
import { buildFigure, type Figure } from "../../stage/state/figure";
import { define } from "./value";

export const SPEED_VALUES = define({
  oneDeviceMs: {
    means: "step time of one device with the whole batch, simulated",
    unit: "ms",
    read: ({ figure }) => oneDeviceMs(figure),
  },
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

const speedUp = (figure: Figure): number => oneDeviceMs(figure) / figure.trace.stepMs;

const known = new WeakMap<Figure, number>();

/** The same training on one device of the machine, whether it would fit there or not; simulated once for each figure. */
function oneDeviceMs(figure: Figure): number {
  if (figure.devices.length === 1) return figure.trace.stepMs;
  const stepMs = known.get(figure) ?? buildFigure(onOneDevice(figure.scenario)).trace.stepMs;
  known.set(figure, stepMs);
  return stepMs;
}

function onOneDevice(scenario: Scenario): Scenario {
  const { global } = scenario.batch;
  return {
    ...scenario,
    batch: { global, micro: global },
    mesh: { dp: 1, pp: 1, tp: 1 },
    schedule: { kind: "1f1b", virtual: 1 },
    zero: 0,
    sequenceParallel: false,
  };
}
