"use client";
/** Pointing at a mark asks about it; with the focus on the plot, arrow keys do. */
import type { KeyboardEvent, PointerEvent, RefObject } from "react";
import { isMeant, laneMarks } from "@/components/timeline/marks";
import { MEMORY_KINDS } from "@/engine/program";
import type { Place } from "@/engine/trace";
import type { Drawing } from "./drawing";
import { type Pointed, pointedAt } from "./pointing";
import { useStageStore } from "./state/useStage";
import { windowAround, windowWith } from "./state/window";
import { type Direction, neighbour, subjectOf } from "./subject";
import { pointIn } from "./useGestures";

const ARROWS: Record<string, Direction> = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down" };
const ZOOM_STEP = 1.5;
const PAN_STEP = 0.2;

export function useAsking(ref: RefObject<HTMLElement | null>, drawing: Drawing) {
  const store = useStageStore();
  const { figure, timeline } = drawing;

  const under = (event: PointerEvent | React.MouseEvent): Pointed => {
    if (!ref.current) return null;
    const { xPx, yPx } = pointIn(ref.current, drawing, event);
    return pointedAt(drawing, xPx, yPx);
  };

  const pointer = {
    onPointerMove: (event: PointerEvent) => {
      // While a button is down the plot is being dragged.
      if (event.buttons > 0) return;
      const pointed = under(event);
      if (pointed || event.pointerType === "mouse") ask(pointed);
    },
    // A finger that is lifted has not stopped asking.
    onPointerLeave: (event: PointerEvent) => event.pointerType === "mouse" && ask(null),
    onClick: (event: React.MouseEvent) => {
      const pointed = under(event);
      if (!pointed) return;
      store.getState().selectRank("place" in pointed ? pointed.place.rank : pointed.bytes.rank);
      ask(pointed);
    },
    onDoubleClick: (event: React.MouseEvent) => {
      const pointed = under(event);
      if (pointed && "place" in pointed) zoomTo(pointed.place);
    },
  };

  const keys = {
    onBlur: () => ask(null),
    onKeyDown: (event: KeyboardEvent) => {
      // Shift is part of the plus on many keyboards; with anything else it is the stage's.
      if (event.ctrlKey || event.metaKey || event.altKey || (event.shiftKey && event.key !== "+")) return;
      const direction = ARROWS[event.key];
      const action = KEYS[event.key.toLowerCase()];
      if (!direction && !action) return;
      event.preventDefault();
      event.stopPropagation();
      if (direction) goTo(direction);
      else action();
    },
  };
  const { zoom, pan, setWindow } = store.getState();
  const KEYS: Record<string, () => void> = {
    "+": () => zoom(ZOOM_STEP),
    "=": () => zoom(ZOOM_STEP),
    "-": () => zoom(1 / ZOOM_STEP),
    w: () => zoom(ZOOM_STEP),
    s: () => zoom(1 / ZOOM_STEP),
    a: () => pan(-PAN_STEP),
    d: () => pan(PAN_STEP),
    "0": () => setWindow([0, figure.trace.stepMs]),
    m: askNextBytes,
    z: () => {
      const subject = subjectOf(store.getState());
      if (subject) zoomTo(subject);
    },
  };
  return { pointer, keys };

  function goTo(direction: Direction) {
    const from = subjectOf(store.getState());
    const place = neighbour(figure.trace, timeline.lanes, from, direction, timeline.detail);
    if (!place) return;
    const { selectRank, windowMs } = store.getState();
    selectRank(place.rank);
    setWindow(windowWith(windowMs, place.atMs, figure.trace.stepMs));
    ask({ place });
  }

  /** The bytes that the chosen device holds at the cursor: one kind after the other. */
  function askNextBytes() {
    const { rank, cursorMs, askedBytes, askBytes } = store.getState();
    const current = askedBytes?.rank === rank ? MEMORY_KINDS.indexOf(askedBytes.kind) : -1;
    askBytes({ rank, kind: MEMORY_KINDS[(current + 1) % MEMORY_KINDS.length], atMs: cursorMs });
  }

  /** Until what is there fills most of the window; once it does, back to the whole step. */
  function zoomTo(place: Place) {
    const mark = laneMarks(figure.trace, place, timeline.detail).find((one) => isMeant(one, place));
    if (!mark) return;
    const { windowMs } = store.getState();
    const around = windowAround(mark.startMs, mark.endMs, figure.trace.stepMs);
    const isThere = windowMs[0] === around[0] && windowMs[1] === around[1];
    setWindow(isThere ? [0, figure.trace.stepMs] : around);
  }

  function ask(pointed: Pointed) {
    const state = store.getState();
    if (pointed === null) {
      if (state.asked || state.askedBytes) state.ask(null);
    } else if ("bytes" in pointed) state.askBytes(pointed.bytes);
    else if (!samePlace(state.asked, pointed.place) || state.askedBytes) state.ask(pointed.place);
  }
}

function samePlace(a: Place | null, b: Place): boolean {
  return a !== null && a.rank === b.rank && a.stream === b.stream && a.atMs === b.atMs && a.index === b.index;
}
