/** The exported trace in an independent reader: speedscope, served beside the site. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { LAB_PRESETS } from "../content/scenarios/lab";
import { buildProgram } from "../engine/passes";
import { parseScenario } from "../engine/scenario";
import { costsOf, simulate } from "../engine/simulate";
import { expect, test, withGraphics } from "./fixtures";

const require = createRequire(import.meta.url);
const speedscope = join(dirname(require.resolve("speedscope/package.json")), "dist/release");
const preset = LAB_PRESETS.find(({ name }) => name.startsWith("All three axes")) ?? LAB_PRESETS[0];

// The reader's own words about its graphics; any about spans that overlap would be a complaint.
test.use({ launchOptions: withGraphics, allowedConsole: [/GL Driver Message|WebGL initialized/] });

test("speedscope shows a lane for each stream of each device, and the same total time", async ({ page }) => {
  await page.goto("/lab/");
  await page.getByLabel("Start from").selectOption({ label: preset.name });
  await page.getByText("Save", { exact: true }).click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Run, Chrome Trace JSON" }).click(),
  ]);
  const run = readFileSync(await download.path());

  await page.route("**/speedscope/**", (route) => {
    const file = new URL(route.request().url()).pathname.split("/speedscope/")[1];
    return file === "run.json"
      ? route.fulfill({ body: run, contentType: "application/json" })
      : route.fulfill({ path: join(speedscope, file || "index.html") });
  });
  const said: string[] = [];
  page.on("console", (message) => said.push(message.text()));
  await page.goto("/speedscope/index.html#profileURL=/speedscope/run.json");
  await expect(page.getByText("(1/16)")).toBeVisible();
  expect(said.filter((text) => /Tried to end|still open/.test(text))).toEqual([]);

  // What it has read, in its own format.
  const [exported] = await Promise.all([page.waitForEvent("download"), page.getByText("Export").click()]);
  const { profiles } = JSON.parse(readFileSync(await exported.path(), "utf8")) as {
    profiles: { name: string; unit: string; endValue: number; startValue: number }[];
  };
  const scenario = parseScenario(preset.scenario);
  const { stepMs, program } = simulate(buildProgram(scenario), costsOf(scenario));
  expect(profiles).toHaveLength(program.ranks.length * 2);
  expect(new Set(profiles.map(({ unit }) => unit))).toEqual(new Set(["microseconds"]));
  expect(Math.max(...profiles.map(({ endValue }) => endValue))).toBeCloseTo(stepMs * 1000, 1);
});
