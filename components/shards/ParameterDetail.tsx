"use client";
/** One parameter: its real values with the cuts over them, who keeps which flat range, and when it moves. */
import { useEffect, useMemo, useState } from "react";
import { timeFormat } from "@/components/marks/format";
import { initialValues } from "@/engine/model/initialValues";
import type { ParameterValues } from "@/engine/worker/protocol";
import { useStage } from "../stage/state/useStage";
import { FlatRanges } from "./FlatRanges";
import { type HeatMap, heatMap, sidesOf, tilesOf } from "./layout";
import { movesOf, NUM_LAST_MOVES, ownerNear } from "./moves";
import type { OwnedParameter } from "./ownership";
import styles from "./Shards.module.css";
import { ownersSentence } from "./sentences";

const WIDTH_PX = 320;
const LEAST_HEIGHT_PX = 24;

export function ParameterDetail({ owned }: { owned: OwnedParameter }) {
  const { parameter } = owned;
  const { values, step } = useValues(owned);
  const map = useMemo(() => heatMap(values, parameter.fullShape), [values, parameter]);
  return (
    <div className={styles.detail}>
      <figure>
        <Values owned={owned} map={map} />
        <figcaption data-legend="values">
          <span className={styles.range}>
            {`−${format(map.most)}`} <i aria-hidden="true" /> {format(map.most)}
          </span>
          <span>
            {step === 0 ? "Initial values" : `Values after step ${step}`}; half-way is 0
            {map.perCell > 1 ? `; a cell is the mean of up to ${map.perCell}` : ""}
            {owned.pieces.length > 1 ? ". Lines are the cuts, numbers the devices." : "."}
          </span>
        </figcaption>
      </figure>
      <div>
        <p className={styles.sentence}>
          <b>{parameter.name}</b> {ownersSentence(owned)}
        </p>
        {owned.flat && <FlatRanges flat={owned.flat} />}
        <Moves owned={owned} />
      </div>
    </div>
  );
}

const format = (value: number) => String(Number(value.toPrecision(2)));

/** What the devices hold now; before any training, what they start with. */
function useValues({ parameter }: OwnedParameter): Pick<ParameterValues, "values" | "step"> {
  const seed = useStage((state) => state.figure.scenario.seed);
  const status = useStage((state) => state.training.status);
  const steps = useStage((state) => state.training.steps.length);
  const readParameter = useStage((state) => state.readParameter);
  const initial = useMemo(() => initialValues(parameter, seed), [parameter, seed]);
  const [read, setRead] = useState<ParameterValues | null>(null);
  useEffect(() => {
    let isCurrent = true;
    if (steps === 0) setRead(null);
    // A parameter can be read between steps only.
    else if (status !== "training" && status !== "starting") {
      readParameter(parameter.name).then((values) => isCurrent && values && setRead(values));
    }
    return () => {
      isCurrent = false;
    };
  }, [parameter.name, status, steps, readParameter]);
  return read?.name === parameter.name ? read : { values: initial, step: 0 };
}

function Values({ owned, map }: { owned: OwnedParameter; map: HeatMap }) {
  const { parameter, pieces } = owned;
  const [rows, columns] = sidesOf(parameter.fullShape);
  const scale = WIDTH_PX / Math.max(rows, columns);
  const widthPx = Math.max(LEAST_HEIGHT_PX, columns * scale);
  const heightPx = Math.max(LEAST_HEIGHT_PX, rows * scale);
  const dim = parameter.shard?.dim ?? 0;
  const across = parameter.fullShape.length < 2 ? 1 : dim;
  const tiles = tilesOf(pieces, across, parameter.fullShape[dim] ?? 1, { xPx: 0, yPx: 0, widthPx, heightPx });
  const [cellWidth, cellHeight] = [widthPx / map.columns, heightPx / map.rows];
  return (
    <svg
      data-view="values"
      viewBox={`-1 -1 ${widthPx + 2} ${heightPx + 2}`}
      style={{ width: `${widthPx / 16}rem`, maxWidth: "100%" }}
      aria-hidden="true"
    >
      {map.means.map((mean, i) => (
        <rect
          // biome-ignore lint/suspicious/noArrayIndexKey: a cell is its place in the matrix
          key={i}
          x={(i % map.columns) * cellWidth}
          y={Math.floor(i / map.columns) * cellHeight}
          width={cellWidth + 0.3}
          height={cellHeight + 0.3}
          fill={valueFill(map.most > 0 ? mean / map.most : 0)}
        />
      ))}
      {tiles.map(({ part, xPx, yPx, widthPx: width, heightPx: height }) => (
        <g key={`${part} ${xPx} ${yPx}`}>
          <rect x={xPx} y={yPx} width={width} height={height} className={styles.cut} />
          {pieces.length > 1 && width > 34 && height > 14 && (
            <text x={xPx + 6} y={yPx + 13} className={styles.owner}>
              {pieces[part].ranks.map((rank) => rank + 1).join(", ")}
            </text>
          )}
        </g>
      ))}
    </svg>
  );
}

/** From the paper for the most negative to the ink of parameters for the most positive: lightness says it all. */
function valueFill(share: number): string {
  return `color-mix(in oklab, var(--parameters) ${Math.round((share + 1) * 50)}%, var(--paper))`;
}

/** When it is touched by more than the layers themselves: a list that leads there. */
function Moves({ owned }: { owned: OwnedParameter }) {
  const figure = useStage((state) => state.figure);
  const rank = useStage((state) => state.rank);
  const setCursor = useStage((state) => state.setCursor);
  const time = timeFormat(figure.scenario.costs.kind, figure.trace.stepMs / 10);
  const owner = ownerNear(owned, rank);
  const { moves, numLeftOut } = useMemo(() => movesOf(figure.trace, owned, owner), [figure, owned, owner]);
  if (moves.length === 0) return null;
  return (
    <ol className={styles.moves} aria-label={`When it moves, on device ${owner + 1}`}>
      <li>On device {owner + 1}:</li>
      {moves.map(({ what, startMs, index }, i) => (
        <li key={index}>
          {numLeftOut > 0 && i === moves.length - NUM_LAST_MOVES && `After ${numLeftOut} more: `}
          <button type="button" onClick={() => setCursor(startMs)}>
            {time.text(startMs)}
          </button>{" "}
          {what}
        </li>
      ))}
    </ol>
  );
}
