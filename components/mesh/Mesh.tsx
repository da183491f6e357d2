"use client";
/** The mesh at the cursor: devices, what each does, and what is under way between them. */
import { useId, useMemo, useRef, useState } from "react";
import { Patterns, patternIds } from "@/components/marks/Patterns";
import { useModestWidth } from "@/components/marks/useWidth";
import { axisColour, axisDash } from "@/components/theme/palettes";
import { formatBytes } from "@/engine/base/units";
import { type Axis, groupOf } from "@/engine/mesh/mesh";
import { workAt } from "@/engine/trace";
import { momentAt } from "../stage/state/figure";
import { useStage } from "../stage/state/useStage";
import { workMarkFill } from "./fills";
import { isFarApart, layoutMesh, linkPath, type MeshMarks, onTheWay } from "./layout";
import styles from "./Mesh.module.css";
import { MeshTable } from "./MeshTable";
import { shownMessages } from "./messages";
import { momentSentence, workName } from "./sentences";

export function MeshView() {
  const ref = useRef<HTMLDivElement>(null);
  const widthPx = useModestWidth(ref);
  const figure = useStage((state) => state.figure);
  const rank = useStage((state) => state.rank);
  const cursorMs = useStage((state) => state.cursorMs);
  const { trace } = figure;
  const { mesh } = trace.program;
  const marks = useMemo(() => layoutMesh(mesh, { widthPx }), [mesh, widthPx]);
  // What is under way changes from moment to moment; only the parcels move in between.
  const moment = useStage((state) => momentAt(state.figure, state.cursorMs));
  const messages = shownMessages(figure, cursorMs);
  const [axis, setAxis] = useState<Axis | null>(null);
  return (
    <div ref={ref} className={styles.mesh}>
      {marks.axes.length > 1 && <AxisChoice axes={marks.axes} chosen={axis} onChoose={setAxis} />}
      <svg
        aria-hidden="true"
        data-view="mesh"
        viewBox={`0 0 ${marks.widthPx} ${marks.heightPx}`}
        style={{ width: `${marks.widthPx / 16}rem`, height: `${marks.heightPx / 16}rem` }}
      >
        <Links marks={marks} rank={rank} axis={axis} />
        <Devices marks={marks} moment={moment} />
        {messages.map((message) => {
          const { from, to, progress } = message;
          const { xPx, yPx } = onTheWay(from, to, isFarApart(from, to, marks), 0.3 + 0.4 * progress, marks);
          return (
            <g key={`${message.from} ${message.index}`} className={styles.parcel}>
              <rect x={xPx - 4} y={yPx - 4} width={8} height={8} rx={1.5} fill={axisColour(message.axis)} />
              {marks.boxWidthPx >= 52 && message.from === rank && (
                <text x={xPx} y={yPx - 8}>
                  {formatBytes(message.bytes)}
                </text>
              )}
            </g>
          );
        })}
      </svg>
      <p className={styles.sentence} aria-live="polite">
        {momentSentence(trace, rank, figure.moments[moment], messages)}
      </p>
      <MeshTable messages={messages} moment={moment} />
    </div>
  );
}

function AxisChoice({
  axes,
  chosen,
  onChoose,
}: {
  axes: readonly Axis[];
  chosen: Axis | null;
  onChoose(axis: Axis | null): void;
}) {
  return (
    <fieldset className={styles.axes} aria-label="Groups shown">
      {axes.map((axis) => (
        <button
          key={axis}
          type="button"
          aria-pressed={axis === chosen}
          onClick={() => onChoose(axis === chosen ? null : axis)}
        >
          <svg viewBox="0 0 24 4" aria-hidden="true">
            <line x1={0} x2={24} y1={2} y2={2} stroke={axisColour(axis)} strokeDasharray={axisDash(axis)} />
          </svg>
          {axis}
        </button>
      ))}
    </fieldset>
  );
}

/** Links of the chosen axis, or of the chosen device's groups, stand out. */
function Links({ marks, rank, axis }: { marks: MeshMarks; rank: number; axis: Axis | null }) {
  const mesh = useStage((state) => state.figure.trace.program.mesh);
  return marks.links.map((link) => {
    const group = groupOf(mesh, link.axis, rank);
    const stands = axis ? link.axis === axis : group.includes(link.from) && group.includes(link.to);
    return (
      <path
        key={`${link.axis} ${link.from} ${link.to}`}
        d={linkPath(link, marks)}
        fill="none"
        stroke={axisColour(link.axis)}
        strokeDasharray={axisDash(link.axis)}
        strokeWidth={stands ? 2.6 : 1}
        opacity={stands ? 1 : 0.4}
      />
    );
  });
}

function Devices({ marks, moment }: { marks: MeshMarks; moment: number }) {
  const figure = useStage((state) => state.figure);
  const rank = useStage((state) => state.rank);
  const selectRank = useStage((state) => state.selectRank);
  const patterns = useId();
  const { boxWidthPx, boxHeightPx } = marks;
  const atMs = figure.moments[moment];
  return (
    <>
      <Patterns id={patterns} />
      {marks.devices.map((device) => {
        const work = workAt(figure.trace, device.rank, atMs);
        const { fill, text } = workMarkFill(work, figure.scenario, patternIds(patterns).idle);
        const name = boxWidthPx >= 70 ? `Device ${device.rank + 1}` : String(device.rank + 1);
        return (
          // biome-ignore lint/a11y/noStaticElementInteractions: the rows of the table below do the same by keys
          <g
            key={device.rank}
            className={styles.device}
            onClick={() => selectRank(device.rank)}
            data-rank={device.rank}
          >
            <rect
              x={device.xPx}
              y={device.yPx}
              width={boxWidthPx}
              height={boxHeightPx}
              rx={4}
              className={styles.paper}
            />
            <rect
              x={device.xPx}
              y={device.yPx}
              width={boxWidthPx}
              height={boxHeightPx}
              rx={4}
              fill={fill}
              className={device.rank === rank ? styles.chosen : styles.box}
            />
            {boxWidthPx >= 16 && (
              <text
                x={device.xPx + boxWidthPx / 2}
                y={device.yPx + boxHeightPx / (boxWidthPx >= 96 ? 3 : 2)}
                fill={text}
                className={styles.name}
              >
                {name}
              </text>
            )}
            {boxWidthPx >= 96 && (
              <text
                x={device.xPx + boxWidthPx / 2}
                y={device.yPx + boxHeightPx * 0.72}
                fill={text}
                className={styles.work}
              >
                {workName(work).replace(/ of micro-batch/, "")}
              </text>
            )}
          </g>
        );
      })}
    </>
  );
}
