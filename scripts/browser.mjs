/**
 * Which browser the tests run in, and with which flags.
 *
 * The order: $CHROMIUM_PATH, Playwright's own, the system's Chromium or Chrome, then install one. Tests that
 * find no browser fail with the line to type; they are never skipped.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright";

const isRoot = process.getuid?.() === 0;

/** Software GPUs for both WebGL and WebGPU, and no traffic of the browser's own. */
export const chromiumArgs = [
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  ...(isRoot ? ["--no-sandbox"] : []), // Chromium refuses to run as root with its sandbox
];

/** The same without any graphics: what every page has to work with, and put together faster. */
export const plainChromiumArgs = [...chromiumArgs.filter((arg) => !/swiftshader|webgpu/.test(arg)), "--disable-gpu"];

/**
 * A browser that is already on this machine.
 *
 * @returns `{ path, from }`, or undefined
 * @throws when $CHROMIUM_PATH is set and is not a browser that starts
 */
export function findBrowser() {
  const chosen = process.env.CHROMIUM_PATH;
  if (chosen) {
    if (starts(chosen)) return { path: chosen, from: "$CHROMIUM_PATH" };
    throw new Error(`CHROMIUM_PATH is "${chosen}", and no browser starts from there.`);
  }
  const own = chromium.executablePath();
  if (starts(own)) return { path: own, from: "Playwright" };
  const system = systemBrowsers().find(starts);
  return system && { path: system, from: "the system" };
}

/**
 * A browser, installed if there is none.
 *
 * @throws when that fails too, with the line to type
 */
export function ensureBrowser(say = console.log) {
  let found = findBrowser();
  if (found) return found;

  say("No browser yet: asking Playwright for its Chromium.");
  const playwrightCli = fileURLToPath(new URL("../node_modules/playwright/cli.js", import.meta.url));
  run(process.execPath, [playwrightCli, "install", "chromium"], { PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: "10000" });
  found = findBrowser();
  if (found) return found;
  say("Playwright could not download one that starts here.");

  if (isRoot && existsSync("/etc/debian_version")) {
    say("Asking apt-get for Chromium.");
    run("apt-get", ["update"]);
    run("apt-get", ["install", "-y", "chromium"], { DEBIAN_FRONTEND: "noninteractive" });
    found = findBrowser();
    if (found) return found;
    say("apt-get could not install one that starts here.");
  }
  throw new Error(
    `No browser found, and none could be installed. Type one of these, then run the tests again:
  npx playwright install --with-deps chromium
  sudo apt-get update && sudo apt-get install -y chromium
  export CHROMIUM_PATH=/path/to/chrome`,
  );
}

function systemBrowsers() {
  if (process.platform === "darwin") {
    return ["Chromium.app/Contents/MacOS/Chromium", "Google Chrome.app/Contents/MacOS/Google Chrome"].map((app) =>
      join("/Applications", app),
    );
  }
  if (process.platform === "win32") {
    return [process.env.PROGRAMFILES, process.env["PROGRAMFILES(X86)"], process.env.LOCALAPPDATA]
      .filter(Boolean)
      .map((folder) => join(folder, "Google", "Chrome", "Application", "chrome.exe"));
  }
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/bin", "/snap/bin"].filter(Boolean);
  return ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"].flatMap((name) =>
    folders.map((folder) => join(folder, name)),
  );
}

/** A file is not enough: a downloaded browser may lack system libraries, and Ubuntu's apt package is a stub. */
function starts(path) {
  if (!path || !existsSync(path)) return false;
  if (process.platform === "win32") return true; // there, --version opens a window
  return spawnSync(path, ["--version"], { stdio: "ignore", timeout: 20_000 }).status === 0;
}

function run(command, args, environment = {}) {
  const env = { ...process.env, ...environment };
  return spawnSync(command, args, { stdio: "inherit", timeout: 600_000, env }).status === 0;
}
