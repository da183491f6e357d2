/** What a mistake is trained with, where that is not what the figure beside it shows. */
import { modelAndBatches } from "@/components/stage/headline";
import { parseScenario, type Scenario, type ScenarioInput } from "@/engine/scenario";

/** @returns a sentence, or null where model, samples and optimizer are those of the figure */
export function trialSetting(shown: ScenarioInput, trained: ScenarioInput): string | null {
  const [before, now] = [shown, trained].map(parseScenario) as [Scenario, Scenario];
  const differs = (part: "model" | "batch" | "optimizer") => JSON.stringify(before[part]) !== JSON.stringify(now[part]);
  const other = [
    differs("optimizer") && optimizerName(now),
    (differs("model") || differs("batch")) && modelAndBatches(now),
  ].filter((text) => text !== false);
  return other.length === 0 ? null : `Other than in the figure: ${other.join("; ")}.`;
}

function optimizerName({ optimizer }: Scenario): string {
  const clip = optimizer.clip === undefined ? "" : `, clipped at ${optimizer.clip}`;
  const name = optimizer.kind === "adamw" ? "Adam" : optimizer.momentum > 0 ? "momentum" : "plain gradient descent";
  return `${name}, learning rate ${optimizer.lr}${clip}`;
}
