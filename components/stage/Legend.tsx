"use client";
/** What the marks mean; for memory together with the bytes that the chosen device holds at the cursor. */
import { Swatch, type SwatchKind } from "@/components/marks/Swatch";
import { bytesAt } from "@/components/memory/layout";
import { memoryFill, workFill } from "@/components/theme/palettes";
import { denseGroups } from "@/components/timeline/dense";
import { stagesOf } from "@/components/timeline/spans";
import { totalBytes } from "@/engine/account";
import { formatBytes } from "@/engine/base/units";
import { COLLECTIVE_KINDS, MEMORY_KINDS, type MemoryKind } from "@/engine/program";
import { microbatchesPerRank } from "@/engine/scenario";
import { idlesOf } from "@/engine/trace";
import type { Drawing } from "./drawing";
import styles from "./Legend.module.css";
import type { Figure } from "./state/figure";
import { useStage } from "./state/useStage";

const WORK_NAMES: Partial<Record<SwatchKind, string>> = {
  forward: "forward",
  recompute: "forward again (recompute)",
  backward: "backward",
  inputGrad: "input gradient (dX)",
  weightGrad: "weight gradient (dW)",
  copy: "load",
  optimizer: "optimizer step",
  collective: "message",
};

export function WorkLegend({ drawing: { figure, timeline } }: { drawing: Drawing }) {
  const groups = denseGroups(figure.trace, timeline.detail);
  const kinds = (Object.keys(WORK_NAMES) as SwatchKind[]).filter((kind) => groups.some((group) => group.kind === kind));
  const numMicrobatches = microbatchesPerRank(figure.scenario);
  const numStages = Math.max(...figure.devices.map(({ rank }) => stagesOf(figure.trace, rank).length));
  const shortened = Object.values(COLLECTIVE_KINDS).filter(({ short }) =>
    timeline.bars.some(({ label }) => label === short),
  );
  const hasIdle = figure.devices.some(({ rank }) => idlesOf(figure.trace, rank).length > 0);
  return (
    <ul className={styles.legend} aria-label="Kinds of work" data-legend="plot">
      {kinds.map((kind) => (
        <li key={kind}>
          <Swatch kind={kind} />
          {WORK_NAMES[kind]}
        </li>
      ))}
      {numMicrobatches > 1 && (
        <li>
          {[0, numMicrobatches - 1].map((microbatch) => (
            <Swatch key={microbatch} fill={workFill("forward", microbatch, numMicrobatches)} />
          ))}
          {timeline.bars.length > 0 ? "hue and number" : "hue"}: the micro-batch
        </li>
      )}
      {numStages > 1 && (
        <li>
          <Swatch kind="nextStage" />
          {numStages === 2
            ? "line on top: the device’s second stage"
            : "a line on top for each further stage of the device"}
        </li>
      )}
      {shortened.map(({ short, name }) => (
        <li key={short}>
          {short}: {name}
        </li>
      ))}
      {hasIdle && (
        <li>
          <Swatch kind="idle" />
          idle
        </li>
      )}
    </ul>
  );
}

const MEMORY_NAMES: Record<MemoryKind, string> = {
  parameters: "parameters",
  gradients: "gradients",
  optimizer: "optimizer",
  activations: "activations",
  buffers: "buffers",
};

export function MemoryLegend({ drawing: { figure, memory } }: { drawing: Drawing }) {
  const rank = useStage((state) => state.rank);
  const selectRank = useStage((state) => state.selectRank);
  const { peakBytes } = figure.devices[rank];
  return (
    <div className={styles.memory} data-legend="plot">
      {figure.devices.length > 1 ? (
        <select
          aria-label="Device whose memory is read out"
          value={rank}
          onChange={({ target }) => selectRank(Number(target.value))}
        >
          {figure.devices.map((device) => (
            <option key={device.rank} value={device.rank}>
              Device {device.rank + 1}
            </option>
          ))}
        </select>
      ) : (
        <span>Device 1</span>
      )}
      <ul className={styles.legend} aria-label="Memory at the cursor">
        <li>at the cursor:</li>
        {MEMORY_KINDS.filter((kind) => peakBytes[kind] > 0).map((kind) => (
          <li key={kind}>
            <Swatch fill={memoryFill(kind)} />
            {MEMORY_NAMES[kind]} <HeldBytes rank={rank} kind={kind} />
          </li>
        ))}
        <li>
          together <HeldBytes rank={rank} kind="total" />
        </li>
        <li>
          {/* The scale of all rows: the largest peak of any device, or the capacity where that is more. */}
          height of a row <b className={styles.bytes}>{formatBytes(memory.maxBytes)}</b>
        </li>
        {memory.capacityBytes !== null && (
          <li>
            <svg className={styles.capacity} viewBox="0 0 18 2" aria-hidden="true">
              <line x1={0} x2={18} y1={1} y2={1} />
            </svg>
            capacity <b className={styles.bytes}>{formatBytes(memory.capacityBytes)}</b>
          </li>
        )}
      </ul>
    </div>
  );
}

/** The kinds of memory that a device ever holds, without bytes. */
export function MemoryKinds({ figure, rank }: { figure: Figure; rank: number }) {
  const { peakBytes } = figure.devices[rank];
  return (
    <ul className={styles.legend} aria-label="Kinds of memory">
      {MEMORY_KINDS.filter((kind) => peakBytes[kind] > 0).map((kind) => (
        <li key={kind}>
          <Swatch fill={memoryFill(kind)} />
          {MEMORY_NAMES[kind]}
        </li>
      ))}
    </ul>
  );
}

/** The only part of the legend that follows the cursor. */
function HeldBytes({ rank, kind }: { rank: number; kind: MemoryKind | "total" }) {
  const held = useStage(({ figure, cursorMs }) => {
    const bytes = bytesAt(figure.profiles[rank], cursorMs);
    return kind === "total" ? totalBytes(bytes) : bytes[kind];
  });
  return <output className={styles.bytes}>{formatBytes(held)}</output>;
}
