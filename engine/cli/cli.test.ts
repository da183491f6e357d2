import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const scenario = {
  steps: 2,
  model: { kind: "mlp", inputs: 2, hidden: 8, layers: 2, classes: 3 },
  batch: { global: 8, micro: 2 },
  mesh: { dp: 2 },
  gradientSync: { bucketBytes: 100 },
  costs: { kind: "hardware", preset: "classroom" },
};

function engine(args: string[], input: unknown = scenario) {
  const text = typeof input === "string" ? input : JSON.stringify(input);
  return spawnSync(process.execPath, ["--import", "tsx", "engine/cli/main.ts", ...args], {
    cwd: root,
    input: text,
    encoding: "utf8",
  });
}

function answer(args: string[], input?: unknown) {
  const { status, stdout, stderr } = engine(args, input);
  expect(stderr).toBe("");
  expect(status).toBe(0);
  return JSON.parse(stdout);
}

test.each(["wasm", "cpu"])("run on %s prints JSON with every part, and nothing on stderr", (backend) => {
  const output = answer(["run", "-", "--backend", backend]);
  expect(Object.keys(output).sort()).toEqual([
    "backend",
    "devices",
    "gradNorms",
    "losses",
    "maxDifference",
    "memoryAgrees",
    "parameters",
  ]);
  expect(output.backend).toBe(backend);
  expect(output.losses).toHaveLength(2);
  expect(output.memoryAgrees).toBe(true);
  expect(output.maxDifference.parameter).toBeLessThan(1e-5);
  expect(Object.keys(output.parameters["layers.0.weight"])).toEqual(["shape", "sum", "l2", "first", "middle", "last"]);
  expect(output.devices.map(({ coords }: { coords: object }) => coords)).toEqual([
    { dp: 0, pp: 0, tp: 0 },
    { dp: 1, pp: 0, tp: 0 },
  ]);
  expect(Object.keys(output.devices[0]).sort()).toEqual([
    "busyMs",
    "collectives",
    "coords",
    "firstStartMs",
    "idleMs",
    "lastEndMs",
    "peakBytes",
    "peakMicrobatches",
    "rank",
    "sentBytes",
  ]);
});

test("simulate prints time, bubble and devices, which agree with each other", () => {
  const { stepMs, bubble, devices } = answer(["simulate", "-"]);
  for (const { busyMs, idleMs } of devices) expect(busyMs + idleMs).toBeCloseTo(stepMs, 9);
  const idle = devices[0].idleMs + devices[1].idleMs;
  expect(bubble.idleOverTotal).toBeCloseTo(idle / (2 * stepMs), 9);
  expect(bubble.idleOverIdeal).toBeCloseTo(idle / (2 * stepMs - idle), 9);
});

test("schedule prints the action table as CSV or JSON", () => {
  const { stdout } = engine(["schedule", "-"]);
  expect(stdout).toBe("0F0,0B0,0F1,0B1\n");
  expect(answer(["schedule", "-", "--format", "json"])).toEqual({ stageToRank: [0], ranks: ["0F0 0B0 0F1 0B1"] });
});

test("trace prints Chrome trace events: two lanes a device, and the step's length in microseconds", () => {
  const { traceEvents } = answer(["trace", "-"]);
  const { stepMs } = answer(["simulate", "-"]);
  const spans = traceEvents.filter(({ ph }: { ph: string }) => ph === "X");
  const lanes = new Set(spans.map(({ pid, tid }: { pid: number; tid: number }) => `${pid}.${tid}`));
  expect([...lanes].sort()).toEqual(["0.0", "0.1", "1.0", "1.1"]);
  expect(Math.max(...spans.map(({ ts, dur }: { ts: number; dur: number }) => ts + dur))).toBeCloseTo(stepMs * 1000, 6);
});

test("a file is read like standard input", () => {
  const file = join(mkdtempSync(join(tmpdir(), "scenario-")), "s.json");
  writeFileSync(file, JSON.stringify(scenario));
  expect(answer(["simulate", file], "")).toEqual(answer(["simulate", "-"]));
});

test.each([
  [["run", "-"], { ...scenario, lr: 1 }, 'unknown key "lr"'],
  [["run", "-"], { ...scenario, mesh: { dp: 0 } }, "mesh.dp must be at least 1"],
  [["simulate", "-"], { ...scenario, mesh: { dp: 3 } }, "must be divisible by mesh.dp (3)"],
  [["simulate", "-"], { ...scenario, optimizer: { kind: "sgd", lr: -0.1 } }, "optimizer.lr must be at least 0"],
  [["simulate", "-"], { ...scenario, steps: "two" }, 'steps must be a number, not "two"'],
  [["schedule", "-"], "{", "the scenario is not JSON"],
  [["run", "-", "--backend", "tpu"], scenario, 'backend must be wasm or cpu, not "tpu"'],
  [["fly", "-"], scenario, 'there is no command "fly"'],
  [["run", "/no/such/file.json"], "", "cannot read /no/such/file.json"],
  [["run"], "", "usage:"],
  [["run", "-"], { ...scenario, model: { ...scenario.model, hidden: 65536, layers: 64 } }, "too many to train here"],
])("%j is refused with a sentence on stderr and exit code 2", (args, input, sentence) => {
  const { status, stdout, stderr } = engine(args, input);
  expect(stderr).toContain(sentence);
  expect(stdout).toBe("");
  expect(status).toBe(2);
});

test("npm's own script runs it", () => {
  const output = execFileSync("npm", ["run", "-s", "engine", "--", "schedule", "-"], {
    cwd: root,
    input: JSON.stringify(scenario),
    encoding: "utf8",
  });
  expect(output).toBe("0F0,0B0,0F1,0B1\n");
});

test("training that diverges says at which step, and is no failure", () => {
  const diverging = {
    ...scenario,
    model: { ...scenario.model, activation: "relu" },
    optimizer: { kind: "sgd", lr: 1e30 },
  };
  const { status, stderr } = engine(["run", "-"], { ...diverging, steps: 4 });
  expect(status).toBe(0);
  expect(stderr).toMatch(/^training diverged: from step \d on the loss is no number/);
});
