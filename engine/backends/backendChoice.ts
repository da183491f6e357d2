/**
 * Choosing a tensor backend: each is tested on a training step whose results PyTorch computed, the ones that pass
 * are timed, and the fastest is taken, plain JavaScript only if no other passes. What runs a GPU in software is left out of the choice, not out of the menu.
 */
import { enableProdMode, ready, setBackend } from "@tensorflow/tfjs-core";
import { Refusal } from "../base/assert";
import { BACKENDS, type BackendName, type BackendReport } from "./backend";
import { selfTest } from "./selfTest";

export interface BackendModule {
  /** Loads and registers the backend. @throws when it cannot exist here, with the reason */
  load(): Promise<void>;
  /** Whether it only imitates a GPU; then it is slower than WASM. */
  isSoftware(): Promise<boolean>;
}

export interface Backends {
  /** Makes a backend current. @throws Refusal when the chosen one fails its test */
  use(choice: BackendName | "auto"): Promise<{ backend: BackendName; reports: BackendReport[] }>;
}

/** @param now the time in milliseconds, for timing the candidates */
export function openBackends(modules: Record<BackendName, BackendModule>, now: () => number): Backends {
  const reports = new Map<BackendName, BackendReport>();

  return {
    async use(choice) {
      enableProdMode();
      if (choice === "auto") {
        for (const name of BACKENDS) if (!reports.has(name)) reports.set(name, await tryBackend(name, true));
      } else if (!reports.get(choice)?.passed) {
        reports.set(choice, await tryBackend(choice, false));
      }
      const backend = choice === "auto" ? fastest() : choice;
      const report = reports.get(backend) as BackendReport;
      if (!report.passed) throw new Refusal(`${backend} cannot be used here: ${report.reason}`);
      await activate(backend);
      return { backend, reports: BACKENDS.flatMap((name) => reports.get(name) ?? []) };
    },
  };

  async function tryBackend(name: BackendName, skipSoftware: boolean): Promise<BackendReport> {
    try {
      if (skipSoftware && (await modules[name].isSoftware())) {
        return { name, passed: false, stepMs: null, reason: "it would run in software here, slower than WASM" };
      }
      await modules[name].load();
      await activate(name);
      return { name, passed: true, stepMs: await selfTest(name, now), reason: null };
    } catch (error) {
      return { name, passed: false, stepMs: null, reason: (error as Error).message };
    }
  }

  async function activate(name: BackendName): Promise<void> {
    if (!(await setBackend(name))) throw new Error("this browser offers no device for it");
    await ready();
  }

  /** On the test's tiny model plain JavaScript can be the fastest, on a lesson's it takes ten times as long: a reserve. */
  function fastest(): BackendName {
    const passed = [...reports.values()].filter(({ passed }) => passed);
    const others = passed.filter(({ name }) => name !== "cpu");
    const candidates = others.length > 0 ? others : passed;
    const best = candidates.toSorted((a, b) => (a.stepMs ?? 0) - (b.stepMs ?? 0))[0];
    if (!best) throw new Refusal("no tensor backend passes its self-test in this browser");
    return best.name;
  }
}
