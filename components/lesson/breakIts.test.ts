/** Every mistake that a lesson can make is made here: it is refused, or its numbers leave those of one device. */
import { memory } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { lessons } from "@/content/lessons";
import { startNodeBackend } from "@/engine/backends/nodeBackend";
import { Refusal } from "@/engine/base/assert";
import { mistakeNamed } from "@/engine/mistakes";
import { describeRankModel } from "@/engine/model/tensorParallel";
import { type BuiltProgram, buildProgram } from "@/engine/passes";
import { checkProgram, type ProgramCheck } from "@/engine/reference/checkProgram";
import { parseScenario, type Scenario } from "@/engine/scenario";
import { readLessonScript } from "./testing";

const TOLERANCE = 1e-5;
/** What a reader sees as wrong at first sight. */
const PLAIN = 1e-3;

beforeAll(() => startNodeBackend("wasm"));

const worst = ({ loss, parameter, replicas }: { loss: number; parameter: number; replicas: number }) =>
  Math.max(loss, parameter, replicas);

/** How a training goes; null where it is refused. */
async function trial(scenario: Scenario, build: () => BuiltProgram): Promise<ProgramCheck | null> {
  try {
    return await checkProgram(scenario, build());
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

describe.each(lessons)("$slug", (lesson) => {
  test("its mistakes show, and without them the training is that of one device, and learns", async () => {
    const { script } = await readLessonScript(lesson);
    for (const { id, mistake, scenario: input } of script.mistakes) {
      const scenario = parseScenario(input);
      const model = describeRankModel(scenario);
      const right = await trial(scenario, () => ({ model, program: buildProgram(scenario, model) }));
      if (!right) throw new Error(`${id} is refused without its mistake`);
      expect(worst(right), id).toBeLessThanOrEqual(TOLERANCE);
      // Beside a training that goes astray by itself a mistake shows nothing.
      const [first, last] = [right.losses[0]?.here, right.losses.at(-1)?.here];
      if (right.losses.length > 1) expect(last, id).toBeLessThan(first as number);
      const broken = await trial(scenario, () => mistakeNamed(mistake).make(scenario));
      if (broken) expect(worst(broken), id).toSatisfy((far: number) => !(far <= PLAIN));
    }
    expect(memory().numTensors).toBe(0);
  });
});
