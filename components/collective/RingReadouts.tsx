/** What a collective costs: bytes a link and in all, beside the formula; and a check of its numbers. */
import { formatDifference, formatPercent, listed } from "@/components/marks/format";
import { sum } from "@/engine/base/range";
import { BYTES_PER_ELEMENT, formatBytes } from "@/engine/base/units";
import type { CollectiveRecord } from "@/engine/execute/collectiveRecord";
import { COLLECTIVE_KINDS, ringSentElements } from "@/engine/program";
import { useStage } from "../stage/state/useStage";
import styles from "./Collective.module.css";
import { checkRecord, type RecordCheck } from "./check";
import type { CollectiveEntry } from "./choice";
import { numberFormat } from "./numbers";

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
  // Chunks may differ by an element: a difference that cannot be read is none.
  const [least, most] = [Math.min(...perLink), Math.max(...perLink)].map(formatBytes);
  const check = record && checkRecord(record, instruction);
  return (
    <div className={styles.readouts}>
      <p>
        The tensor has {formatBytes(bytes)}. Each link carries <b>{least === most ? least : `${least} to ${most}`}</b>,{" "}
        <span className={styles.formula}>{halves === 2 ? "2 " : ""}(n − 1) / n</span> ={" "}
        {formatPercent((halves * (size - 1)) / size)} of it for n = {size}; all together{" "}
        <b>{formatBytes(sum(perLink))}</b>.
      </p>
      {check && record && <Check check={check} record={record} />}
    </div>
  );
}

/** The first number of the first chunk in full, and how far the worst of all recorded numbers is off. */
function Check({ check, record }: { check: RecordCheck; record: CollectiveRecord }) {
  const { reduction, first, expected, held, numHolders, largestDifference, numCompared } = check;
  const { unit, text } = numberFormat(record);
  const terms = first.map((value) => (value < 0 ? `(${text(value)})` : text(value)));
  const added = terms.join(" + ");
  const formula = { max: `the largest of ${listed(terms)}`, mean: `(${added}) / ${first.length}`, sum: added }[
    reduction
  ];
  const holder = numHolders === 1 ? `device ${record.members[0] + 1} holds` : "the devices hold";
  return (
    <p>
      First number of chunk 1, in training step {record.step}
      {unit ? `, in ${unit}` : ""}: {formula} = {text(expected)}; {holder} {text(held)}, which differs by{" "}
      {formatDifference(Math.abs(held - expected))}. Over all {numCompared} numbers compared, the largest difference is{" "}
      {formatDifference(largestDifference)}.
    </p>
  );
}
