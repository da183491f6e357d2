"use client";
/** The composition of views around one cursor. Draws the store of the `StageProvider` around it. */
import { type KeyboardEvent, type ReactNode, useId, useRef } from "react";
import { timeFormat } from "@/components/marks/format";
import { Training } from "@/components/training/Training";
import { keyAction } from "@/components/transport/keys";
import { Transport } from "@/components/transport/Transport";
import { findingOf, settingOf } from "./headline";
import { MemoryLegend, WorkLegend } from "./Legend";
import { Plot } from "./Plot";
import { Readouts } from "./Readouts";
import styles from "./Stage.module.css";
import { useStage, useStageStore } from "./state/useStage";
import { TableTwin } from "./TableTwin";
import { useDrawing } from "./useDrawing";
import { Why } from "./Why";
import { Zoom } from "./Zoom";

export const VIEWS = ["timeline", "memory", "training"] as const;
export type View = (typeof VIEWS)[number];

export interface StageProps {
  /** Which views stand on the stage; all of them unless said. */
  views?: readonly View[];
  /** Says what the figure shows, instead of the finding computed from the run. */
  title?: ReactNode;
  /** A sentence under the figure. */
  caption?: ReactNode;
}

export function Stage({ views = VIEWS, title, caption }: StageProps) {
  const titleId = useId();
  const onKeyDown = useStageKeys();
  const showsPlot = views.includes("timeline") || views.includes("memory");
  return (
    <section className={styles.stage} aria-labelledby={titleId} tabIndex={-1} onKeyDown={onKeyDown}>
      <Headline id={titleId} title={title} />
      {showsPlot && <PlotAndReasons timeline={views.includes("timeline")} memory={views.includes("memory")} />}
      {showsPlot && <Numbers trains={views.includes("training")} />}
      {views.includes("training") && (
        <div className={styles.training}>
          <Training />
        </div>
      )}
      {caption && <p className={styles.caption}>{caption}</p>}
      <TableTwin />
    </section>
  );
}

function Headline({ id, title }: { id: string; title?: ReactNode }) {
  const figure = useStage((state) => state.figure);
  const steps = useStage((state) => state.training.steps);
  return (
    <header className={styles.headline}>
      <h2 id={id}>{title ?? findingOf(figure)}</h2>
      <p>{settingOf(figure.scenario, steps)}</p>
    </header>
  );
}

function PlotAndReasons({ timeline, memory }: { timeline: boolean; memory: boolean }) {
  const ref = useRef<HTMLDivElement>(null);
  const whyId = useId();
  const show = { timeline, memory };
  const drawing = useDrawing(ref, show);
  return (
    <>
      <div ref={ref} className={styles.plot}>
        <Plot drawing={drawing} show={show} whyId={whyId} />
      </div>
      <div className={styles.legends}>
        <div className={styles.work}>
          {timeline && <WorkLegend drawing={drawing} />}
          <Zoom drawing={drawing} />
        </div>
        {memory && <MemoryLegend drawing={drawing} />}
      </div>
      {timeline && (
        <div className={styles.why}>
          <Why id={whyId} drawing={drawing} />
        </div>
      )}
    </>
  );
}

function Numbers({ trains }: { trains: boolean }) {
  const kind = useStage((state) => state.figure.scenario.costs.kind);
  const stepMs = useStage((state) => state.figure.trace.stepMs);
  const time = timeFormat(kind, stepMs);
  const fine = timeFormat(kind, stepMs / 10);
  return (
    <>
      <div className={styles.numbers}>
        <Readouts time={time} trains={trains} />
      </div>
      <div className={styles.transport}>
        <Transport time={time} fine={fine} />
      </div>
    </>
  );
}

/** The keys of slides and clickers, wherever on the stage the focus is. */
function useStageKeys() {
  const store = useStageStore();
  return (event: KeyboardEvent<HTMLElement>) => {
    const target = event.target as HTMLElement;
    const action = keyAction({
      key: event.key,
      hasModifier: event.ctrlKey || event.metaKey || event.altKey || event.shiftKey,
      tag: target.tagName.toLowerCase(),
      type: target.getAttribute("type") ?? undefined,
    });
    if (!action) return;
    event.preventDefault();
    const { playing, figure, setPlaying, stepCursor, setCursor } = store.getState();
    if (action === "toggle") setPlaying(!playing);
    else if (action === "next") stepCursor(1);
    else if (action === "previous") stepCursor(-1);
    else setCursor(action === "start" ? 0 : figure.trace.stepMs);
  };
}
