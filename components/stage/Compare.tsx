"use client";
/** Two runs on one time axis, aligned at their start, and what differs between them in numbers. */
import { useId, useRef } from "react";
import { formatPercent } from "@/components/marks/format";
import { numberCell, ScrollTable } from "@/components/marks/ScrollTable";
import { TableHead } from "@/components/marks/TableHead";
import { useWidth } from "@/components/marks/useWidth";
import { timeScale } from "@/components/timeline/layout";
import styles from "./Compare.module.css";
import { differencesOf, peakBytes, sharesClock } from "./differences";
import { drawFigure, showsComm } from "./drawing";
import { download } from "./export/download";
import { pictureOf, pngOf } from "./export/picture";
import { SaveMenu } from "./export/SaveMenu";
import { findingOf, settingOf } from "./headline";
import { MemoryKinds, WorkLegend } from "./Legend";
import { Lanes, PlotDrawing } from "./Plot";
import plotStyles from "./Plot.module.css";
import { viewBoxOf } from "./plotFrame";
import type { Figure } from "./state/figure";
import { useStage } from "./state/useStage";
import type { Window } from "./state/window";

export interface CompareProps {
  /** The run that was kept, and what it is called. */
  kept: Figure;
  /** Nothing to forget where the two runs are fixed. */
  onForget?(): void;
}

export function Compare({ kept, onForget }: CompareProps) {
  const current = useStage((state) => state.figure);
  const lengthMs = Math.max(kept.trace.stepMs, current.trace.stepMs);
  // Two clocks have no common axis: each run fills its own.
  const axisMs = ({ trace }: Figure) => (sharesClock(kept, current) ? lengthMs : trace.stepMs);
  return (
    <section className={styles.compare} aria-label="Two runs compared">
      <header>
        <h3 data-picture="">{headlineOf(kept, current)}</h3>
        <SaveBoth />
        {onForget && (
          <button type="button" onClick={onForget}>
            Forget the kept run
          </button>
        )}
      </header>
      <Run name="Kept" figure={kept} beside={current} lengthMs={axisMs(kept)} hasCursor={sharesClock(kept, current)} />
      <Run name="Now" figure={current} beside={kept} lengthMs={axisMs(current)} hasCursor />
      <ScrollTable label="Differences" caption="Both runs in numbers">
        <TableHead names={["Number", "Kept", "Now", "Difference", "Ratio"]} numbersFrom={1} />
        <tbody>
          {differencesOf(kept, current).map(({ name, before, after, difference, ratio }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {[before, after, difference, ratio].map((text, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a cell is its column
                <td key={i} className={numberCell}>
                  {text}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </ScrollTable>
    </section>
  );
}

/** Both runs in one picture, as they stand under each other. */
function SaveBoth() {
  const ref = useRef<HTMLDetailsElement>(null);
  const picture = () => pictureOf([...(ref.current?.closest("section")?.querySelectorAll("[data-picture]") ?? [])]);
  return (
    <SaveMenu
      placeRef={ref}
      items={[
        {
          label: "Both runs, SVG",
          save: () => download(new Blob([picture()], { type: "image/svg+xml" }), "two-runs.svg"),
        },
        { label: "Both runs, PNG", save: async () => download(await pngOf(picture()), "two-runs.png") },
      ]}
    />
  );
}

function headlineOf(kept: Figure, current: Figure): string {
  if (!sharesClock(kept, current)) return "Two runs, each with its own clock";
  const ratio = kept.trace.stepMs / current.trace.stepMs;
  const time =
    Math.abs(ratio - 1) < 0.0005
      ? "Both runs take the same time"
      : ratio > 1
        ? `Now the step takes ${formatPercent(1 - 1 / ratio)} less time`
        : `Now the step takes ${formatPercent(1 / ratio - 1)} more time`;
  const share = peakBytes(current) / peakBytes(kept);
  if (Math.abs(share - 1) < 0.0005) return `${time}, and as much memory`;
  return `${time}, and ${formatPercent(Math.abs(share - 1))} ${share < 1 ? "less" : "more"} memory`;
}

interface RunProps {
  name: string;
  figure: Figure;
  beside: Figure;
  /** Of its time axis. */
  lengthMs: number;
  /** Whether the stage's time means anything here. */
  hasCursor: boolean;
}

function Run({ name, figure, beside, lengthMs, hasCursor }: RunProps) {
  const ref = useRef<HTMLDivElement>(null);
  const widthPx = useWidth(ref);
  const patterns = useId();
  const rank = useStage((state) => Math.min(state.rank, figure.devices.length - 1));
  const show = { timeline: true, memory: true };
  const windowMs: Window = [0, lengthMs];
  const drawing = drawFigure(figure, { widthPx, windowMs, rank, comm: showsComm(figure), beside, ...show });
  return (
    <figure className={styles.run} data-picture="">
      <figcaption>
        <b>{name}:</b> {findingOf(figure)}; {settingOf(figure.scenario, [])}
      </figcaption>
      <div ref={ref} className={plotStyles.plot}>
        <PlotDrawing
          drawing={drawing}
          show={show}
          patterns={patterns}
          timeline={<Lanes drawing={drawing} patterns={patterns} />}
        />
        {hasCursor && <Cursor drawing={drawing} lengthMs={lengthMs} />}
      </div>
      <WorkLegend drawing={drawing} />
      <MemoryKinds figure={figure} rank={rank} />
    </figure>
  );
}

/** The stage's own cursor, at the same time in both. */
function Cursor({ drawing: { frame }, lengthMs }: { drawing: ReturnType<typeof drawFigure>; lengthMs: number }) {
  const cursorMs = useStage((state) => state.cursorMs);
  const xPx = frame.gutterPx + timeScale({ widthPx: frame.widthPx, windowMs: [0, lengthMs] })(cursorMs);
  return (
    <svg className={plotStyles.overlay} aria-hidden="true" viewBox={viewBoxOf(frame)} preserveAspectRatio="none">
      <g className={plotStyles.cursor}>
        <line x1={xPx} x2={xPx} y1={frame.axisPx - 4} y2={frame.heightPx} />
      </g>
    </svg>
  );
}
