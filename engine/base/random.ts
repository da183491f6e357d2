/**
 * Seeded randomness: every stream has a name, so a device draws just the tensor it needs and the same scenario
 * gives the same numbers on any mesh.
 */

/** FNV-1a hash of a string's UTF-8 bytes, as an unsigned 32-bit integer. */
export function fnv1a32(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/** The mulberry32 generator: each call gives the next number in [0, 1). `mulberry32(42)` begins 0.6011037519201636. */
export function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** The stream of numbers in [0, 1) that belongs to a name under a seed. */
export function namedStream(name: string, seed: number): () => number {
  return mulberry32((fnv1a32(name) ^ seed) >>> 0);
}

/** `count` numbers of the named stream, uniform in [-bound, bound), as float32, row-major. */
export function drawUniform(name: string, seed: number, count: number, bound: number): Float32Array {
  const next = namedStream(name, seed);
  return Float32Array.from({ length: count }, () => (2 * next() - 1) * bound);
}
