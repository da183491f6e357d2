/**
 * A timeline of very many bars as a few SVG paths, one a fill: for a page as it is built, and for a file. On the page
 * it is drawn by `TimelineCanvas`.
 */
import { patternIds } from "@/components/marks/Patterns";
import { groupByFill } from "./fills";
import type { Box } from "./layout";
import type { TimelineProps } from "./Timeline";

export function DenseTimeline({ marks, numMicrobatches, patterns }: TimelineProps) {
  const ids = patternIds(patterns);
  return (
    <g>
      <path d={pathOf(marks.idles)} fill={`url(#${ids.idle})`} />
      {groupByFill(marks, numMicrobatches).map(({ fill, overlay, bars }) => (
        <g key={bars[0].key}>
          <path d={pathOf(bars)} fill={fill} />
          {overlay && <path d={pathOf(bars)} fill={`url(#${ids[overlay]})`} />}
        </g>
      ))}
    </g>
  );
}

function pathOf(boxes: readonly Box[]): string {
  return boxes
    .map(({ xPx, yPx, widthPx, heightPx }) => `M${short(xPx)} ${yPx}h${short(widthPx)}v${heightPx}h${short(-widthPx)}z`)
    .join("");
}

const short = (px: number) => String(Math.round(px * 10) / 10);
