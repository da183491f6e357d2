/**
 * `npm run bench`: how fast the engine is, on the WASM backend in Node. Prints tables and writes bench-results.json.
 *
 * Every figure with a limit is a ratio of medians, or a rate, of repetitions in one run; milliseconds are this machine's.
 */
import { writeFileSync } from "node:fs";
import { startNodeBackend } from "../../engine/backends/nodeBackend";
import { measureSchedules, measureSizes } from "./simulation";
import { measureSteps } from "./steps";

await startNodeBackend("wasm");
const steps = await measureSteps();
const sizes = measureSizes();
const schedules = measureSchedules();

console.log("\nTraining steps. `ratio` and `share of products` are ratios within this run, `ms` is this machine's.");
console.table(
  steps.map(({ what, ratio, limit, ms, productShare }) => ({
    what,
    ratio: ratio.toFixed(3),
    limit,
    ms: ms.map((value) => value.toFixed(1)).join(" / "),
    "share of products": productShare.map((share) => `${(100 * share).toFixed(0)} %`).join(" / "),
  })),
);
console.log(
  "`share of products` is the time that the step's matrix products would take at the rate at which this backend multiplies\n" +
    "two matrices of the step's middle size, over the time of the step: no step can be faster than that share of itself.",
);
console.log(
  "\nSimulating, four sizes. `per instruction` is relative to the smallest size, so a ratio within this run.",
);
console.table(
  sizes.map(({ what, instructions, perSecond, relativeTime, relativeHeap }) => ({
    what,
    instructions,
    "millions a second": (perSecond / 1e6).toFixed(2),
    limit: 2,
    "time per instruction": relativeTime.toFixed(2),
    "heap per instruction": relativeHeap.toFixed(2),
  })),
);
console.log("\nSimulating 16 stages and 512 micro-batches under every schedule; a rate of this machine.");
console.table(
  schedules.map(({ schedule, instructions, perSecond }) => ({
    schedule,
    instructions,
    "millions a second": (perSecond / 1e6).toFixed(2),
  })),
);
writeFileSync("bench-results.json", `${JSON.stringify({ steps, sizes, schedules }, null, 1)}\n`);
