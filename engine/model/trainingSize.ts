/** What is too large to train in memory that simulates many devices at once; simulating has no such limit. */
import { Refusal } from "../base/assert";
import type { Scenario } from "../scenario/schema";
import { describeModel, parameterCount } from "./model";

/** More parameter elements than this, over all devices, are simulated and not trained. */
const MAX_ELEMENTS = 200e6;

const elementsOf = ({ model, mesh }: Scenario) => parameterCount(describeModel(model)) * mesh.dp;

export const isTrainable = (scenario: Scenario): boolean => elementsOf(scenario) <= MAX_ELEMENTS;

/** @throws Refusal when it is too large to train here */
export function checkTrainable(scenario: Scenario): void {
  if (isTrainable(scenario)) return;
  throw new Refusal(
    `${elementsOf(scenario)} parameters over all replicas are too many to train here: at most ${MAX_ELEMENTS}; simulating has no such limit`,
    ["model", "hidden"],
  );
}
