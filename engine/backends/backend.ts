/** The tensor backends of TensorFlow.js that we run on, and how one did in its self-test. */
export const BACKENDS = ["webgpu", "webgl", "wasm", "cpu"] as const;
export type BackendName = (typeof BACKENDS)[number];

/** How a backend did in its self-test: one training step compared with stored numbers, then timed. */
export interface BackendReport {
  name: BackendName;
  passed: boolean;
  /** Median time of the test's step; null when it did not pass. */
  stepMs: number | null;
  /** Why it did not pass. */
  reason: string | null;
}
