/** Draws the lanes of a timeline. Only marks: where and what they are is decided in the layout. */
import { patternIds } from "@/components/marks/Patterns";
import { range } from "@/engine/base/range";
import { fillOf, overlayOf, textFillOf } from "./fills";
import { type IdleMark, type Lane, labelSizePx, type TimelineBar, type TimelineMarks } from "./layout";
import styles from "./Timeline.module.css";

export interface TimelineProps {
  marks: TimelineMarks;
  numMicrobatches: number;
  /** The id of the drawing's `Patterns`. */
  patterns: string;
}

export function Timeline({ marks, numMicrobatches, patterns }: TimelineProps) {
  return (
    <g>
      {marks.lanes.map((lane) => lane.stream === "comm" && <Wire key={`wire:${lane.rank}`} {...lane} />)}
      {marks.idles.map((idle) => (
        <Idle key={idle.key} idle={idle} patterns={patterns} />
      ))}
      {marks.bars.map((bar) => (
        <Bar key={bar.key} bar={bar} numMicrobatches={numMicrobatches} patterns={patterns} />
      ))}
    </g>
  );
}

/** The link of a device, over which messages go. */
function Wire({ xPx, yPx, widthPx, heightPx }: Lane) {
  return <line className={styles.wire} x1={xPx} x2={xPx + widthPx} y1={yPx + heightPx / 2} y2={yPx + heightPx / 2} />;
}

function Idle({ idle, patterns }: { idle: IdleMark; patterns: string }) {
  const { rank, startMs, endMs, xPx, yPx, widthPx, heightPx } = idle;
  return (
    <rect
      data-mark={`${rank} compute ${(startMs + endMs) / 2}`}
      x={xPx}
      y={yPx}
      width={widthPx}
      height={heightPx}
      fill={`url(#${patternIds(patterns).idle})`}
    />
  );
}

/** In a lower lane a line would cross the number. */
const LINED_PX = 15;

function Bar({ bar, numMicrobatches, patterns }: { bar: TimelineBar; numMicrobatches: number; patterns: string }) {
  const { kind, rank, stream, startMs, endMs, yPx, widthPx, heightPx, label, round } = bar;
  const insetPx = widthPx > 4 ? 0.6 : 0;
  const box = {
    x: bar.xPx + insetPx,
    y: yPx,
    width: Math.max(0.5, widthPx - 2 * insetPx),
    height: heightPx,
    rx: Math.min(2.5, widthPx / 4),
  };
  const overlay = overlayOf(bar);
  return (
    <g data-mark={`${rank} ${stream} ${(startMs + endMs) / 2}`} data-kind={kind}>
      <rect
        {...box}
        className={kind === "collective" ? styles.message : undefined}
        fill={fillOf(bar, numMicrobatches)}
      />
      {overlay && <rect {...box} fill={`url(#${patternIds(patterns)[overlay]})`} />}
      {kind === "backward" && widthPx > 14 && heightPx >= LINED_PX && (
        <rect
          x={box.x + 2}
          y={yPx + heightPx - 2.5}
          width={box.width - 4}
          height={1.5}
          fill={textFillOf(bar)}
          opacity={0.55}
        />
      )}
      {stream === "compute" &&
        widthPx > 6 &&
        heightPx >= LINED_PX &&
        range(round).map((i) => (
          <rect
            key={i}
            x={box.x + 2}
            y={yPx + 1 + 2.5 * i}
            width={box.width - 4}
            height={1.5}
            fill={textFillOf(bar)}
            data-round=""
          />
        ))}
      {label && (
        <text
          className={styles.label}
          x={bar.xPx + widthPx / 2}
          y={yPx + heightPx / 2}
          fontSize={labelSizePx(bar)}
          fill={textFillOf(bar)}
        >
          {label}
        </text>
      )}
    </g>
  );
}
