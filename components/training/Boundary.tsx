"use client";
/** What the model takes each point of the plane for, with training points on top. */
import { useMemo } from "react";
import { formatPercent } from "@/components/marks/format";
import { TableHead } from "@/components/marks/TableHead";
import type { Prediction } from "@/engine/execute/predictionResult";
import { classColour, layoutAreas, placePoint, pointColour, samplesOf, shapeOf, shapePath } from "./boundary";
import styles from "./Training.module.css";

export type BoundaryPrediction = Extract<Prediction, { kind: "boundary" }>;

const BOX_PX = 200;
const POINT_PX = 2.6;

export function Boundary({ prediction, numClasses }: { prediction: BoundaryPrediction; numClasses: number }) {
  return (
    <figure className={styles.boundary}>
      <svg viewBox={`0 0 ${BOX_PX} ${BOX_PX}`} data-view="boundary" aria-hidden="true">
        <Areas prediction={prediction} numClasses={numClasses} />
        <Points points={prediction.points} numClasses={numClasses} />
      </svg>
      <figcaption data-legend="boundary">
        A colour a class, the stronger the surer the model; the shapes are examples it learns from.
      </figcaption>
      <BoundaryTable prediction={prediction} />
    </figure>
  );
}

function Areas({ prediction, numClasses }: { prediction: BoundaryPrediction; numClasses: number }) {
  const areas = useMemo(() => layoutAreas(prediction, numClasses), [prediction, numClasses]);
  return (
    // Without smoothed edges: between two of them the paper would shine through.
    <g transform={`scale(${BOX_PX / prediction.size})`} shapeRendering="crispEdges">
      {areas.map(({ class: label, alpha, path }) => (
        <path key={`${label} ${alpha}`} d={path} fill={classColour(label, numClasses)} fillOpacity={alpha} />
      ))}
    </g>
  );
}

function Points({ points, numClasses }: { points: BoundaryPrediction["points"]; numClasses: number }) {
  return points.map((point, i) => {
    const { xPx, yPx } = placePoint(point, BOX_PX);
    return (
      <path
        // biome-ignore lint/suspicious/noArrayIndexKey: a point is its place in the list
        key={i}
        className={styles.point}
        transform={`translate(${xPx} ${yPx})`}
        d={shapePath(shapeOf(point.class), POINT_PX)}
        fill={pointColour(point.class, numClasses)}
      />
    );
  });
}

/** The map in words, for screen readers: classes count from 1. */
function BoundaryTable({ prediction }: { prediction: BoundaryPrediction }) {
  const rows = samplesOf(prediction);
  const short = (value: number) => value.toFixed(1).replace("-", "−");
  return (
    <div className="visually-hidden">
      <table>
        <caption>What the model takes points of the plane for, and how sure it is</caption>
        <TableHead names={["y, x", ...rows[0].map(({ x }) => short(x))]} />
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
