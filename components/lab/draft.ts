/** Edits to the lab's draft: plain data in, plain data out. What is typed is passed on as it is, to be refused. */
import { additionShape, type ScenarioInput, type ScheduleKind } from "@/engine/scenario";

export type Path = readonly string[];

/** The value at a path; undefined where the draft says nothing. */
export function valueAt(draft: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined),
    draft,
  );
}

/** The draft with another value at a path; `undefined` takes the field out, so that its default holds. */
export function withValue(draft: ScenarioInput, path: Path, value: unknown): ScenarioInput {
  return replaced(draft, path, value) as ScenarioInput;
}

function replaced(node: unknown, [key, ...rest]: Path, value: unknown): unknown {
  if (key === undefined) return value;
  const record = (typeof node === "object" && node !== null ? node : {}) as Record<string, unknown>;
  const child = replaced(record[key], rest, value);
  if (child !== undefined) return { ...record, [key]: child };
  const { [key]: _, ...others } = record;
  return others;
}

/** A number where the text is one; else the text, which the scenario's check will refuse by name. */
export function parseField(text: string): number | string {
  const trimmed = text.trim();
  const value = Number(trimmed);
  return trimmed !== "" && Number.isFinite(value) ? value : text;
}

const START: Record<"mlp" | "gpt", Pick<ScenarioInput, "model" | "data">> = {
  mlp: {
    model: { kind: "mlp", inputs: 2, hidden: 48, layers: 5, classes: 3, activation: "tanh" },
    data: { kind: "spiral", arms: 3 },
  },
  gpt: {
    model: { kind: "gpt", layers: 2, hidden: 32, heads: 4, ...additionShape(2) },
    data: { kind: "addition", digits: 2 },
  },
};

/** Another kind of model brings data that it can learn. */
export function withModelKind(draft: ScenarioInput, kind: "mlp" | "gpt"): ScenarioInput {
  if (draft.model.kind === kind) return draft;
  const { sequenceParallel: _, recompute, ...rest } = draft;
  // What only a model with attention and a sequence has goes with it.
  const again = recompute === "full" ? { recompute } : {};
  return { ...rest, ...again, ...START[kind] };
}

/** `spiral-2`, `addition-1`, `random`: data and the one number it has, as one choice. */
export type DataChoice = "random" | "spiral-2" | "spiral-3" | "addition-1" | "addition-2" | "addition-3";

export const DATA_CHOICES: Record<"mlp" | "gpt", { value: DataChoice; name: string }[]> = {
  mlp: [
    { value: "spiral-2", name: "spiral, 2 arms" },
    { value: "spiral-3", name: "spiral, 3 arms" },
    { value: "random", name: "random" },
  ],
  gpt: [
    { value: "addition-1", name: "sums of 1 digit" },
    { value: "addition-2", name: "sums of 2 digits" },
    { value: "addition-3", name: "sums of 3 digits" },
    { value: "random", name: "random" },
  ],
};

export function dataChoice({ data }: ScenarioInput): DataChoice {
  if (data?.kind === "spiral") return data.arms === 2 ? "spiral-2" : "spiral-3";
  if (data?.kind === "addition") return `addition-${data.digits ?? 2}` as DataChoice;
  return "random";
}

/** Chooses data; the sizes of the model that depend on it follow. */
export function withData(draft: ScenarioInput, choice: DataChoice): ScenarioInput {
  const [kind, size] = choice.split("-");
  if (kind === "spiral" && draft.model.kind === "mlp") {
    const arms = Number(size);
    return { ...draft, data: { kind, arms }, model: { ...draft.model, inputs: 2, classes: arms } };
  }
  if (kind === "addition" && draft.model.kind === "gpt") {
    const digits = Number(size);
    return { ...draft, data: { kind, digits }, model: { ...draft.model, ...additionShape(digits) } };
  }
  return { ...draft, data: { kind: "random" } };
}

export function withOptimizer(draft: ScenarioInput, kind: "sgd" | "adamw"): ScenarioInput {
  const lr = draft.optimizer?.lr ?? 0.01;
  const { clip } = draft.optimizer ?? {};
  const rest = { lr, ...(clip === undefined ? {} : { clip }) };
  return { ...draft, optimizer: kind === "sgd" ? { kind, ...rest, momentum: 0.9 } : { kind, ...rest } };
}

/** Schedules that are of use only with several stages a rank, begin with two. */
const SEVERAL_STAGES: readonly string[] = ["interleaved", "looped-bfs"] satisfies ScheduleKind[];

export function withSchedule(draft: ScenarioInput, kind: ScheduleKind): ScenarioInput {
  return { ...draft, schedule: SEVERAL_STAGES.includes(kind) ? { kind, virtual: 2 } : { kind } };
}

/** `unit`, `fixed`, or the name of a hardware preset. */
export function withCosts(draft: ScenarioInput, choice: string): ScenarioInput {
  if (choice === "unit") return { ...draft, costs: { kind: "unit" } };
  if (choice === "fixed") return { ...draft, costs: { kind: "fixed", forward: 1, inputGrad: 1, weightGrad: 1 } };
  return withValue(draft, ["costs"], { kind: "hardware", preset: choice });
}

export function costsChoice({ costs }: ScenarioInput): string {
  return costs?.kind === "hardware" ? costs.preset : (costs?.kind ?? "unit");
}
