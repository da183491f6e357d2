/**
 * What the page and the engine's worker say to each other. Every report carries the id of its run; opening a newer
 * run ends the older.
 */
import type { BackendName, BackendReport } from "../backends/backend";
import type { CollectiveRecord } from "../execute/collectiveRecord";
import type { Observation, Watch } from "../execute/observe";
import type { Prediction } from "../execute/predictionResult";
import type { CollectivePlace } from "../execute/run";
import type { CaseCheck, ReferenceCase } from "../reference/checkCase";
import type { ProgramCheck } from "../reference/checkProgram";
import type { ScenarioInput } from "../scenario/schema";

export interface StepReport {
  runId: number;
  /** Counts from 1. */
  step: number;
  loss: number;
  /** The same step on one device. */
  referenceLoss: number;
  gradNorm: number;
  /** |loss - referenceLoss| relative to max(1, |referenceLoss|). */
  lossDifference: number;
  /** The largest over all parameter elements of all ranks, in the same measure; null when it was not measured. */
  parameterDifference: number | null;
  memoryAgrees: boolean;
  disagreement: string | null;
  prediction: Prediction | null;
  observations: Observation[];
  collective: CollectiveRecord | null;
}

/** A whole parameter as the devices of a run hold it. */
export interface ParameterValues {
  name: string;
  /** Row-major. */
  values: Float32Array;
  /** Training steps done. */
  step: number;
}

export interface OpenRequest {
  runId: number;
  scenario: ScenarioInput;
  backend: BackendName | "auto";
  watch: Watch[];
}

export interface Opened {
  backend: BackendName;
  backends: BackendReport[];
  /** Before any training. */
  prediction: Prediction | null;
}

export interface CheckRequest {
  backend: BackendName;
  reference: ReferenceCase;
  layout: Partial<ScenarioInput>;
}

/** A scenario trained with a mistake in it, or without one, beside one device. */
export interface TrialRequest {
  backend: BackendName | "auto";
  scenario: ScenarioInput;
  /** The name of a mistake; null for none. */
  mistake: string | null;
}

/** Either it was refused, or it trained and this is how far it went astray. */
export interface Trial {
  mistake: string | null;
  refusal: string | null;
  check: ProgramCheck | null;
}

/** What the worker answers. */
export interface EngineService {
  /** Chooses and starts a backend and opens the run at its initial parameters. Ends an earlier run. */
  open(request: OpenRequest): Promise<Opened>;
  /** Trains up to so many steps, reporting each. Settles when they are done, or the run is paused or closed. */
  train(runId: number, numSteps: number): Promise<void>;
  pause(runId: number): void;
  /** Which collective of the next steps is recorded; null for none. */
  record(runId: number, place: CollectivePlace | null): void;
  /** Put together from the devices' own pieces, between two steps; null while a step runs, or for an ended run. */
  parameter(runId: number, name: string): Promise<ParameterValues | null>;
  /** Ends the run and frees its tensors. */
  close(runId: number): void;
  /** Makes a mistake for real, on a run of its own. Not while a run trains. */
  tryMistake(request: TrialRequest): Promise<Trial>;
  /** Trains a reference case and compares it with PyTorch. Not while a run trains. */
  check(request: CheckRequest): Promise<CaseCheck>;
}

/** What the worker calls on the page. */
export interface PageService {
  onStep(report: StepReport): void;
}
