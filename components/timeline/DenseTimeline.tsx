/**
 * A timeline of very many bars as a few SVG paths, one a fill: for a page as it is built, and for a file. On the page
 * it is drawn by `TimelineCanvas`.
 */
import { patternIds } from "@/components/marks/Patterns";
import type { Trace } from "@/engine/trace";
import { type DenseGroup, denseGroups, forEachBox } from "./dense";
import { fillOf, isHatched } from "./fills";
import type { TimelineFrame } from "./layout";
import type { TimelineProps } from "./Timeline";

export interface DenseTimelineProps extends TimelineProps {
  trace: Trace;
  frame: Pick<TimelineFrame, "widthPx" | "windowMs">;
}

export function DenseTimeline({ trace, frame, marks, numMicrobatches, patterns }: DenseTimelineProps) {
  const computeLanes = marks.lanes.filter(({ stream }) => stream === "compute");
  return (
    <g>
      {computeLanes.map(({ rank, xPx, yPx, widthPx, heightPx }) => (
        <rect
          key={rank}
          x={xPx}
          y={yPx}
          width={widthPx}
          height={heightPx}
          fill={isHatched({ heightPx }) ? `url(#${patternIds(patterns).idle})` : "var(--idle)"}
        />
      ))}
      {denseGroups(trace, marks.detail).map((group) => (
        <path
          key={`${group.kind} ${group.microbatch}`}
          d={pathOf(group, marks.lanes, frame)}
          fill={fillOf(group, numMicrobatches)}
        />
      ))}
    </g>
  );
}

function pathOf(group: DenseGroup, lanes: TimelineProps["marks"]["lanes"], frame: DenseTimelineProps["frame"]): string {
  const parts: string[] = [];
  forEachBox(group, lanes, frame, (xPx, yPx, widthPx, heightPx) => {
    parts.push(`M${short(xPx)} ${yPx}h${short(widthPx)}v${heightPx}h${short(-widthPx)}z`);
  });
  return parts.join("");
}

const short = (px: number) => String(Math.round(px * 10) / 10);
