/** What devices hold. Bytes, at their peak in a training step. */
import { sum } from "@/engine/base/range";
import { capacityOf } from "../../stage/state/figure";
import { define, deviceOf } from "./value";

export const MEMORY_VALUES = define({
  peakParameterBytes: {
    means: "most bytes of parameters held at one time on one device",
    unit: "bytes",
    read: ({ figure, rank }) => deviceOf(figure, rank).peakBytes.parameters,
  },
  peakGradientBytes: {
    means: "most bytes of gradients held at one time on one device",
    unit: "bytes",
    read: ({ figure, rank }) => deviceOf(figure, rank).peakBytes.gradients,
  },
  peakActivationBytes: {
    means: "most bytes of activations held at one time on one device",
    unit: "bytes",
    read: ({ figure, rank }) => deviceOf(figure, rank).peakBytes.activations,
  },
  peakBufferBytes: {
    means: "most bytes of buffers held at one time on one device",
    unit: "bytes",
    read: ({ figure, rank }) => deviceOf(figure, rank).peakBytes.buffers,
  },
  fullestBytes: {
    means: "peak memory of the fullest device",
    unit: "bytes",
    read: ({ figure }) => Math.max(...figure.devices.map(({ peakBytes }) => peakBytes.total)),
  },
  allPeakBytes: {
    means: "peak memory of all devices, added up",
    unit: "bytes",
    read: ({ figure }) => sum(figure.devices.map(({ peakBytes }) => peakBytes.total)),
  },
  capacityBytes: {
    means: "memory of one device of the simulated machine",
    unit: "bytes",
    read: ({ figure }) => {
      const capacity = capacityOf(figure.scenario);
      if (capacity === null) throw new Error("only the costs of a machine say how much memory a device has");
      return capacity;
    },
  },
});
