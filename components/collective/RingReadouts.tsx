/** What a collective costs: bytes a link and in all, beside the formula; and a check of its first number. */
import { formatDifference, formatPercent } from "@/components/marks/format";
import { sum } from "@/engine/base/range";
import { BYTES_PER_ELEMENT, formatBytes } from "@/engine/base/units";
import type { CollectiveRecord } from "@/engine/execute/collectiveRecord";
import { COLLECTIVE_KINDS, ringSentElements } from "@/engine/program";
import { useStage } from "../stage/state/useStage";
import styles from "./Collective.module.css";
import type { CollectiveEntry } from "./choice";
import { short } from "./RingGrid";

export function RingReadouts({ entry, record }: { entry: CollectiveEntry; record: CollectiveRecord | null }) {
  const { buffers } = useStage((state) => state.figure.trace.program.ranks[entry.rank]);
  const { instruction, members, elements } = entry;
  const size = members.length;
  const perLink = members.map(
    (_, position) => ringSentElements(instruction, buffers, size, position) * BYTES_PER_ELEMENT,
  );
  const { reduces, gathers } = COLLECTIVE_KINDS[instruction.op];
  const halves = Number(reduces) + Number(gathers);
  const bytes = elements * BYTES_PER_ELEMENT;
  return (
    <div className={styles.readouts}>
      <p>
        The tensor has {formatBytes(bytes)}. Each link carries{" "}
        <b>
          {formatBytes(Math.min(...perLink))}
          {Math.max(...perLink) > Math.min(...perLink) ? ` to ${formatBytes(Math.max(...perLink))}` : ""}
        </b>
        , {halves === 2 ? "2" : ""}(n − 1)/n = {formatPercent((halves * (size - 1)) / size)} of it for n = {size}; all
        together <b>{formatBytes(sum(perLink))}</b>.
      </p>
      {record && reduces && (
        <Check record={record} reduction={"reduction" in instruction ? instruction.reduction : "sum"} />
      )}
    </div>
  );
}

/** The first number of the first chunk, added up here from what the members held. */
function Check({ record, reduction }: { record: CollectiveRecord; reduction: string }) {
  const first = record.members.map((_, position) => record.held[0][position][0]?.[0]);
  const last = record.held.at(-1)?.[0][0]?.[0];
  if (first.some((value) => value === undefined) || last === undefined) return null;
  const values = first as number[];
  const expected = reduction === "max" ? Math.max(...values) : sum(values) / (reduction === "mean" ? values.length : 1);
  const terms = values.map((value) => (value < 0 ? `(${short(value)})` : short(value)));
  const formula =
    reduction === "max"
      ? `the largest of ${terms.join(", ")}`
      : `${reduction === "mean" ? "(" : ""}${terms.join(" + ")}${reduction === "mean" ? `) / ${values.length}` : ""}`;
  return (
    <p>
      First number of chunk 1, in training step {record.step}: {formula} = {short(expected)}; the devices hold{" "}
      {short(last)}, which differs by {formatDifference(Math.abs(last - expected))}.
    </p>
  );
}
