/** The tensors that a device starts with: the scenario's initial parameters, and zeros for the optimizer. */
import { tensor, zeros } from "@tensorflow/tfjs-core";
import type { MeshShape } from "../mesh/mesh";
import { initialValues } from "../model/initialValues";
import { allParameters, type Model } from "../model/model";
import type { Device } from "./device";
import { ownValues } from "./ownValues";

/** Every rank cuts its part from the same whole tensors, so that all meshes start alike. */
export function putInitialValues(devices: readonly Device[], mesh: MeshShape, model: Model, seed: number): void {
  const whole = new Map(allParameters(model).map((parameter) => [parameter.name, initialValues(parameter, seed)]));
  for (const device of devices) {
    for (const id of device.program.resident) {
      const { name, shape } = device.program.buffers[id] as Device["program"]["buffers"][number];
      const values = ownValues(model, mesh, device.rank, device.program, name, whole);
      device.put(id, values ? tensor(values, [...shape], "float32") : zeros([...shape]));
    }
  }
}
