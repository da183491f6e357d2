import { expect, test } from "vitest";
import { parseScenario } from "@/engine/scenario";
import { asSentence } from "./words";

const model = { kind: "gpt", layers: 2, hidden: 32, heads: 4, seq: 8, vocab: 12 };

const refusalOf = (scenario: object): string => {
  try {
    parseScenario({ model, ...scenario });
  } catch (error) {
    return (error as Error).message;
  }
  return "";
};

test.each([
  [{ mesh: { pp: 0 } }, "The number of pipeline ranks must be at least 1, not 0"],
  [{ batch: { global: 8, micro: 3 } }, "The micro-batch (3) must divide the 8 samples of a data-parallel rank"],
  [{ mesh: { dp: 3 } }, "The batch (8) must be divisible by the number of replicas (3)"],
  [{ gradientSync: { bucketBytes: 0 } }, "The bucket size must be at least 1, not 0"],
])("%j is refused in plain words", (scenario, sentence) => {
  const said = asSentence(refusalOf(scenario));
  expect(said).toContain(sentence);
  expect(said).not.toMatch(/\b(mesh|batch|model|schedule|gradientSync)\.\w/);
});
