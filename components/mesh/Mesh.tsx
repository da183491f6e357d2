"use client";
/** The mesh at the cursor: devices, what each does, and what is under way between them. */
import { useId, useMemo, useState } from "react";
import { AXIS_NAMES } from "@/components/marks/names";
import { Patterns, patternIds } from "@/components/marks/Patterns";
import { filling, TwoSizes } from "@/components/marks/TwoSizes";
import { axisColour, axisDash } from "@/components/theme/palettes";
import { formatBytes } from "@/engine/base/units";
import { AXES, type Axis, groupOf } from "@/engine/mesh/mesh";
import { type Message, workAt } from "@/engine/trace";
import { momentAt } from "../stage/state/figure";
import { useStage } from "../stage/state/useStage";
import { workMarkFill } from "./fills";
import { layoutMesh, linkPath, type MeshMarks, parcelAt } from "./layout";
import styles from "./Mesh.module.css";
import { MeshTable } from "./MeshTable";
import { shownMessages } from "./messages";
import { momentSentence, workName } from "./sentences";

export function MeshView() {
  const figure = useStage((state) => state.figure);
  const rank = useStage((state) => state.rank);
  const cursorMs = useStage((state) => state.cursorMs);
  const { trace } = figure;
  const { mesh } = trace.program;
  // What is under way changes from moment to moment; only the parcels move in between.
  const moment = useStage((state) => momentAt(state.figure, state.cursorMs));
  const messages = shownMessages(figure, cursorMs);
  const [axis, setAxis] = useState<Axis | null>(null);
  const axes = AXES.filter((one) => mesh[one] > 1);
  return (
    <div className={styles.mesh}>
      {axes.length > 0 && <AxisChoice axes={axes} chosen={axis} onChoose={setAxis} />}
      <TwoSizes draw={(widthPx) => <MeshDrawing widthPx={widthPx} axis={axis} moment={moment} messages={messages} />} />
      <p className={styles.sentence} aria-live="polite">
        {momentSentence(trace, rank, figure.moments[moment], messages)}
      </p>
      <MeshTable messages={messages} moment={moment} />
    </div>
  );
}

interface MeshDrawingProps {
  widthPx: number;
  axis: Axis | null;
  moment: number;
  messages: readonly Message[];
}

function MeshDrawing({ widthPx, axis, moment, messages }: MeshDrawingProps) {
  const rank = useStage((state) => state.rank);
  const mesh = useStage((state) => state.figure.trace.program.mesh);
  const marks = useMemo(() => layoutMesh(mesh, { widthPx }), [mesh, widthPx]);
  const { boxWidthPx, parcelPx } = marks;
  return (
    <svg aria-hidden="true" data-view="mesh" {...filling(marks.widthPx, marks.heightPx)}>
      <Links marks={marks} rank={rank} axis={axis} />
      <Devices marks={marks} moment={moment} />
      {messages.map(({ from, to, index, axis: along, bytes, progress }) => {
        const { xPx, yPx, middle } = parcelAt(from, to, progress, marks);
        return (
          <g key={`${from} ${index}`} className={styles.parcel}>
            <rect
              x={xPx - parcelPx / 2}
              y={yPx - parcelPx / 2}
              width={parcelPx}
              height={parcelPx}
              rx={1.5}
              fill={axisColour(along)}
            />
            {boxWidthPx >= 80 && from === rank && (
              <text x={middle.xPx} y={middle.yPx - 9}>
                {formatBytes(bytes)}
              </text>
            )}
          </g>
        );
      })}
    </svg>
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
    <fieldset className={styles.axes} aria-label="Groups shown" data-legend="mesh">
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
          {axis} <span className={styles.axisName}>{AXIS_NAMES[axis]}</span>
        </button>
      ))}
      <span className={styles.parcelKey}>
        <i aria-hidden="true" />a message on its way
      </span>
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
        opacity={stands ? 1 : 0.7}
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
                y={device.yPx + boxHeightPx / (boxWidthPx >= 80 ? 3 : 2)}
                fill={text}
                className={styles.name}
              >
                {name}
              </text>
            )}
            {boxWidthPx >= 80 && (
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
