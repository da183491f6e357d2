/** Writes the numbers of a recorded collective in one unit and with the same decimals, so that sums can be followed by eye. Pure. */
import { powerOfTen } from "@/components/marks/format";
import type { CollectiveRecord } from "@/engine/execute/collectiveRecord";

export interface NumberFormat {
  /** What the numbers count, where that is not ones: `thousandths`. */
  unit: string | null;
  text(value: number): string;
}

const UNITS: Record<number, string> = { [-6]: "millionths", [-3]: "thousandths", 3: "thousands", 6: "millions" };

export function numberFormat({ held }: Pick<CollectiveRecord, "held">): NumberFormat {
  const sizes = held.flat(2).flatMap((values) => (values ?? []).map(Math.abs));
  const largest = sizes.reduce((most, size) => (Number.isFinite(size) && size > most ? size : most), 0);
  const isPlain = largest === 0 || (largest >= 0.05 && largest < 1000);
  const exponent = isPlain ? 0 : 3 * Math.floor(Math.log10(largest) / 3);
  const scaled = largest / 10 ** exponent;
  const decimals = scaled >= 100 ? 1 : scaled >= 1 ? 2 : 3;
  return {
    unit: exponent === 0 ? null : (UNITS[exponent] ?? `units of ${powerOfTen(exponent)}`),
    // Minus as a minus, and none before a zero.
    text: (value) =>
      (value / 10 ** exponent)
        .toFixed(decimals)
        .replace(/^-(?=[0.]+$)/, "")
        .replace("-", "−"),
  };
}
