"use client";
/** The model's parameters, cut by owner; the chosen one large, with its real values. */
import { useId, useMemo } from "react";
import { counted } from "@/components/marks/format";
import { ScrollTable } from "@/components/marks/ScrollTable";
import { TableHead } from "@/components/marks/TableHead";
import { filling, TwoSizes } from "@/components/marks/TwoSizes";
import { useStage } from "../stage/state/useStage";
import { layoutShards, type ParameterMark, type ShardsMarks } from "./layout";
import { type OwnedParameter, ownedParameters } from "./ownership";
import { ParameterDetail } from "./ParameterDetail";
import styles from "./Shards.module.css";
import { cutsName, deviceRange, devicesOf, isSharedOut, keySentence, ownersSentence, pieceName } from "./sentences";

export function ShardsView() {
  const figure = useStage((state) => state.figure);
  const owned = useMemo(() => ownedParameters(figure), [figure]);
  const chosen = useStage((state) => state.parameter);
  const choose = useStage((state) => state.showParameter);
  // Until one is chosen, the largest matrix that is cut, or the largest.
  const current = owned.find(({ parameter }) => parameter.name === chosen) ?? mostInteresting(owned);
  return (
    <div className={styles.shards}>
      <TwoSizes
        draw={(widthPx) => <ShardsDrawing owned={owned} current={current} choose={choose} widthPx={widthPx} />}
      />
      <p className={styles.key} data-legend="shards">
        {keySentence(owned)}
      </p>
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

interface ShardsDrawingProps {
  owned: readonly OwnedParameter[];
  current: OwnedParameter;
  choose(name: string): void;
  widthPx: number;
}

function ShardsDrawing({ owned, current, choose, widthPx }: ShardsDrawingProps) {
  const marks = useMemo(() => layoutShards(owned, { widthPx }), [owned, widthPx]);
  return (
    <svg aria-hidden="true" data-view="shards" {...filling(widthPx, marks.heightPx)}>
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
        marks.stages.map(({ stage, xPx, yPx }) => (
          <text key={stage} x={xPx} y={yPx} className={styles.stage}>
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

/** Of a projector, where letters are largest: what fits there, fits everywhere. */
const LETTER_PX = 9;

/** Tiles alternate in lightness, so that their borders show without colour; replicas stand behind as outlines. */
function ParameterBox({ mark, owned, isChosen, onChoose }: ParameterBoxProps) {
  const hatch = useId();
  const { xPx, yPx, widthPx, heightPx, tiles } = mark;
  const replicas = isSharedOut(owned) ? 0 : Math.min(2, owned.pieces[0].ranks.length - 1);
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
      {tiles.map((tile) => {
        const text = deviceRange(owned.pieces[tile.part].ranks);
        if (tile.heightPx < 18 || tile.widthPx < text.length * LETTER_PX + 6) return null;
        const [x, y] = [tile.xPx + tile.widthPx / 2, tile.yPx + tile.heightPx / 2];
        // Strong tiles have numbers of paper, in either theme.
        const fill = shareOf(tile.part, owned.pieces.length) > 55 ? "var(--paper)" : "var(--ink)";
        return (
          <text key={`${tile.part} ${tile.xPx} ${tile.yPx}`} x={x} y={y} fill={fill} className={styles.holders}>
            {text}
          </text>
        );
      })}
      {owned.partialGradient && <rect x={xPx} y={yPx} width={widthPx} height={heightPx} fill={`url(#${hatch})`} />}
      {isChosen && <rect x={xPx - 2} y={yPx - 2} width={widthPx + 4} height={heightPx + 4} className={styles.chosen} />}
    </g>
  );
}

/** From strong to pale by owner; one owner has the colour of parameters. */
export function tileFill(part: number, numParts: number): string {
  return `color-mix(in oklab, var(--parameters) ${shareOf(part, numParts)}%, var(--paper))`;
}

const shareOf = (part: number, numParts: number) =>
  numParts > 1 ? Math.round(100 - (part / (numParts - 1)) * 62) : 100;

function ParameterTable({ owned }: { owned: readonly OwnedParameter[] }) {
  return (
    <ScrollTable label="Parameters" caption={`${counted(owned.length, "parameter")} and who holds them`}>
      <TableHead names={["Parameter", "Whole", "Cut along", "A piece", "Devices"]} />
      <tbody>
        {owned.map((one) => {
          const { parameter, pieces } = one;
          return (
            <tr key={parameter.name}>
              <th scope="row">{parameter.name}</th>
              <td>{parameter.fullShape.join(" × ")}</td>
              <td>{cutsName(one)}</td>
              <td>{pieceName(one)}</td>
              <td>
                {pieces.map(({ ranks }) => devicesOf(ranks)).join(" | ")}
                {isSharedOut(one) ? ", shared out" : ""}
              </td>
            </tr>
          );
        })}
      </tbody>
    </ScrollTable>
  );
}
