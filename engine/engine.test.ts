/** The engine runs where there is no page: no DOM, and nothing global touched when it is imported. */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Runs a module in a Node of its own, in which reading a global of the page throws. */
function inBareNode(code: string): string {
  const guard = `
    for (const name of ["window", "document", "localStorage", "requestAnimationFrame"]) {
      Object.defineProperty(globalThis, name, { get() { throw new Error("read " + name); }, configurable: true });
    }`;
  return execFileSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", `${guard}\n${code}`], {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  }).trim();
}

const scenario = JSON.stringify({
  model: { kind: "gpt", layers: 1, hidden: 8, heads: 2, seq: 4, vocab: 8 },
  batch: { global: 4, micro: 1 },
  mesh: { dp: 2 },
});

test("programs are built, validated, timed and accounted without a page", () => {
  const output = inBareNode(`
    const { parseScenario } = await import("./engine/scenario/index.ts");
    const { buildProgram } = await import("./engine/passes/index.ts");
    const { validateProgram } = await import("./engine/program/index.ts");
    const { simulate, costsOf } = await import("./engine/simulate/index.ts");
    const { deviceReports } = await import("./engine/account/index.ts");
    const scenario = parseScenario(${scenario});
    const program = buildProgram(scenario);
    validateProgram(program);
    const trace = simulate(program, costsOf(scenario));
    console.log(trace.stepMs, deviceReports(trace).length);`);
  expect(output).toBe("6 2");
});

test("the guard works: touching the page's globals fails", () => {
  expect(() => inBareNode("console.log(document.title)")).toThrow(/read document/);
});
