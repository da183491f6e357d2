/**
 * A scenario as the end of an address, `#scenario=...`, and read back: the JSON in base64url. The whole of it, and not
 * what differs from a place to start from: such a link would mean another run on the day that place changes.
 */
import { Refusal } from "@/engine/base/assert";
import { parseScenario, type ScenarioInput } from "@/engine/scenario";
import { buildFigure } from "../stage/state/figure";

const KEY = "#scenario=";

export function hashOf(scenario: ScenarioInput): string {
  const bytes = new TextEncoder().encode(JSON.stringify(scenario));
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return KEY + btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/**
 * The scenario of an address; null when it names none.
 *
 * @throws Refusal when it cannot be read, or not be run
 */
export function scenarioOfHash(hash: string): ScenarioInput | null {
  if (!hash.startsWith(KEY)) return null;
  let text: string;
  try {
    const binary = atob(hash.slice(KEY.length).replaceAll("-", "+").replaceAll("_", "/"));
    text = new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(binary, (char) => char.charCodeAt(0)));
  } catch {
    throw new Refusal("the end of the address is no scenario: it may have been cut off when it was copied");
  }
  return scenarioOfText(text);
}

/**
 * The scenario that some JSON is, as it was written.
 *
 * @throws Refusal when it is not JSON, cannot be run, or is too much to draw
 */
export function scenarioOfText(text: string): ScenarioInput {
  let input: unknown;
  try {
    input = JSON.parse(text);
  } catch (error) {
    throw new Refusal(`the scenario is not JSON: ${(error as Error).message}`);
  }
  buildFigure(parseScenario(input));
  // Checked, it is a scenario but for the numbers to expect that a reference case carries along.
  const { expected: _, ...scenario } = input as ScenarioInput & { expected?: unknown };
  return scenario;
}
