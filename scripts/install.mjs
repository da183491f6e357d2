/**
 * Install the packages when they are missing or are not those of package-lock.json.
 *
 * Lifecycle scripts are not run: none of our packages needs one, and a machine may forbid them.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root, run } from "./project.mjs";

const OLDEST_NODE = [20, 9]; // Next.js 16

/**
 * Compare the lockfile with npm's record of what it installed. Packages for other systems are optional and
 * may be absent; a package too many does no harm.
 *
 * @returns why an install is needed, or undefined
 */
export function whyInstall(lock, installed) {
  if (!installed) return "no packages installed yet";
  for (const [path, { version, optional }] of Object.entries(lock.packages)) {
    if (path === "") continue;
    const present = installed.packages[path];
    if (!present && !optional) return `${path} is missing`;
    if (present && present.version !== version) return `${path} is ${present.version} instead of ${version}`;
  }
  return undefined;
}

/** @throws with a sentence when Node is too old or npm fails */
export function ensureInstalled(say = console.log) {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
    throw new Error(`Node ${OLDEST_NODE.join(".")} or newer is needed; this is ${process.versions.node}.`);
  }
  const reason = whyInstall(readJson("package-lock.json"), readJson("node_modules/.package-lock.json"));
  if (!reason) return;
  say(`Installing packages: ${reason}.`);
  if (!npm(["ci", "--ignore-scripts", "--include=dev", "--include=optional"]))
    throw new Error("npm ci failed: see its messages above.");
}

function npm(args) {
  // Started by npm, we know where it is; else the shell does.
  const { npm_execpath: npmCli } = process.env;
  if (npmCli?.endsWith("npm-cli.js")) return run(process.execPath, [npmCli, ...args]);
  return process.platform === "win32" ? run("cmd", ["/c", "npm", ...args]) : run("npm", args);
}

function readJson(path) {
  const file = join(root, path);
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
}
