"use client";
/** The losses of a mistake's trials, step by step, as curves and as a table. */
import { useRef } from "react";
import { TableHead } from "@/components/marks/TableHead";
import { useWidth } from "@/components/marks/useWidth";
import { range } from "@/engine/base/range";
import { type Curve, layoutTrial } from "./layout";
import styles from "./TrialPlot.module.css";

const GUTTER_PX = 40;
const MARGIN_PX = 8;
const HEAD_PX = 26;
const PLOT_PX = 84;
const FOOT_PX = 24;
/** From the lowest line of the plot down to the feet of the steps' numbers: clear of the number at that line. */
const STEPS_PX = 19;
const HEIGHT_PX = HEAD_PX + PLOT_PX + FOOT_PX;
/** The legend: samples of the lines, and letters as wide as they are on a projector. */
const SAMPLE_PX = 20;
const LETTER_PX = 8.2;
const GAP_PX = 12;

const CLASSES: Record<Curve["name"], string> = {
  "one device": styles.reference,
  restored: styles.restored,
  broken: styles.broken,
};

/** @param curves of two steps and more: a point alone is no curve, and the words say what it is */
export function TrialPlot({ curves }: { curves: readonly Curve[] }) {
  const ref = useRef<HTMLDivElement>(null);
  const widthPx = useWidth(ref, 360);
  const frame = { widthPx: Math.max(0, widthPx - GUTTER_PX - MARGIN_PX), heightPx: PLOT_PX };
  const { curves: marks, yTicks, steps } = layoutTrial(curves, frame);
  return (
    <div ref={ref}>
      <svg
        className={styles.plot}
        viewBox={`0 0 ${widthPx} ${HEIGHT_PX}`}
        preserveAspectRatio="none"
        style={{ height: `${HEIGHT_PX / 16}rem` }}
        data-view="trial"
        aria-hidden="true"
      >
        <text className={styles.name} x={0} y={10}>
          Loss
        </text>
        {marks.map(({ name }, i) => (
          <g key={name} transform={`translate(${GUTTER_PX + legendPx(marks.slice(0, i))} 6)`}>
            <path className={CLASSES[name]} d={`M0,0H${SAMPLE_PX}`} />
            <text className={styles.name} x={SAMPLE_PX + 6} y={4}>
              {name}
            </text>
          </g>
        ))}
        <g transform={`translate(${GUTTER_PX} ${HEAD_PX})`}>
          {yTicks.map(({ px, label }) => (
            <g key={px}>
              <line className={styles.grid} x1={0} x2={frame.widthPx} y1={px} y2={px} />
              <text className={styles.tick} x={-6} y={px + 4} textAnchor="end">
                {label}
              </text>
            </g>
          ))}
          {marks.map(({ name, path, dots }) => (
            <g key={name} data-curve={name}>
              <path className={CLASSES[name]} d={path} />
              {name !== "one device" &&
                dots.map(({ xPx, yPx }) => (
                  <circle key={xPx} className={`${CLASSES[name]} ${styles.dot}`} cx={xPx} cy={yPx} r={2.2} />
                ))}
            </g>
          ))}
          {steps.map(({ px, label }) => (
            <text key={px} className={styles.tick} x={px} y={PLOT_PX + STEPS_PX} textAnchor="middle">
              {label}
            </text>
          ))}
        </g>
        <text className={styles.tick} x={0} y={HEAD_PX + PLOT_PX + STEPS_PX}>
          step
        </text>
      </svg>
      <LossTable curves={curves} />
    </div>
  );
}

const legendPx = (curves: readonly Pick<Curve, "name">[]) =>
  curves.reduce((px, { name }) => px + SAMPLE_PX + name.length * LETTER_PX + GAP_PX, 0);

/** The curves as a table, for screen readers. */
function LossTable({ curves }: { curves: readonly Curve[] }) {
  return (
    <div className="visually-hidden">
      <table>
        <caption>Loss by step</caption>
        <TableHead names={["Step", ...curves.map(({ name }) => name)]} />
        <tbody>
          {range(curves[0].losses.length).map((i) => (
            <tr key={i}>
              <th scope="row">{i + 1}</th>
              {curves.map(({ name, losses }) => (
                <td key={name}>{lossText(losses[i])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export const lossText = (loss: number | null): string =>
  loss === null || !Number.isFinite(loss) ? "what is no number any more" : loss.toFixed(4);
