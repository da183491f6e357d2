/**
 * `npm run matrix`: every reference case under every layout that it allows, as a table: how far each run is from
 * PyTorch's numbers and from the same training on one device. Exit code 1 when one is further than the tolerance.
 */
import { readdirSync, readFileSync } from "node:fs";
import { startNodeBackend } from "../engine/backends/nodeBackend";
import { checkCase, type ReferenceCase } from "../engine/reference/checkCase";
import { describeLayout, layoutsOf } from "../engine/reference/layouts";

const TOLERANCE = 1e-5;
const folder = new URL("../engine/reference/cases/", import.meta.url);
const columns = ["loss", "gradient norm", "parameters", "loss (1 device)", "parameters (1 device)", "memory"];

await startNodeBackend("wasm");
let failed = 0;
let total = 0;
for (const file of readdirSync(folder)) {
  const reference: ReferenceCase = JSON.parse(readFileSync(new URL(file, folder), "utf8"));
  const known = new Map();
  console.log(`\n${file.replace(".json", "").padEnd(52)}${columns.map((name) => name.padStart(22)).join("")}`);
  for (const layout of layoutsOf(reference)) {
    const check = await checkCase(reference, layout, known);
    const { loss, gradNorm, parameter, maxDifference, memoryAgrees } = check;
    const differences = [loss, gradNorm, parameter, maxDifference.loss, maxDifference.parameter];
    const holds = memoryAgrees && differences.every((difference) => difference <= TOLERANCE);
    total += 1;
    if (!holds) failed += 1;
    const cells = [
      ...differences.map((difference) => difference.toExponential(1)),
      memoryAgrees ? "agrees" : "DIFFERS",
    ];
    const name = `${holds ? " " : "!"} ${describeLayout(layout)}`;
    console.log(`${name.padEnd(52)}${cells.map((cell) => cell.padStart(22)).join("")}`);
  }
}
console.log(
  `\n${total} runs, ${failed} further than ${TOLERANCE} from PyTorch or from one device, or with other memory than foretold`,
);
process.exitCode = failed > 0 ? 1 : 0;
