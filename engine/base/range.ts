/** The integers 0 to count - 1, in order. */
export function range(count: number): number[] {
  // Array.from takes ten times as long, and this runs at every instruction.
  const numbers = new Array<number>(count);
  for (let i = 0; i < count; i++) numbers[i] = i;
  return numbers;
}

/** The sum of some numbers; 0 for none. */
export function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** The product of some numbers: the element count of a shape. 1 for none. */
export function product(values: Iterable<number>): number {
  let total = 1;
  for (const value of values) total *= value;
  return total;
}
