/**
 * Unknown input in, a checked `Scenario` out, or a `Refusal` that says in one sentence what is wrong and what
 * would fit.
 */
import { isRecord, Refusal } from "../base/assert";
import { checkLegality, divisors } from "./legality";
import { type Scenario, type ScenarioInput, scenarioSchema } from "./schema";

type SchemaIssue = NonNullable<ReturnType<typeof scenarioSchema.safeParse>["error"]>["issues"][number];

/**
 * Checks a scenario and fills in its defaults.
 *
 * A top-level `expected` (the numbers that a reference case carries along) is no part of the scenario and ignored.
 *
 * @throws Refusal for anything that cannot be run
 */
export function parseScenario(input: unknown): Scenario {
  const parsed = scenarioSchema.safeParse(withoutExpected(input));
  if (!parsed.success) throw refusalOf(parsed.error.issues[0] as SchemaIssue, input);
  const { batch, schedule, ...rest } = parsed.data;
  const micro = batch.micro ?? defaultMicro(batch.global, rest.mesh);
  const scenario = { ...rest, batch: { ...batch, micro }, schedule: withVirtual(schedule) };
  checkLegality(scenario);
  return scenario;
}

/** All that a rank has; with a pipeline, the largest that gives every stage something to do. */
function defaultMicro(globalBatch: number, { dp, pp }: Scenario["mesh"]): number {
  const perRank = Math.max(1, Math.floor(globalBatch / dp));
  if (pp === 1) return perRank;
  return divisors(perRank).findLast((micro) => perRank / micro >= pp) ?? 1;
}

/** One stage a rank, unless said or the schedule is a V. */
function withVirtual(schedule: NonNullable<ScenarioInput["schedule"]>): Scenario["schedule"] {
  if (schedule.kind === "custom") return schedule;
  const isV = schedule.kind === "zbv" || schedule.kind === "dualpipev";
  return { kind: schedule.kind, virtual: schedule.virtual ?? (isV ? 2 : 1) };
}

/** @throws Refusal when the text is not JSON, or not a legal scenario */
export function parseScenarioText(text: string): Scenario {
  let input: unknown;
  try {
    input = JSON.parse(text);
  } catch (error) {
    throw new Refusal(`the scenario is not JSON: ${(error as Error).message}`);
  }
  return parseScenario(input);
}

function withoutExpected(input: unknown): unknown {
  if (!isRecord(input)) return input;
  const { expected: _, ...rest } = input;
  return rest;
}

function refusalOf(issue: SchemaIssue, input: unknown): Refusal {
  const path = issue.path.map(String);
  const name = path.join(".") || "the scenario";
  const given = show(valueAt(input, path));
  if (issue.code === "unrecognized_keys") {
    const key = issue.keys[0] as string;
    const where = path.length > 0 ? ` in ${name}` : "";
    const known = knownKeys(input, path);
    return new Refusal(`unknown key ${show(key)}${where}: known keys are ${known.join(", ")}`, [...path, key]);
  }
  return new Refusal(`${name} must be ${demand(issue)}, not ${given}`, path);
}

function demand(issue: SchemaIssue): string {
  switch (issue.code) {
    case "invalid_type":
      if (issue.expected === "int") return "a whole number";
      if (issue.expected === "boolean") return "true or false";
      if (issue.expected === "array" || issue.expected === "tuple") return "a list";
      return issue.expected === "object" ? "an object" : `a ${issue.expected}`;
    case "invalid_value":
      return oneOf(issue.values);
    case "invalid_union":
      return "options" in issue && Array.isArray(issue.options) ? oneOf(issue.options) : "another value";
    case "too_small":
      if (issue.origin === "array") return `a list of ${issue.minimum}`;
      return issue.inclusive ? `at least ${issue.minimum}` : `more than ${issue.minimum}`;
    case "too_big":
      if (issue.origin === "array") return `a list of ${issue.maximum}`;
      return issue.inclusive ? `at most ${issue.maximum}` : `less than ${issue.maximum}`;
    default:
      return "another value";
  }
}

function oneOf(values: readonly unknown[]): string {
  const shown = values.map(show);
  return shown.length === 1 ? (shown[0] as string) : `${shown.slice(0, -1).join(", ")} or ${shown.at(-1)}`;
}

/** The keys that the schema knows at a path: those of the union's member where the input says which by its `kind`. */
function knownKeys(input: unknown, path: readonly string[]): string[] {
  let node: unknown = scenarioSchema;
  for (const step of ["", ...path]) {
    if (step) node = shapeOf(node, input, path)?.[step];
  }
  return Object.keys(shapeOf(node, input, path) ?? {});
}

interface SchemaNode {
  def?: { innerType?: unknown; options?: SchemaNode[]; shape?: Record<string, unknown>; values?: unknown[] };
}

function shapeOf(node: unknown, input: unknown, path: readonly string[]): Record<string, unknown> | undefined {
  const { def } = (node ?? {}) as SchemaNode;
  if (def?.innerType) return shapeOf(def.innerType, input, path);
  if (def?.options) {
    const kind = valueAt(input, [...path, "kind"]);
    const member = def.options.find((option) => {
      const literal = option.def?.shape?.kind as SchemaNode | undefined;
      return literal?.def?.values?.includes(kind);
    });
    return member?.def?.shape;
  }
  return def?.shape;
}

function valueAt(input: unknown, path: readonly string[]): unknown {
  const enter = (value: unknown, key: string) =>
    Array.isArray(value) ? value[Number(key)] : isRecord(value) ? value[key] : undefined;
  return path.reduce(enter, input);
}

function show(value: unknown): string {
  if (value === undefined) return "missing";
  if (typeof value === "number") return String(value);
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "a list" : "an object";
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 37)}...` : text;
}
