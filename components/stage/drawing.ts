/** Everything that the plot of a stage shows, laid out: pure, so that a page, an export and a test draw the same. */
import { type TimeFormat, timeFormat } from "@/components/marks/format";
import { layoutMemory, type MemoryMarks, memoryScale } from "@/components/memory/layout";
import { layoutTimeline, type TimelineMarks } from "@/components/timeline/layout";
import { type PlotFrame, planPlot } from "./plotFrame";
import { capacityOf, type Figure } from "./state/figure";
import type { Window } from "./state/window";

export interface Shown {
  timeline: boolean;
  memory: boolean;
}

export interface DrawingRequest extends Shown {
  /** Of the whole drawing. */
  widthPx: number;
  windowMs: Window;
  /** The device whose memory is shown where there is room for one only. */
  rank: number;
  /** Whether there is a lane for messages. */
  comm: boolean;
  /** A run that is drawn beside this one: bytes are as high in both. */
  beside?: Figure;
}

export interface Drawing {
  figure: Figure;
  frame: PlotFrame;
  windowMs: Window;
  time: TimeFormat;
  timeline: TimelineMarks;
  memory: { marks: MemoryMarks; maxBytes: number; capacityBytes: number | null };
  /** How many times the window goes into the step. */
  zoom: number;
}

export function drawFigure(figure: Figure, request: DrawingRequest): Drawing {
  const { widthPx, windowMs, rank, comm, beside } = request;
  const { stepMs } = figure.trace;
  const lengthMs = windowMs[1] - windowMs[0];
  const frame = planPlot({
    widthPx,
    numRanks: figure.devices.length,
    showTimeline: request.timeline,
    showComm: comm,
    showMemory: request.memory,
  });
  return {
    figure,
    frame,
    windowMs,
    time: timeFormat(figure.scenario.costs.kind, lengthMs),
    timeline: layoutTimeline(figure.trace, { ...frame, windowMs }),
    memory: drawMemory(figure, frame, windowMs, rank, beside),
    zoom: lengthMs > 0 ? stepMs / lengthMs : 1,
  };
}

/** The memory scale of a run, high enough for another one as well. */
function sharedScale(figure: Figure, beside: Figure) {
  const peaks = [figure, beside].flatMap(({ devices }) => devices.map(({ peakBytes }) => peakBytes.total));
  const [own, other] = [figure, beside].map(({ scenario }) => memoryScale(peaks, capacityOf(scenario)));
  return { ...own, maxBytes: Math.max(own.maxBytes, other.maxBytes) };
}

/** Whether any device ever uses its comm stream. */
export function showsComm({ trace }: Figure): boolean {
  return trace.program.ranks.some(({ instructions }) => instructions.some(({ stream }) => stream === "comm"));
}

function drawMemory(figure: Figure, frame: PlotFrame, windowMs: Window, rank: number, beside?: Figure) {
  const scale = sharedScale(figure, beside ?? figure);
  const shown = frame.sharesMemory ? [rank] : figure.profiles.map((_, i) => i);
  const marks = layoutMemory(
    frame.memoryHeightPx > 0 ? shown.map((i) => ({ rank: i, profile: figure.profiles[i] })) : [],
    {
      widthPx: frame.widthPx,
      windowMs,
      stepMs: figure.trace.stepMs,
      rowHeightPx: frame.rowHeightPx,
      topPx: frame.memoryTopPx,
      heightPx: frame.memoryHeightPx,
      ...scale,
    },
  );
  return { marks, ...scale };
}
