"use client";
/** The model's parameters, cut by owner; the chosen one large, with its real values. */
import { useId, useMemo, useRef } from "react";
import { counted } from "@/components/marks/format";
import { ScrollTable } from "@/components/marks/ScrollTable";
import { useModestWidth } from "@/components/marks/useWidth";
import { useStage } from "../stage/state/useStage";
import { layoutShards, type ParameterMark, type ShardsMarks } from "./layout";
import { type OwnedParameter, ownedParameters } from "./ownership";
import { ParameterDetail } from "./ParameterDetail";
import styles from "./Shards.module.css";
import { cutName, devicesOf, ownersSentence } from "./sentences";

export function ShardsView() {
  const ref = useRef<HTMLDivElement>(null);
  const widthPx = useModestWidth(ref);
  const figure = useStage((state) => state.figure);
  const owned = useMemo(() => ownedParameters(figure), [figure]);
  const marks = useMemo(() => layoutShards(owned, { widthPx }), [owned, widthPx]);
  const chosen = useStage((state) => state.parameter);
  const choose = useStage((state) => state.showParameter);
  // Until one is chosen, the largest matrix that is cut, or the largest.
  const current = owned.find(({ parameter }) => parameter.name === chosen) ?? mostInteresting(owned);
  return (
    <div ref={ref} className={styles.shards}>
      <svg
        aria-hidden="true"
        data-view="shards"
        viewBox={`0 0 ${Math.max(1, widthPx)} ${marks.heightPx}`}
        style={{ width: `${Math.max(1, widthPx) / 16}rem`, height: `${marks.heightPx / 16}rem` }}
      >
        <Names marks={marks} />
        {marks.parameters.map((mark, i) => (
          <ParameterBox
            key={mark.name}
            mark={mark}
            owned={owned[i]}
            isChosen={mark.name === current.parameter.name}
            onChoose={() => choose(mark.name)}
          />
        ))}
      </svg>
      <label className={styles.choice}>
        Parameter
        <select value={current.parameter.name} onChange={({ target }) => choose(target.value)}>
          {owned.map(({ parameter }) => (
            <option key={parameter.name} value={parameter.name}>
              {parameter.name}
            </option>
          ))}
        </select>
      </label>
      <ParameterDetail owned={current} />
      <ParameterTable owned={owned} />
    </div>
  );
}

function mostInteresting(owned: readonly OwnedParameter[]): OwnedParameter {
  const score = ({ parameter, pieces }: OwnedParameter) =>
    (pieces.length > 1 ? 1e9 : 0) + parameter.fullShape.reduce((total, size) => total * size, 1);
  return owned.reduce((best, one) => (score(one) > score(best) ? one : best));
}

function Names({ marks }: { marks: ShardsMarks }) {
  return (
    <>
      {marks.stages.length > 1 &&
        marks.stages.map(({ stage, xPx }) => (
          <text key={stage} x={xPx} y={12} className={styles.stage}>
            Stage {stage + 1}
          </text>
        ))}
      {marks.units.map(({ name, xPx, yPx }) => (
        <text key={name} x={xPx} y={yPx} className={styles.unit}>
          {name}
        </text>
      ))}
    </>
  );
}

interface ParameterBoxProps {
  mark: ParameterMark;
  owned: OwnedParameter;
  isChosen: boolean;
  onChoose(): void;
}

/** Tiles alternate in lightness, so that their borders show without colour; replicas stand behind as outlines. */
function ParameterBox({ mark, owned, isChosen, onChoose }: ParameterBoxProps) {
  const hatch = useId();
  const { xPx, yPx, widthPx, heightPx, tiles } = mark;
  const replicas = Math.min(2, owned.pieces[0].ranks.length - 1);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the list below chooses by keys
    <g className={styles.parameter} onClick={onChoose} data-parameter={mark.name}>
      <title>{`${mark.name}: ${ownersSentence(owned)}`}</title>
      {Array.from({ length: replicas }, (_, i) => (
        <rect
          // biome-ignore lint/suspicious/noArrayIndexKey: outlines are told apart by nothing else
          key={i}
          x={xPx + 2 * (replicas - i)}
          y={yPx - 2 * (replicas - i)}
          width={widthPx}
          height={heightPx}
          className={styles.replica}
        />
      ))}
      {owned.partialGradient && (
        <pattern id={hatch} width="4" height="4" patternUnits="userSpaceOnUse">
          <circle cx="1" cy="1" r="0.7" fill="var(--ink)" />
        </pattern>
      )}
      {tiles.map((tile) => (
        <rect
          key={`${tile.part} ${tile.xPx} ${tile.yPx}`}
          x={tile.xPx}
          y={tile.yPx}
          width={tile.widthPx}
          height={tile.heightPx}
          fill={tileFill(tile.part, owned.pieces.length)}
          className={styles.tile}
        />
      ))}
      {owned.partialGradient && <rect x={xPx} y={yPx} width={widthPx} height={heightPx} fill={`url(#${hatch})`} />}
      {isChosen && <rect x={xPx - 2} y={yPx - 2} width={widthPx + 4} height={heightPx + 4} className={styles.chosen} />}
    </g>
  );
}

/** From dark to light by owner; one owner has the colour of parameters. */
export function tileFill(part: number, numParts: number): string {
  const share = numParts > 1 ? 100 - (part / (numParts - 1)) * 62 : 100;
  return `color-mix(in oklab, var(--parameters) ${Math.round(share)}%, var(--paper))`;
}

function ParameterTable({ owned }: { owned: readonly OwnedParameter[] }) {
  return (
    <ScrollTable label="Parameters" caption={`${counted(owned.length, "parameter")} and who holds them`}>
      <thead>
        <tr>
          <th scope="col">Parameter</th>
          <th scope="col">Whole</th>
          <th scope="col">Cut along</th>
          <th scope="col">A piece</th>
          <th scope="col">Devices</th>
        </tr>
      </thead>
      <tbody>
        {owned.map(({ parameter, pieces }) => (
          <tr key={parameter.name}>
            <th scope="row">{parameter.name}</th>
            <td>{parameter.fullShape.join(" × ")}</td>
            <td>{cutName(parameter)}</td>
            <td>{parameter.shape.join(" × ")}</td>
            <td>{pieces.map(({ ranks }) => devicesOf(ranks)).join(" | ")}</td>
          </tr>
        ))}
      </tbody>
    </ScrollTable>
  );
}
