/** Places a trace as lanes of bars: a pair of lanes a device, compute above comm. Pure: no colours, no clock. */
import { scaleLinear } from "d3";
import { COLLECTIVE_KINDS, isCollective, type Stream } from "@/engine/program";
import { countWithin, idlesOf, stretchesWithin, type Trace } from "@/engine/trace";
import { type BarSpan, barSpans, commName, type Detail, stagesOf } from "./spans";

/** All lengths in px; y counts from the top of the first device's row. */
export interface TimelineFrame {
  widthPx: number;
  windowMs: readonly [number, number];
  /** From one device's row to the next. */
  rowHeightPx: number;
  laneHeightPx: number;
  /** Of the comm lane; 0 leaves it out. */
  commHeightPx: number;
  laneGapPx: number;
}

export interface Box {
  xPx: number;
  yPx: number;
  widthPx: number;
  heightPx: number;
}

export interface TimelineBar extends BarSpan, Box {
  key: string;
  /** What fits of its name; may be empty. */
  label: string;
  /** Which of its device's stages it works on, from 0. */
  round: number;
}

export interface IdleMark extends Box {
  key: string;
  rank: number;
  startMs: number;
  endMs: number;
}

export interface Lane extends Box {
  rank: number;
  stream: Stream;
}

export interface TimeTick {
  atMs: number;
  xPx: number;
  label: string;
}

export interface TimelineMarks {
  lanes: Lane[];
  /** Bars and idle stretches in the window. */
  numMarks: number;
  /** Empty where there are too many to place one by one (see `dense.ts`), as are the idle stretches. */
  bars: TimelineBar[];
  idles: IdleMark[];
  ticks: TimeTick[];
  detail: Detail;
}

/** From this mean width on, single instructions can be told apart. */
const INSTRUCTION_PX = 14;
const TICK_EVERY_PX = 74;
/** A window of as many whole numbers has ticks enough. */
const LEAST_WHOLE = 6;
/** An instant is drawn this wide. */
const INSTANT_PX = 2;

/** More marks than this are not placed one by one. */
const MOST_MARKS = 5000;

export function layoutTimeline(trace: Trace, frame: TimelineFrame): TimelineMarks {
  const x = timeScale(frame);
  const detail = detailOf(trace, frame);
  const ranks = trace.program.ranks.map((_, rank) => rank);
  const streams: Stream[] = frame.commHeightPx > 0 ? ["compute", "comm"] : ["compute"];
  const lanes = ranks.flatMap((rank) =>
    streams.map((stream): Lane => ({ rank, stream, xPx: 0, widthPx: frame.widthPx, ...laneBox(frame, rank, stream) })),
  );
  const spans = lanes.map(({ rank, stream }) => barSpans(trace, rank, stream, detail));
  const idles = ranks.map((rank) => idlesOf(trace, rank));
  const numMarks = [...spans, ...idles].reduce((total, lane) => total + countWithin(lane, frame.windowMs), 0);
  const ticks = layoutTicks(frame);
  // In a window of no length nothing has a place, and in a long trace there are too many.
  if (!(frame.windowMs[1] > frame.windowMs[0]) || numMarks > MOST_MARKS)
    return { lanes, numMarks, bars: [], idles: [], ticks, detail };
  const bars = spans.flatMap((lane) =>
    stretchesWithin(lane, frame.windowMs).map((span) => placeBar(trace, span, frame, x)),
  );
  const idleMarks = idles.flatMap((lane, rank) =>
    stretchesWithin(lane, frame.windowMs).map(({ startMs, endMs }): IdleMark => {
      const box = { xPx: x(startMs), widthPx: x(endMs) - x(startMs), ...laneBox(frame, rank, "compute") };
      return { key: `${rank}:idle:${startMs}`, rank, startMs, endMs, ...box };
    }),
  );
  return { lanes, numMarks, bars, idles: idleMarks, ticks, detail };
}

/** From time to px in a frame; times outside its window are drawn at the window's edges. */
export function timeScale({ widthPx, windowMs }: Pick<TimelineFrame, "widthPx" | "windowMs">): (ms: number) => number {
  if (!(windowMs[1] > windowMs[0])) return () => 0;
  return scaleLinear(windowMs, [0, Math.max(0, widthPx)]).clamp(true);
}

export function layoutTicks({ widthPx, windowMs }: Pick<TimelineFrame, "widthPx" | "windowMs">): TimeTick[] {
  if (!(windowMs[1] > windowMs[0]) || widthPx <= 0) return [];
  const scale = scaleLinear(windowMs, [0, widthPx]);
  const count = Math.max(2, Math.floor(widthPx / TICK_EVERY_PX));
  const format = scale.tickFormat(count);
  const ticks = scale.ticks(count);
  // Where whole numbers are enough, no halves: a time unit has none.
  const whole = windowMs[1] - windowMs[0] >= LEAST_WHOLE ? ticks.filter(Number.isInteger) : ticks;
  // Without the commas of thousands: the clock and the sentences have none.
  const label = whole === ticks ? (atMs: number) => format(atMs).replaceAll(",", "") : String;
  return whole.map((atMs) => ({ atMs, xPx: scale(atMs), label: label(atMs) }));
}

/** The part of a lane that one of its tracks has. */
export function trackBox(
  { yPx, heightPx }: Pick<Box, "yPx" | "heightPx">,
  { track, numTracks }: Pick<BarSpan, "track" | "numTracks">,
): { yPx: number; heightPx: number } {
  return { yPx: yPx + (heightPx * track) / numTracks, heightPx: heightPx / numTracks };
}

function laneBox(frame: TimelineFrame, rank: number, stream: Stream): { yPx: number; heightPx: number } {
  const yPx = rank * frame.rowHeightPx;
  if (stream === "compute") return { yPx, heightPx: frame.laneHeightPx };
  return { yPx: yPx + frame.laneHeightPx + frame.laneGapPx, heightPx: frame.commHeightPx };
}

/** Whole actions while the whole step is in view, or while single instructions would be too narrow. */
function detailOf(trace: Trace, { windowMs, widthPx }: TimelineFrame): Detail {
  const [from, to] = windowMs;
  if (!(to > from) || to - from >= trace.stepMs * 0.999) return "action";
  let numSpans = 0;
  let idleMs = 0;
  const numRanks = trace.program.ranks.length;
  for (let rank = 0; rank < numRanks; rank++) {
    numSpans += countWithin(barSpans(trace, rank, "compute", "instruction"), windowMs);
    for (const { startMs, endMs } of stretchesWithin(idlesOf(trace, rank), windowMs)) {
      idleMs += Math.min(endMs, to) - Math.max(startMs, from);
    }
  }
  const workingShare = 1 - idleMs / ((to - from) * numRanks);
  return (workingShare * numRanks * widthPx) / Math.max(1, numSpans) >= INSTRUCTION_PX ? "instruction" : "action";
}

function placeBar(trace: Trace, span: BarSpan, frame: TimelineFrame, x: (ms: number) => number): TimelineBar {
  const instant = span.endMs === span.startMs;
  const xPx = instant
    ? Math.max(0, Math.min(x(span.startMs) - INSTANT_PX / 2, frame.widthPx - INSTANT_PX))
    : x(span.startMs);
  const widthPx = instant ? INSTANT_PX : x(span.endMs) - xPx;
  const box = { xPx, widthPx, ...trackBox(laneBox(frame, span.rank, span.stream), span) };
  return {
    key: `${span.rank}:${span.first}`,
    ...span,
    ...box,
    round: roundOf(trace, span),
    label: instant ? "" : labelOf(trace, span, box),
  };
}

/** What fits of its name. */
function labelOf(trace: Trace, span: BarSpan, box: { widthPx: number; heightPx: number }): string {
  // Most bars of a long trace have no room for any name.
  if (!fits("0", box)) return "";
  return labelsOf(trace, span).find((name) => fits(name, box)) ?? "";
}

/** From the longest name to the shortest. */
function labelsOf(trace: Trace, { rank, kind, first, last, microbatch }: BarSpan): string[] {
  const instruction = trace.program.ranks[rank].instructions[first];
  const { on } = instruction;
  if (kind === "collective") {
    const short = isCollective(instruction) ? [COLLECTIVE_KINDS[instruction.op].short] : [];
    return [commName(instruction), ...short];
  }
  if (kind === "optimizer") return ["update"];
  if (kind === "copy") return first === last ? [`load ${on}`] : [];
  const number = String((microbatch ?? 0) + 1);
  const part = kind === "weightGrad" ? `dW ${on}` : kind === "inputGrad" ? `dX ${on}` : on;
  return first === last ? [part, number] : [number];
}

/** Which of its device's stages a bar works on, from 0. */
function roundOf(trace: Trace, { rank, first }: BarSpan): number {
  const { action } = trace.program.ranks[rank].instructions[first];
  return action ? stagesOf(trace, rank).indexOf(action.stage) : 0;
}

/** Lower lanes have no labels: they could not be read. */
const LABEL_LANE_PX = 11;

/** Letters of this face are about so many of their size wide, capitals more. */
const LETTER = 0.56;
const CAPITAL = 0.68;
const widthOf = (label: string, sizePx: number) => {
  const numCapitals = label.match(/[A-Z]/g)?.length ?? 0;
  return sizePx * (LETTER * (label.length - numCapitals) + CAPITAL * numCapitals);
};
/** A label gives way to a narrow bar, but not below what can be read. */
const LEAST_LABEL_PX = 13;

/** Whether a label fits. */
function fits(label: string, box: { widthPx: number; heightPx: number }): boolean {
  if (box.heightPx < LABEL_LANE_PX) return false;
  const sizePx = Math.min(LEAST_LABEL_PX, fullSizePx(box.heightPx));
  return widthOf(label, sizePx) + 2 <= box.widthPx;
}

/** The size of a bar's label: by the height of its lane, and less where the bar is narrow. */
export function labelSizePx({ label, widthPx, heightPx }: Pick<TimelineBar, "label" | "widthPx" | "heightPx">): number {
  const fullPx = fullSizePx(heightPx);
  const narrowPx = (widthPx - 4) / widthOf(label || "0", 1);
  return Math.min(fullPx, Math.max(narrowPx, Math.min(LEAST_LABEL_PX, fullPx)));
}

/** On a projector a px of the drawing is a third more: a lane of messages of 16 px then has letters of 18. */
const fullSizePx = (laneHeightPx: number) => Math.max(8, Math.min(14, laneHeightPx * 0.86));
