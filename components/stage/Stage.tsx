"use client";
/** The composition of views around one cursor. Draws the store of the `StageProvider` around it. */
import { Fragment, type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { timeFormat } from "@/components/marks/format";
import { OperationTable } from "@/components/timeline/OperationTable";
import { KeyHelp } from "@/components/transport/KeyHelp";
import { type KeyAction, keyAction } from "@/components/transport/keys";
import { Transport } from "@/components/transport/Transport";
import { DeviceTable } from "./DeviceTable";
import { Save } from "./export/Save";
import { findingOf, settingOf } from "./headline";
import { MemoryLegend, WorkLegend } from "./Legend";
import { Panels } from "./Panels";
import { Plot } from "./Plot";
import { Readouts } from "./Readouts";
import styles from "./Stage.module.css";
import { useStage, useStageStore } from "./state/useStage";
import { useDrawing } from "./useDrawing";
import { useIsAwake } from "./useIsAwake";
import { isPanelView, showsMoment, USUAL_VIEWS, type View } from "./views";
import { Why } from "./Why";
import { Zoom } from "./Zoom";

export interface StageProps {
  /** Which views stand on the stage, in their order: a panel that is named first stands above the plot. */
  views?: readonly View[];
  /** Says what the figure shows, instead of the finding computed from the run. */
  title?: ReactNode;
  /** Says, under the title, what shows that the figure is real. */
  proof?: ReactNode;
  /** A sentence under the figure. */
  caption?: ReactNode;
  /** Whether it says what would make a wait shorter, or a run fit. */
  advises?: boolean;
}

export function Stage({ views = USUAL_VIEWS, title, proof, caption, advises = false }: StageProps) {
  const titleId = useId();
  const ref = useRef<HTMLElement>(null);
  const { onKeyDown, showsHelp, setShowsHelp } = useStageKeys(ref);
  const timeline = views.includes("timeline");
  const memory = views.includes("memory");
  const panels = views.filter(isPanelView);
  const showsPlot = timeline || memory;
  const isPanelFirst = isPanelView(views[0]);
  // Their lists open upwards: there is room for them above a plot or a panel, not above the page.
  const controls = <Controls key="controls" moves={showsMoment(views)} onHelp={() => setShowsHelp(!showsHelp)} />;
  const plot = showsPlot && (
    <Fragment key="plot">
      <PlotAndReasons timeline={timeline} memory={memory} advises={advises} />
      <Numbers trains={views.includes("training")} />
    </Fragment>
  );
  const panel = panels.length > 0 && (
    <div key="panels" className={styles.panels}>
      <Panels views={panels} />
    </div>
  );
  return (
    <section
      ref={ref}
      className={`${styles.stage} ${isPanelFirst ? styles.panelFirst : ""}`}
      aria-labelledby={titleId}
      tabIndex={-1}
      onKeyDown={onKeyDown}
      data-stage=""
      data-awake={useIsAwake() ? "" : undefined}
    >
      <Headline id={titleId} title={title} views={views} />
      {proof && <div className={styles.proof}>{proof}</div>}
      {isPanelFirst ? [panel, controls, plot] : [plot, controls, panel]}
      {caption && <p className={styles.caption}>{caption}</p>}
      <div className="visually-hidden">
        {!views.includes("devices") && <DeviceTable />}
        {timeline && <Operations />}
      </div>
      {showsHelp && <KeyHelp onClose={() => setShowsHelp(false)} />}
    </section>
  );
}

function Headline({ id, title, views }: { id: string; title?: ReactNode; views: readonly View[] }) {
  const figure = useStage((state) => state.figure);
  const steps = useStage((state) => state.training.steps);
  return (
    <header className={styles.headline} data-headline="">
      <h2 id={id}>{title ?? findingOf(figure, views, steps)}</h2>
      <p>{settingOf(figure.scenario, steps)}</p>
    </header>
  );
}

function PlotAndReasons({ timeline, memory, advises }: { timeline: boolean; memory: boolean; advises: boolean }) {
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
          <Zoom drawing={drawing} hasBars={timeline} />
        </div>
        {memory && <MemoryLegend drawing={drawing} />}
      </div>
      <div className={styles.why}>
        <Why id={whyId} drawing={drawing} asksBytesOnly={!timeline} advises={advises} />
      </div>
    </>
  );
}

function Numbers({ trains }: { trains: boolean }) {
  const kind = useStage((state) => state.figure.scenario.costs.kind);
  const stepMs = useStage((state) => state.figure.trace.stepMs);
  return (
    <div className={styles.numbers}>
      <Readouts time={timeFormat(kind, stepMs)} trains={trains} />
    </div>
  );
}

/** What moves the cursor, where anything follows it; and what saves. */
function Controls({ moves, onHelp }: { moves: boolean; onHelp(): void }) {
  const kind = useStage((state) => state.figure.scenario.costs.kind);
  const stepMs = useStage((state) => state.figure.trace.stepMs);
  return (
    <div className={styles.transport} data-controls="">
      {moves && <Transport time={timeFormat(kind, stepMs)} fine={timeFormat(kind, stepMs / 10)} />}
      <div className={styles.extras} style={{ marginInlineStart: "auto" }}>
        <Save />
        {moves && (
          <button type="button" aria-label="Keys" title="Keys (?)" onClick={onHelp}>
            ?
          </button>
        )}
      </div>
    </div>
  );
}

/** The lanes of the chosen device in words. */
function Operations() {
  const figure = useStage((state) => state.figure);
  const rank = useStage((state) => state.rank);
  const time = timeFormat(figure.scenario.costs.kind, figure.trace.stepMs);
  return <OperationTable trace={figure.trace} rank={rank} time={time} />;
}

/** The keys of slides and clickers, wherever on the stage the focus is. */
function useStageKeys(ref: React.RefObject<HTMLElement | null>) {
  const store = useStageStore();
  const [showsHelp, setShowsHelp] = useState(false);
  const perform = (action: KeyAction) => {
    const { playing, loop, figure, setPlaying, setLoop, stepCursor, setCursor } = store.getState();
    const actions: Record<KeyAction, () => void> = {
      toggle: () => setPlaying(!playing),
      next: () => stepCursor(1),
      previous: () => stepCursor(-1),
      nextAction: () => stepCursor(1, "action"),
      previousAction: () => stepCursor(-1, "action"),
      start: () => setCursor(0),
      end: () => setCursor(figure.trace.stepMs),
      loop: () => setLoop(!loop),
      help: () => setShowsHelp((shows) => !shows),
    };
    actions[action]();
  };
  const latest = useRef(perform);
  useEffect(() => {
    latest.current = perform;
  });
  useEffect(() => {
    // On a page with one stage the keys are that stage's while nothing has the focus; a clicker's are, wherever it is.
    const onPageKey = (event: globalThis.KeyboardEvent) => {
      const isAlone = document.querySelectorAll("[data-stage]").length === 1;
      const isElsewhere = event.target !== document.body && !event.key.startsWith("Page");
      if (isElsewhere || event.defaultPrevented || !isAlone || !ref.current) return;
      const action = actionOf(event);
      if (!action) return;
      event.preventDefault();
      latest.current(action);
    };
    document.addEventListener("keydown", onPageKey);
    return () => document.removeEventListener("keydown", onPageKey);
  }, [ref]);
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const action = actionOf(event);
    if (!action) return;
    event.preventDefault();
    perform(action);
  };
  return { onKeyDown, showsHelp, setShowsHelp };
}

function actionOf(event: KeyboardEvent | globalThis.KeyboardEvent): KeyAction | null {
  const target = event.target as HTMLElement;
  return keyAction({
    key: event.key,
    shift: event.shiftKey,
    hasModifier: event.ctrlKey || event.metaKey || event.altKey,
    tag: target.tagName.toLowerCase(),
    type: target.getAttribute("type") ?? undefined,
  });
}
