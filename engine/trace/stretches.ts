/**
 * Stretches of time found by time, though they may overlap: a message that is a pure delay lets what comes after it on
 * its stream start at once, or even before it.
 */
export interface Stretch {
  readonly startMs: number;
  readonly endMs: number;
}

/** From the earliest start on; of those that start together, the shortest first. */
export function inOrderOfTime<T extends Stretch>(stretches: readonly T[]): T[] {
  return stretches.toSorted((a, b) => a.startMs - b.startMs || a.endMs - b.endMs);
}

/**
 * Shares out stretches in order of time over as few tracks as keep any two of them from overlapping. Instants at one
 * time do not overlap, and share a track.
 *
 * @returns the track of each, from 0, and how many there are
 */
export function tracksOf(stretches: readonly Stretch[]): { track: number[]; numTracks: number } {
  const endsMs: number[] = [];
  const track = stretches.map(({ startMs, endMs }) => {
    const free = endsMs.findIndex((lastMs) => lastMs <= startMs);
    const own = free < 0 ? endsMs.length : free;
    endsMs[own] = endMs;
    return own;
  });
  return { track, numTracks: Math.max(1, endsMs.length) };
}

/** Whether a time is in a stretch. The end is outside, so that stretches which follow each other share no time. */
export function covers({ startMs, endMs }: Stretch, atMs: number): boolean {
  return startMs <= atMs && (atMs < endMs || (startMs === endMs && startMs === atMs));
}

/** Of stretches in order of time, those that cover a time. */
export function stretchesAt<T extends Stretch>(stretches: readonly T[], atMs: number): readonly T[] {
  const [first, end] = reach(stretches, atMs, atMs);
  return stretches.slice(first, end).filter((one) => covers(one, atMs));
}

/** Of stretches in order of time, those that share time with a window; an instant also on its edge. */
export function stretchesWithin<T extends Stretch>(
  stretches: readonly T[],
  [from, to]: readonly [number, number],
): readonly T[] {
  const [first, end] = reach(stretches, from, to);
  const found = stretches.slice(first, end).filter((one) => isWithin(one, from, to));
  return found.length === stretches.length ? stretches : found;
}

/** How many these are, without a list of them: for drawings that are placed anew in every frame. */
export function countWithin(stretches: readonly Stretch[], [from, to]: readonly [number, number]): number {
  const [first, end] = reach(stretches, from, to);
  let count = 0;
  for (let i = first; i < end; i++) if (isWithin(stretches[i] as Stretch, from, to)) count++;
  return count;
}

function isWithin({ startMs, endMs }: Stretch, from: number, to: number): boolean {
  return startMs === endMs ? startMs >= from && startMs <= to : endMs > from && startMs < to;
}

/** Places between which all lie that end no earlier than one time and start no later than another. */
function reach(stretches: readonly Stretch[], from: number, to: number): [first: number, end: number] {
  return placesBetween(latestEnds(stretches), stretches.length, (i) => (stretches[i] as Stretch).startMs, from, to);
}

/** The same in columns. @param latest for each place, the latest end up to there */
export function placesBetween(
  latest: Float64Array,
  length: number,
  startMs: (place: number) => number,
  from: number,
  to: number,
): [first: number, end: number] {
  const first = firstWhere(length, (i) => (latest[i] as number) >= from);
  const end = firstWhere(length, (i) => startMs(i) > to);
  return [first, Math.max(first, end)];
}

/** The largest so far, place by place: it never falls, so that it can be searched by halving. */
export function runningMaximum(values: ArrayLike<number>): Float64Array {
  const largest = new Float64Array(values.length);
  let soFar = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    soFar = Math.max(soFar, values[i] as number);
    largest[i] = soFar;
  }
  return largest;
}

const known = new WeakMap<readonly Stretch[], Float64Array>();

/** Found once a list, so lists are kept as long as what they are of. */
function latestEnds(stretches: readonly Stretch[]): Float64Array {
  const found = known.get(stretches) ?? runningMaximum(stretches.map(({ endMs }) => endMs));
  known.set(stretches, found);
  return found;
}

/** The first place from which on a condition holds, which never ceases to; found by halving. */
function firstWhere(length: number, holds: (i: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
