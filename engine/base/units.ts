/** Sizes that appear in names and numbers: bytes, decimal and binary. */

/** Everything trains in float32, and tokens are int32: four bytes an element either way. */
export const BYTES_PER_ELEMENT = 4;

export const MiB = 1024 * 1024;

const BYTE_UNITS = ["B", "kB", "MB", "GB", "TB"];

/** A size for people, in decimal units with three significant figures: `12.3 kB`. */
export function formatBytes(bytes: number): string {
  return inUnits(bytes, BYTE_UNITS);
}

const FLOP_UNITS = ["FLOP", "kFLOP", "MFLOP", "GFLOP", "TFLOP", "PFLOP"];

/** An amount of arithmetic, in the same way: `1.05 MFLOP`. */
export function formatFlops(flops: number): string {
  return inUnits(flops, FLOP_UNITS);
}

function inUnits(amount: number, units: readonly string[]): string {
  let value = amount;
  let unit = 0;
  while (Math.abs(value) >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : Number(value.toPrecision(3))} ${units[unit]}`;
}
