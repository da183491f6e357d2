/**
 * Build the static site.
 *
 *   node scripts/build.mjs [--base /course] [--out out] [--if-changed]
 *
 * The base path is the folder the site will be served from ($BASE_PATH does the same as --base).
 * With --if-changed, a build of exactly these sources is left as it is.
 */
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { fingerprintSources, root, runTool } from "./project.mjs";

const WASM_FILES = ["tfjs-backend-wasm.wasm", "tfjs-backend-wasm-simd.wasm", "tfjs-backend-wasm-threaded-simd.wasm"];

/** The WASM backend fetches its binaries at run time, so they are served beside the pages. */
export function copyWasm() {
  const target = join(root, "public", "tfjs-wasm");
  mkdirSync(target, { recursive: true });
  for (const file of WASM_FILES) {
    copyFileSync(join(root, "node_modules/@tensorflow/tfjs-backend-wasm/dist", file), join(target, file));
  }
}

/** @returns whether the site in `out` is now a build of these sources */
export function build({ base = process.env.BASE_PATH ?? "", out = "out", ifChanged = false } = {}) {
  if (base && !/^(\/[\w.~-]+)+$/.test(base)) {
    throw new Error(`The base path "${base}" must start with a slash and not end with one, as in /course.`);
  }
  const stamp = join(root, ".next", "cache", `built-${out}`);
  const fingerprint = fingerprintSources(base);
  const unchanged = existsSync(join(root, out, "index.html")) && existsSync(stamp);
  if (ifChanged && unchanged && readFileSync(stamp, "utf8") === fingerprint) {
    console.log(`${out}/ is up to date.`);
    return true;
  }
  copyWasm();
  rmSync(stamp, { force: true });
  if (!runTool("next", ["build"], { BASE_PATH: base, OUT_DIR: out })) return false;
  mkdirSync(join(root, ".next", "cache"), { recursive: true });
  writeFileSync(stamp, fingerprint);
  return true;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values } = parseArgs({
    options: { base: { type: "string" }, out: { type: "string" }, "if-changed": { type: "boolean" } },
  });
  try {
    if (!build({ ...values, ifChanged: values["if-changed"] })) process.exitCode = 1;
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
