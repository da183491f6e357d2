/** A parameter in six numbers, for comparing with a reference. */
export interface Fingerprint {
  shape: number[];
  sum: number;
  l2: number;
  first: number;
  /** Element floor(n / 2). */
  middle: number;
  last: number;
}

export function fingerprint(shape: readonly number[], values: Float32Array): Fingerprint {
  let sum = 0;
  let squares = 0;
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  return {
    shape: [...shape],
    sum,
    l2: Math.sqrt(squares),
    first: values[0] as number,
    middle: values[Math.floor(values.length / 2)] as number,
    last: values[values.length - 1] as number,
  };
}
