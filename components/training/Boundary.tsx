"use client";
/** What the model takes each point of the plane for, with training points on top. */
import { useEffect, useRef } from "react";
import { formatPercent } from "@/components/marks/format";
import type { Prediction } from "@/engine/execute/predictionResult";
import { classColour, confidenceAlpha, placePoint, pointColour, samplesOf, shapeOf, shapePath } from "./boundary";
import styles from "./Training.module.css";

export type BoundaryPrediction = Extract<Prediction, { kind: "boundary" }>;

const BOX_PX = 200;
const POINT_PX = 2.6;

export function Boundary({ prediction, numClasses }: { prediction: BoundaryPrediction; numClasses: number }) {
  const ref = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = ref.current?.getContext("2d");
    if (context) paint(context, prediction, numClasses);
  }, [prediction, numClasses]);
  const { size, points } = prediction;
  return (
    <div className={styles.boundary}>
      <canvas ref={ref} width={size} height={size} />
      <svg viewBox={`0 0 ${BOX_PX} ${BOX_PX}`} aria-hidden="true">
        {points.map((point, i) => {
          const { xPx, yPx } = placePoint(point, BOX_PX);
          return (
            <path
              // biome-ignore lint/suspicious/noArrayIndexKey: a point is its place in the list
              key={i}
              transform={`translate(${xPx} ${yPx})`}
              d={shapePath(shapeOf(point.class), POINT_PX)}
              fill={pointColour(point.class, numClasses)}
            />
          );
        })}
      </svg>
      <BoundaryTable prediction={prediction} />
    </div>
  );
}

/** The map in words, for screen readers: classes count from 1. */
function BoundaryTable({ prediction }: { prediction: BoundaryPrediction }) {
  const rows = samplesOf(prediction);
  const short = (value: number) => value.toFixed(1).replace("-", "−");
  return (
    <div className="visually-hidden">
      <table>
        <caption>What the model takes points of the plane for, and how sure it is</caption>
        <thead>
          <tr>
            <th scope="col">y, x</th>
            {rows[0].map(({ x }) => (
              <th key={x} scope="col">
                {short(x)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row[0].y}>
              <th scope="row">{short(row[0].y)}</th>
              {row.map((sample) => (
                <td key={sample.x}>
                  class {sample.class + 1}, {formatPercent(sample.confidence)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A cell a pixel; the browser scales it up smoothly. */
function paint(
  context: CanvasRenderingContext2D,
  { size, classes, confidence }: BoundaryPrediction,
  numClasses: number,
) {
  context.clearRect(0, 0, size, size);
  classes.forEach((label, cell) => {
    context.fillStyle = classColour(label, numClasses);
    context.globalAlpha = confidenceAlpha(confidence[cell], numClasses);
    context.fillRect(cell % size, Math.floor(cell / size), 1, 1);
  });
}
