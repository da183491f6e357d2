/** Who holds what of each parameter: read from the rank's model and the program, whatever cut them. Pure. */
import { product, range } from "@/engine/base/range";
import { type MeshShape, rankAt } from "@/engine/mesh/mesh";
import type { Parameter } from "@/engine/model/model";
import { partitionStages } from "@/engine/model/partition";
import { type ShardRange, shardRanges } from "@/engine/model/sharding";
import { describeRankModel } from "@/engine/model/tensorParallel";
import { buildActions } from "@/engine/passes";
import { type FlatRange, flatLayout, kindsInParts, type MemoryKind, partRange } from "@/engine/program";
import type { Figure } from "../stage/state/figure";

/** One tensor-parallel part of a parameter. */
export interface Piece {
  /** The tensor-parallel coordinate of its owners. */
  part: number;
  /** All ranks that hold it: the data-parallel replicas. */
  ranks: number[];
  /** Along the cut dimension; a whole parameter has one range over all of it. */
  ranges: ShardRange[];
}

/** How a group of replicas shares out a flat tensor. */
export interface FlatShare {
  group: string;
  /** Of the flat tensor, without padding. */
  elements: number;
  /** Where this parameter lies in it. */
  range: FlatRange;
  /** The range that each data-parallel rank keeps. */
  parts: FlatRange[];
  /** What of it is shared out. */
  kinds: MemoryKind[];
}

export interface OwnedParameter {
  parameter: Parameter;
  unit: string;
  stage: number;
  /** The pipeline coordinate of its owners. */
  pp: number;
  /** One for each tensor-parallel rank where it is cut, else one. */
  pieces: Piece[];
  flat: FlatShare | null;
  /** Its gradient is a partial sum on each tensor-parallel rank. */
  partialGradient: boolean;
}

export function ownedParameters({ scenario, trace }: Figure): OwnedParameter[] {
  const { mesh, ranks } = trace.program;
  const model = describeRankModel(scenario);
  const { stageToRank } = buildActions(scenario);
  return partitionStages(model, stageToRank.length).flatMap((units, stage) => {
    const pp = stageToRank[stage];
    const rankProgram = ranks[rankAt(mesh, { pp, dp: 0, tp: 0 })];
    const sizes = new Map(units.flatMap((unit) => unit.parameters.map(({ name, shape }) => [name, product(shape)])));
    return units.flatMap((unit) =>
      unit.parameters.map((parameter): OwnedParameter => {
        const group = rankProgram.groups.find(({ parameters }) => parameters.includes(parameter.name));
        // A group may hold parameters of several stages of one rank: their sizes come from its buffers.
        const sizeOf = (name: string) => sizes.get(name) ?? bufferSize(rankProgram, name);
        return {
          parameter,
          unit: unit.name,
          stage,
          pp,
          pieces: piecesOf(parameter, mesh, pp),
          flat: group ? flatShare(group, sizeOf) : null,
          partialGradient: parameter.partialGradient,
        };

        function flatShare(of: NonNullable<typeof group>, size: (name: string) => number): FlatShare | null {
          const layout = flatLayout(of, size);
          const elements = Math.max(...[...layout.values()].map(({ to }) => to));
          const kinds = kindsInParts(rankProgram, of, elements, mesh.dp);
          if (kinds.length === 0) return null;
          return {
            group: of.name,
            elements,
            range: layout.get(parameter.name) as FlatRange,
            parts: range(mesh.dp).map((dp) => partRange(elements, dp, mesh.dp)),
            kinds,
          };
        }
      }),
    );
  });
}

function bufferSize({ buffers }: Figure["trace"]["program"]["ranks"][number], name: string): number {
  return product(buffers.find((buffer) => buffer.name === name)?.shape ?? [0]);
}

function piecesOf(parameter: Parameter, mesh: MeshShape, pp: number): Piece[] {
  const replicas = (tp: number) => range(mesh.dp).map((dp) => rankAt(mesh, { pp, dp, tp }));
  const { shard, fullShape } = parameter;
  if (!shard) {
    const ranks = range(mesh.tp)
      .flatMap(replicas)
      .sort((a, b) => a - b);
    return [{ part: 0, ranks, ranges: [{ from: 0, to: fullShape[0] ?? 1 }] }];
  }
  return range(mesh.tp).map((tp) => ({ part: tp, ranks: replicas(tp), ranges: shardRanges(parameter, tp, mesh.tp) }));
}
