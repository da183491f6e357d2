/** A stage that has trained before anybody looks: the same engine as the page's, run while the page is built. */
import { collectiveAt, collectivesOf } from "@/components/collective/choice";
import { openBackends } from "@/engine/backends/backendChoice";
import { browserBackends } from "@/engine/backends/browserBackends";
import { parseScenario, type ScenarioInput } from "@/engine/scenario";
import type { StepReport } from "@/engine/worker/protocol";
import { engineService } from "@/engine/worker/service";
import { buildFigure } from "./state/figure";
import { NO_TRAINING, type Training, withReports } from "./state/trainingRun";

/**
 * All training steps of a scenario, done.
 *
 * @param recordAt a device, and a share of the step: the collective that this device is in then is recorded
 * @returns plain data, which a page can be built with; of the model's answers only the last
 */
export async function trainedAtBuild(
  scenario: ScenarioInput,
  recordAt: { rank: number; at: number } | null,
): Promise<Training> {
  const runId = 1;
  const reports: StepReport[] = [];
  const engine = engineService({
    backends: openBackends(browserBackends(""), () => performance.now()),
    onStep: (report) => reports.push(report),
    yieldToMessages: async () => {},
  });
  const { steps } = parseScenario(scenario);
  // The one backend that needs nothing but JavaScript.
  const opened = await engine.open({ runId, scenario, backend: "cpu", watch: [] });
  if (recordAt) engine.record(runId, collectiveUnder(scenario, recordAt));
  await engine.train(runId, steps);
  engine.close(runId);
  const trained = withReports({ ...NO_TRAINING, ...opened, status: "done" }, reports);
  const last = trained.steps.length - 1;
  return {
    ...trained,
    steps: trained.steps.map((step, i) => ({
      ...step,
      prediction: i < last ? null : step.prediction,
      collective: null,
    })),
  };
}

function collectiveUnder(scenario: ScenarioInput, { rank, at }: { rank: number; at: number }) {
  const { trace } = buildFigure(parseScenario(scenario));
  const entry = collectiveAt(collectivesOf(trace, rank), at * trace.stepMs, null);
  return entry && { rank, index: entry.index };
}
