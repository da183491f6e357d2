/**
 * `npm run frames`: how smoothly a trace of a hundred thousand spans zooms and pans, in headless Chromium without a
 * graphics card. Builds if need be, and moves the gallery's plot in every single frame; prints the median and the 95th
 * percentile of the time from frame to frame. Milliseconds are this machine's; the limits are those of a smooth page.
 */
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { chromium } from "playwright";
import { ensureBrowser, plainChromiumArgs } from "./browser.mjs";

const LIMITS_MS = { median: 17, p95: 34 };
const FRAMES = 240;

/** From how far zoomed in; what the wheel does in a frame; after how many it turns round. */
const GESTURES = {
  "zooming in and out": { start: 1, deltaY: -30, turn: 60 },
  "panning, most of the step in view": { start: 1, deltaX: 6, turn: 40 },
  "panning, a third in view": { start: 3, deltaX: 12, turn: 60 },
  "panning among single instructions": { start: 9, deltaX: 12, turn: 60 },
};

if (!existsSync("out/gallery/hundred-thousand-spans/index.html")) await run("scripts/build.mjs");
const port = await freePort();
const server = spawn(process.execPath, ["scripts/serve.mjs", "out"], {
  env: { ...process.env, PORT: port },
  stdio: "ignore",
});
const browser = await chromium.launch({
  executablePath: ensureBrowser().path,
  args: plainChromiumArgs,
});
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
  await open(page, `http://localhost:${port}/gallery/hundred-thousand-spans/`);
  const { numOperations, numDevices } = await countOperations(page);
  console.log(
    `Time from frame to frame while ${numOperations} operations on ${numDevices} devices move in each; ` +
      `limits ${LIMITS_MS.median} and ${LIMITS_MS.p95} ms.`,
  );
  let fails = false;
  const box = await page.getByRole("application").boundingBox();
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  for (const [what, { start, deltaX = 0, deltaY = 0, turn }] of Object.entries(GESTURES)) {
    await page.keyboard.press("0");
    for (let i = 0; i < start; i++) await page.keyboard.press("+");
    const frames = await page.evaluate(moveInEveryFrame, { deltaX, deltaY, turn, count: FRAMES });
    const at = (share) => frames[Math.min(frames.length - 1, Math.floor(frames.length * share))];
    const [median, p95] = [at(0.5), at(0.95)];
    fails ||= median > LIMITS_MS.median || p95 > LIMITS_MS.p95;
    console.log(
      `${what}: median ${median.toFixed(1)} ms, 95th percentile ${p95.toFixed(1)} ms, of ${frames.length} frames`,
    );
  }
  process.exitCode = fails ? 1 : 0;
} finally {
  await browser.close();
  server.kill();
}

/** Until the server answers and the page is drawn by its scripts. */
async function open(page, url) {
  for (let attempt = 0; ; attempt++) {
    try {
      await page.goto(url);
      break;
    } catch (error) {
      if (attempt > 20) throw error;
      await new Promise((done) => setTimeout(done, 250));
    }
  }
  await page.locator("canvas[data-painted]").waitFor();
}

/** As the page itself saves its run. */
async function countOperations(page) {
  await page.getByText("Save", { exact: true }).click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Run, Chrome Trace JSON" }).click(),
  ]);
  const { traceEvents } = JSON.parse(readFileSync(await download.path(), "utf8"));
  const operations = traceEvents.filter(({ ph }) => ph !== "M");
  return { numOperations: operations.length, numDevices: new Set(operations.map(({ pid }) => pid)).size };
}

/** In the page: turns the wheel once a frame, there and back. @returns the times between frames, ascending */
async function moveInEveryFrame({ deltaX, deltaY, turn, count }) {
  const plot = document.querySelector("[role=application]");
  const canvas = plot.querySelector("canvas");
  const { left, top, width, height } = plot.getBoundingClientRect();
  const at = { clientX: left + width / 2, clientY: top + height / 2, bubbles: true, cancelable: true };
  const times = [];
  const paintedBefore = Number(canvas.dataset.painted);
  let last = await new Promise(requestAnimationFrame);
  for (let i = 0; i < count; i++) {
    const sign = Math.floor(i / turn) % 2 === 0 ? 1 : -1;
    plot.dispatchEvent(new WheelEvent("wheel", { ...at, deltaX: sign * deltaX, deltaY: sign * deltaY }));
    const now = await new Promise(requestAnimationFrame);
    times.push(now - last);
    last = now;
  }
  const painted = Number(canvas.dataset.painted) - paintedBefore;
  if (painted < 0.9 * count) throw new Error(`only ${painted} of ${count} frames drew anything new`);
  return times.sort((a, b) => a - b);
}

function freePort() {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.once("error", fail);
    probe.listen(0, () => {
      const { port } = probe.address();
      probe.close(() => done(String(port)));
    });
  });
}

function run(script) {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [script], { stdio: "inherit" });
    child.on("exit", (code) => (code === 0 ? done() : fail(new Error(`${script} failed`))));
  });
}
