"use client";
/** Loss beside the one-device run's, under it their difference, and the gradient norm. */
import { useRef } from "react";
import { formatDifference } from "@/components/marks/format";
import { useWidth } from "@/components/marks/useWidth";
import { useStage } from "../stage/state/useStage";
import styles from "./LossChart.module.css";
import { type ChartFrame, type ChartTick, layoutDifference, layoutLoss, layoutNorm, layoutSteps } from "./layout";

const GUTTER_PX = 48;
const LOSS_PX = 96;
const DIFFERENCE_PX = 36;
/** Above the first part, for its name; above the second also for the first's last number. */
const NAME_PX = 28;
const SECOND_NAME_PX = 44;
const FOOT_PX = 20;
const DIFFERENCE_TOP_PX = NAME_PX + LOSS_PX + SECOND_NAME_PX;
const NORM_TOP_PX = DIFFERENCE_TOP_PX + DIFFERENCE_PX + SECOND_NAME_PX;
const HEIGHT_PX = NORM_TOP_PX + DIFFERENCE_PX + FOOT_PX;

export function LossChart() {
  const ref = useRef<HTMLDivElement>(null);
  const widthPx = useWidth(ref, 520);
  const plotPx = Math.max(0, widthPx - GUTTER_PX - 8);
  const numSteps = useStage((state) => state.figure.scenario.steps);
  const isSingle = useStage((state) => state.figure.devices.length === 1);
  const frame = (heightPx: number): ChartFrame => ({ widthPx: plotPx, heightPx, numSteps });
  return (
    <div ref={ref}>
      <svg
        className={styles.chart}
        viewBox={`0 0 ${widthPx} ${HEIGHT_PX}`}
        preserveAspectRatio="none"
        style={{ height: `${HEIGHT_PX / 16}rem` }}
        data-view="training"
        aria-hidden="true"
      >
        <g transform={`translate(${GUTTER_PX} ${NAME_PX})`}>
          <Losses frame={frame(LOSS_PX)} isSingle={isSingle} />
        </g>
        <g transform={`translate(${GUTTER_PX} ${DIFFERENCE_TOP_PX})`}>
          <Differences frame={frame(DIFFERENCE_PX)} isSingle={isSingle} />
        </g>
        <g transform={`translate(${GUTTER_PX} ${NORM_TOP_PX})`}>
          <Norms frame={frame(DIFFERENCE_PX)} />
          {layoutSteps(frame(0)).map(({ px, label }) => (
            <text key={label} className={styles.tick} x={px} y={DIFFERENCE_PX + 14} textAnchor="middle">
              {label}
            </text>
          ))}
          <text className={styles.tick} x={0} y={DIFFERENCE_PX + 14}>
            step
          </text>
        </g>
      </svg>
    </div>
  );
}

function Losses({ frame, isSingle }: { frame: ChartFrame; isSingle: boolean }) {
  const steps = useStage((state) => state.training.steps);
  const { own, reference, last, yTicks } = layoutLoss(steps, frame);
  return (
    <>
      <text className={styles.name} x={-GUTTER_PX} y={-16}>
        Loss{isSingle ? "" : ": "}
        {!isSingle && <tspan className={styles.soft}>thin, this run; broad, the same on one device</tspan>}
      </text>
      <Ticks ticks={yTicks} widthPx={frame.widthPx} />
      <path className={styles.reference} d={reference} />
      <path className={styles.own} d={own} />
      {last && <circle className={styles.last} cx={last.xPx} cy={last.yPx} r={3} />}
    </>
  );
}

function Differences({ frame, isSingle }: { frame: ChartFrame; isSingle: boolean }) {
  const steps = useStage((state) => state.training.steps);
  const { bars, barWidthPx, yTicks } = layoutDifference(steps, frame);
  const current = steps.at(-1);
  return (
    <>
      <text className={styles.name} x={-GUTTER_PX} y={-16}>
        {isSingle ? "This is the one device" : "Difference from one device"}
        {current && !isSingle ? `, in step ${current.step} alone: ${formatDifference(current.lossDifference)}` : ""}
      </text>
      <Ticks ticks={yTicks} widthPx={frame.widthPx} />
      {bars.map(({ xPx, yPx, heightPx, isZero }) =>
        isZero ? (
          <circle key={xPx} className={styles.zero} cx={xPx} cy={yPx} r={Math.min(1.2, barWidthPx / 2)} />
        ) : (
          <rect
            key={xPx}
            className={styles.difference}
            x={xPx - barWidthPx / 2}
            y={yPx}
            width={barWidthPx}
            height={heightPx}
          />
        ),
      )}
    </>
  );
}

function Norms({ frame }: { frame: ChartFrame }) {
  const steps = useStage((state) => state.training.steps);
  const { path, yTicks } = layoutNorm(steps, frame);
  const current = steps.at(-1);
  return (
    <>
      <text className={styles.name} x={-GUTTER_PX} y={-16}>
        Gradient norm{current ? `, at step ${current.step}: ${Number(current.gradNorm.toPrecision(3))}` : ""}
      </text>
      <Ticks ticks={yTicks} widthPx={frame.widthPx} />
      <path className={styles.own} d={path} />
    </>
  );
}

function Ticks({ ticks, widthPx }: { ticks: readonly ChartTick[]; widthPx: number }) {
  return ticks.map(({ px, label, exponent }) => (
    <g key={px}>
      <line className={styles.grid} x1={0} x2={widthPx} y1={px} y2={px} />
      <text className={styles.tick} x={-6} y={px + 4} textAnchor="end">
        {label}
        {exponent !== undefined && (
          <tspan className={styles.exponent} dy={-4}>
            {String(exponent).replace("-", "−")}
          </tspan>
        )}
      </text>
    </g>
  ));
}
