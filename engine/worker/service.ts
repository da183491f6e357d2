/** The engine as a service: one run at a time, trained step by step beside the same run on one device. */

import type { Backends } from "../backends/backendChoice";
import { currentPrediction, type TrainingRun } from "../execute";
import { type CaseCheck, checkCase } from "../reference/checkCase";
import { onOneDevice, openScenario, parameterDifference, relativeDifference } from "../reference/compare";
import { parseScenario, type Scenario } from "../scenario";
import type { CheckRequest, EngineService, Opened, OpenRequest, StepReport } from "./protocol";

interface Session {
  runId: number;
  scenario: Scenario;
  run: TrainingRun;
  single: TrainingRun;
  watch: OpenRequest["watch"];
  stepsDone: number;
  paused: boolean;
  training: boolean;
}

/** Steps between two looks at what costs extra: all parameters of all ranks, and the model's answers. */
const LOOK_EVERY = 5;

export interface ServiceOptions {
  backends: Backends;
  onStep(report: StepReport): void;
  /** Lets waiting messages in between two steps. */
  yieldToMessages(): Promise<void>;
}

export function engineService({ backends, onStep, yieldToMessages }: ServiceOptions): EngineService {
  let session: Session | null = null;

  return { open, train, pause, close, check };

  async function open({ runId, scenario: input, backend: choice, watch }: OpenRequest): Promise<Opened> {
    end(session);
    session = null;
    const scenario = parseScenario(input);
    const { backend, reports } = await backends.use(choice);
    const run = openScenario(scenario);
    const single = openScenario(onOneDevice(scenario));
    session = { runId, scenario, run, single, watch, stepsDone: 0, paused: false, training: false };
    return { backend, backends: reports, prediction: await currentPrediction(scenario, run) };
  }

  async function train(runId: number, numSteps: number): Promise<void> {
    const own = session;
    if (!own || own.runId !== runId || own.training) return;
    own.paused = false;
    own.training = true;
    const last = Math.min(own.stepsDone + numSteps, own.scenario.steps);
    while (own.stepsDone < last && !own.paused) {
      const isLast = own.stepsDone + 1 === last;
      const report = await trainStep(own, isLast);
      if (session !== own) break;
      onStep(report);
      await yieldToMessages();
    }
    own.training = false;
    if (session !== own) end(own);
  }

  async function check({ backend, reference, layout }: CheckRequest): Promise<CaseCheck> {
    end(session);
    session = null;
    await backends.use(backend);
    return checkCase(reference, layout);
  }

  function pause(runId: number): void {
    if (session?.runId === runId) session.paused = true;
  }

  function close(runId: number): void {
    if (session?.runId !== runId) return;
    end(session);
    session = null;
  }
}

/** Frees a session's tensors; one that is in the middle of a step is freed by its own loop when the step is done. */
function end(session: Session | null): void {
  if (!session) return;
  session.paused = true;
  if (session.training) return;
  session.run.dispose();
  session.single.dispose();
}

async function trainStep(session: Session, isLast: boolean): Promise<StepReport> {
  const { run, single, scenario, runId, watch } = session;
  const result = await run.step(watch);
  const reference = await single.step();
  session.stepsDone += 1;
  const look = isLast || session.stepsDone % LOOK_EVERY === 0;
  return {
    runId,
    step: result.step,
    loss: result.loss,
    referenceLoss: reference.loss,
    gradNorm: result.gradNorm,
    lossDifference: relativeDifference(result.loss, reference.loss),
    parameterDifference: look ? await parameterDifference(scenario, run, await single.readParameters(0)) : null,
    memoryAgrees: result.memoryAgrees,
    disagreement: result.disagreement,
    prediction: look ? await currentPrediction(scenario, run) : null,
    observations: result.observations,
  };
}
