/** Where the project is, how its tools are run, and a fingerprint of its sources. Uses Node alone. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

/** Run one program in the project's folder, its output on ours. @returns whether it ended well */
export function run(command, args, environment = {}) {
  const env = { ...process.env, NEXT_TELEMETRY_DISABLED: "1", ...environment };
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: "inherit", env });
  if (error) console.error(`${command} could not be started: ${error.message}`);
  return status === 0;
}

/** The command-line files of the tools we run: with Node itself, so that no shell is needed on any system. */
const TOOLS = {
  biome: "@biomejs/biome/bin/biome",
  next: "next/dist/bin/next",
  playwright: "@playwright/test/cli.js",
  tsc: "typescript/bin/tsc",
  vitest: "vitest/vitest.mjs",
};

/** Run one of the tools in node_modules. @returns whether it ended well */
export function runTool(tool, args, environment) {
  return run(process.execPath, [join(root, "node_modules", TOOLS[tool]), ...args], environment);
}

const NOT_SOURCES =
  /^(\..*|node_modules|out|out-.*|test-results|playwright-report|e2e|README\.md|CONTRIBUTING\.md|.*\.tsbuildinfo|next-env\.d\.ts)$/;

/** A hash of every file a build could read. Contents, not dates: a fresh checkout of the same sources is the same. */
export function fingerprintSources(extra = "") {
  const hash = createHash("sha256").update(extra).update(process.version);
  const walk = (folder) => {
    const entries = readdirSync(join(root, folder), { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = folder ? `${folder}/${entry.name}` : entry.name;
      if (NOT_SOURCES.test(entry.name) || path === "public/tfjs-wasm") continue;
      if (entry.isDirectory()) walk(path);
      else if (entry.isFile()) hash.update(`\0${path}\0`).update(readFileSync(join(root, path)));
    }
  };
  walk("");
  return hash.digest("hex");
}
