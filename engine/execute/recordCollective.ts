/** Looks into a collective while it runs: copies a few numbers of every chunk, and reads them when it is done. */
import { dispose, keep, slice, type Tensor1D } from "@tensorflow/tfjs-core";
import type { Chunks, Transfer } from "../collectives/ring";
import { type CollectiveRecord, RECORDED_ELEMENTS } from "./collectiveRecord";

export interface CollectiveRecorder {
  /** To be called before the first message and after each ring step. */
  note(chunks: Chunks): void;
  /** Reads what was noted, and frees it. */
  read(
    about: Pick<CollectiveRecord, "rank" | "index" | "step" | "members">,
    transfers: readonly Transfer[],
  ): Promise<CollectiveRecord>;
}

export function openRecorder(): CollectiveRecorder {
  const noted: (Tensor1D | null)[][][] = [];
  let chunkElements: number[] = [];
  return {
    note(chunks) {
      noted.push(
        chunks.map((own) =>
          chunks.map((_, chunk) => {
            const held = own[chunk];
            // Within the collective's own tidy, which would else take it.
            return held ? keep(slice(held, 0, Math.min(RECORDED_ELEMENTS, held.size))) : null;
          }),
        ),
      );
      chunkElements = chunks.map((_, chunk) => chunks.find((own) => own[chunk])?.[chunk]?.size ?? 0);
    },
    async read(about, transfers) {
      const held = await Promise.all(
        noted.map((step) => Promise.all(step.map((own) => Promise.all(own.map(readOne))))),
      );
      return {
        ...about,
        chunkElements,
        held,
        transfers: transfers.map(({ step, from, to, chunk, bytes }) => ({ step, from, to, chunk, bytes })),
      };
    },
  };
}

async function readOne(tensor: Tensor1D | null): Promise<number[] | null> {
  if (!tensor) return null;
  const values = [...(await tensor.data())];
  dispose(tensor);
  return values;
}
