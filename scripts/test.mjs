/**
 * `npm test`: everything, from a clean clone, in order, stopping at the first step that fails.
 *
 * The last line is `N passed, N failed`: the unit and the browser tests together, as their own reports count
 * them. A step that is not a test, or a run that breaks before its tests, counts as one failure.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "./build.mjs";
import { ensureInstalled } from "./install.mjs";
import { root, runTool } from "./project.mjs";

const reports = join(root, ".reports");
const unitReport = join(reports, "unit.json");
const browserReport = join(reports, "browser.json");

let passed = 0;
let failed = 0;

function readReport(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
}

function unitTests() {
  const ok = runTool("vitest", ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${unitReport}`]);
  const report = readReport(unitReport);
  passed += report?.numPassedTests ?? 0;
  failed += report?.numFailedTests ?? 0;
  return ok && passed > 0;
}

function browserTests() {
  const ok = runTool("playwright", ["test", "--reporter=list,json"], { PLAYWRIGHT_JSON_OUTPUT_FILE: browserReport });
  const stats = readReport(browserReport)?.stats;
  passed += (stats?.expected ?? 0) + (stats?.flaky ?? 0);
  failed += stats?.unexpected ?? 0;
  return ok && stats?.expected > 0;
}

const steps = [
  ["Packages", () => ensureInstalled() ?? true],
  ["A browser", findBrowser],
  ["Lint and format", () => runTool("biome", ["check", "--error-on-warnings", "."])],
  ["Types", () => runTool("next", ["typegen"]) && runTool("tsc", ["--noEmit"])],
  ["Unit tests", unitTests],
  ["Build", () => build({ base: "" })],
  ["Build under a base path", () => build({ base: "/course", out: "out-course" })],
  ["Browser tests", browserTests],
];

async function findBrowser() {
  // Imported here, for it imports Playwright, which may have been installed a moment ago.
  const { ensureBrowser } = await import("./browser.mjs");
  const { path, from } = ensureBrowser();
  console.log(`${path} (from ${from})`);
  process.env.CHROMIUM_PATH = path;
  return true;
}

rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });
for (const [name, step] of steps) {
  console.log(`\n== ${name}`);
  let ok = false;
  try {
    ok = await step();
  } catch (error) {
    console.error(error.message);
  }
  if (!ok) {
    console.error(`\n${name}: failed.`);
    failed = Math.max(failed, 1);
    process.exitCode = 1;
    break;
  }
}
console.log(`\n${passed} passed, ${failed} failed`);
