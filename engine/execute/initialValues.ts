/** The tensors that a device starts with: the scenario's initial parameters, and zeros for the optimizer. */
import { tensor, zeros } from "@tensorflow/tfjs-core";
import { drawUniform } from "../base/random";
import { product } from "../base/range";
import type { MeshShape } from "../mesh/mesh";
import { allParameters, type Model, type Parameter } from "../model/model";
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

/** A whole parameter's starting values, row-major; see the reference's definition of the seeds. */
export function initialValues({ name, fullShape, initial }: Parameter, seed: number): Float32Array {
  const count = product(fullShape);
  return initial.kind === "constant"
    ? new Float32Array(count).fill(initial.value)
    : drawUniform(name, seed, count, initial.bound);
}
