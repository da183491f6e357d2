/** The engine as a service: one run at a time, trained step by step beside the same run on one device. */

import type { Backends } from "../backends/backendChoice";
import { invariant, Refusal } from "../base/assert";
import { type CollectivePlace, currentPrediction, type TrainingRun, wholeParameters } from "../execute";
import { mistakeNamed } from "../mistakes";
import { describeRankModel } from "../model/tensorParallel";
import { type BuiltProgram, buildProgram } from "../passes";
import { type CaseCheck, checkCase } from "../reference/checkCase";
import { checkProgram } from "../reference/checkProgram";
import { onOneDevice, openScenario, parameterDifference, relativeDifference } from "../reference/compare";
import { parseScenario, type Scenario } from "../scenario";
import type {
  CheckRequest,
  EngineService,
  Opened,
  OpenRequest,
  ParameterValues,
  StepReport,
  Trial,
  TrialRequest,
} from "./protocol";

interface Session {
  runId: number;
  scenario: Scenario;
  run: TrainingRun;
  single: TrainingRun;
  watch: OpenRequest["watch"];
  record: CollectivePlace | null;
  stepsDone: number;
  paused: boolean;
  training: boolean;
  /** While its parameters are copied to the host. */
  reading: Promise<unknown> | null;
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

  return { open, train, pause, record, parameter, close, check, tryMistake };

  async function open({ runId, scenario: input, backend: choice, watch }: OpenRequest): Promise<Opened> {
    end(session);
    session = null;
    const scenario = parseScenario(input);
    const { backend, reports } = await backends.use(choice);
    const run = openScenario(scenario);
    const single = openScenario(onOneDevice(scenario));
    session = {
      runId,
      scenario,
      run,
      single,
      watch,
      record: null,
      stepsDone: 0,
      paused: false,
      training: false,
      reading: null,
    };
    return { backend, backends: reports, prediction: await currentPrediction(scenario, run) };
  }

  async function train(runId: number, numSteps: number): Promise<void> {
    const own = session;
    invariant(own?.runId === runId, `run ${runId} is not open`);
    if (own.training) return;
    if (own.reading) {
      await own.reading;
      if (session !== own) return;
    }
    own.paused = false;
    own.training = true;
    const last = Math.min(own.stepsDone + numSteps, own.scenario.steps);
    try {
      while (own.stepsDone < last && !own.paused) {
        const isLast = own.stepsDone + 1 === last;
        const report = await trainStep(own, isLast);
        if (session !== own) break;
        onStep(report);
        await yieldToMessages();
      }
    } finally {
      own.training = false;
      if (session !== own) end(own);
    }
  }

  async function check({ backend, reference, layout }: CheckRequest): Promise<CaseCheck> {
    end(session);
    session = null;
    await backends.use(backend);
    return checkCase(reference, layout);
  }

  async function tryMistake({ backend, scenario: input, mistake }: TrialRequest): Promise<Trial> {
    invariant(!session?.training, "no run trains while a mistake is tried");
    await backends.use(session ? "auto" : backend);
    const scenario = parseScenario(input);
    try {
      const built = mistake ? mistakeNamed(mistake).make(scenario) : builtRight(scenario);
      return { mistake, refusal: null, check: await checkProgram(scenario, built) };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { mistake, refusal: error.message, check: null };
    }
  }

  function pause(runId: number): void {
    if (session?.runId === runId) session.paused = true;
  }

  function record(runId: number, place: CollectivePlace | null): void {
    if (session?.runId === runId) session.record = place;
  }

  async function parameter(runId: number, name: string): Promise<ParameterValues | null> {
    const own = session;
    if (!own || own.runId !== runId || own.training || own.reading) return null;
    // Nothing else may use the run while its tensors are read.
    const reading = wholeParameters(own.scenario, own.run);
    own.reading = reading;
    const whole = await reading;
    own.reading = null;
    if (session !== own) end(own);
    const values = whole.get(name);
    return values ? { name, values, step: own.stepsDone } : null;
  }

  function close(runId: number): void {
    if (session?.runId !== runId) return;
    end(session);
    session = null;
  }
}

function builtRight(scenario: Scenario): BuiltProgram {
  const model = describeRankModel(scenario);
  return { model, program: buildProgram(scenario, model) };
}

/** Frees a session's tensors; one that is in the middle of a step is freed by its own loop when the step is done. */
function end(session: Session | null): void {
  if (!session) return;
  session.paused = true;
  if (session.training || session.reading) return;
  session.run.dispose();
  session.single.dispose();
}

async function trainStep(session: Session, isLast: boolean): Promise<StepReport> {
  const { run, single, scenario, runId, watch } = session;
  const result = await run.step(watch, session.record);
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
    collective: result.collective,
  };
}
