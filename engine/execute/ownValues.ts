/**
 * Which values of the whole parameters a rank keeps in a buffer, and the whole parameters from what all ranks keep: the
 * cut over tp of a single parameter, and with ZeRO-3 the part along dp of a group of those, end to end.
 */
import { product, range } from "../base/range";
import { coordsOf, type MeshShape, rankAt } from "../mesh/mesh";
import { allParameters, type Model, type Parameter } from "../model/model";
import { cutShard, joinShards } from "../model/sharding";
import type { RankProgram } from "../program/program";

export type Values = ReadonlyMap<string, Float32Array>;

/**
 * What a rank keeps in one of its resident buffers.
 *
 * @param whole the whole parameters, by name
 * @returns null when the buffer holds no parameters
 */
export function ownValues(
  model: Model,
  mesh: MeshShape,
  rank: number,
  { groups, buffers }: RankProgram,
  name: string,
  whole: Values,
): Float32Array | null {
  const { tp, dp } = coordsOf(mesh, rank);
  const cut = (parameter: Parameter) => cutShard(whole.get(parameter.name) as Float32Array, parameter, tp, mesh.tp);
  const parameters = new Map(allParameters(model).map((parameter) => [parameter.name, parameter]));
  const single = parameters.get(name);
  if (single) return cut(single);
  const group = groups.find(({ keptIn }) => keptIn === name);
  if (!group) return null;
  const size = product(buffers.find((buffer) => buffer.name === name)?.shape ?? []);
  const flat = new Float32Array(size * mesh.dp);
  let end = 0;
  for (const parameter of group.parameters) {
    const values = cut(parameters.get(parameter) as Parameter);
    flat.set(values, end);
    end += values.length;
  }
  return flat.slice(dp * size, (dp + 1) * size);
}

/**
 * The whole parameters that the ranks of one pipeline coordinate keep.
 *
 * @param kept what a rank keeps, by the names of its buffers
 */
export async function joinValues(
  model: Model,
  mesh: MeshShape,
  pp: number,
  { groups }: RankProgram,
  kept: (rank: number) => Promise<Values>,
): Promise<Map<string, Float32Array>> {
  const read = (tp: number, dp: number) => kept(rankAt(mesh, { pp, tp, dp }));
  const isCut = groups.some(({ keptIn }) => keptIn !== null);
  const byTp = await Promise.all(
    range(mesh.tp).map((tp) => (isCut ? allParts(mesh, (dp) => read(tp, dp)) : read(tp, 0))),
  );
  const parameters = new Map(allParameters(model).map((parameter) => [parameter.name, parameter]));
  const all = new Map<string, Float32Array>();
  for (const group of groups) {
    let end = 0;
    for (const name of group.parameters) {
      const parameter = parameters.get(name) as Parameter;
      const start = end;
      end += product(parameter.shape);
      const own = byTp.map((values) => values.get(group.keptIn ?? name) as Float32Array);
      const parts = group.keptIn === null ? own : own.map((flat) => flat.subarray(start, end));
      all.set(name, joinShards(parts, parameter));
    }
  }
  return all;
}

/** Each buffer of all data-parallel ranks, end to end. */
async function allParts({ dp: numParts }: MeshShape, read: (dp: number) => Promise<Values>): Promise<Values> {
  const parts = await Promise.all(range(numParts).map(read));
  return new Map(
    [...(parts[0] as Values)].map(([name, { length }]) => {
      const flat = new Float32Array(length * numParts);
      parts.forEach((part, dp) => {
        flat.set(part.get(name) as Float32Array, dp * length);
      });
      return [name, flat];
    }),
  );
}
