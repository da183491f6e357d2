/** The instruments in a real browser: pointing, zooming, stepping back, reading memory, saving, comparing. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Locator, Page } from "@playwright/test";
import { GALLERY } from "../content/scenarios/gallery";
import { expect, test } from "./fixtures";

const plot = (page: Page) => page.getByRole("application");
const why = (page: Page) => page.locator("[aria-live]").first();
const zoomText = (page: Page) => page.getByRole("group", { name: "Zoom" }).getByRole("status");
const plain = (text: string | null) => (text ?? "").replaceAll("\u00a0", " ");
const scenarioOf = (id: string) => GALLERY.find((entry) => entry.id === id)?.scenario;

/** Until the page's scripts run, nothing answers. */
async function openState(page: Page, id: string) {
  await page.goto(`/gallery/${id}/`);
  await expect(async () => {
    await page.getByRole("button", { name: "Step", exact: true }).click();
    await expect(page.getByRole("slider", { name: "Time" })).not.toHaveValue("0", { timeout: 500 });
  }).toPass();
  await page.getByRole("button", { name: "Step back" }).click();
  // Reaching for the buttons may have scrolled the drawing away.
  await page.evaluate(() => window.scrollTo(0, 0));
}

function onCommandLine(command: string, input: string): { stdout: string; status: number | null } {
  return spawnSync("npm", ["run", "-s", "engine", "--", command, "-"], { input, encoding: "utf8" });
}

test("pointing at an idle slot of GPipe says what its device waits for", async ({ page }) => {
  await openState(page, "gpipe");
  // Stage 4 of 4 begins when the first micro-batch has come through three stages: it is idle from 0 to 3.
  const idle = page.locator('[data-mark="3 compute 1.5"]');
  const { x, y, width, height } = (await idle.boundingBox()) as NonNullable<
    Awaited<ReturnType<typeof idle.boundingBox>>
  >;
  await page.mouse.move(x + width / 2, y + height / 2);
  await expect(why(page)).toContainText("Why is device 4 idle from 0 to 3 time units?");
  await expect(why(page)).toContainText("Its next operation is the forward of micro-batch 1");
  await expect(why(page)).toContainText(/It waits for the .* on device 3, which ends at 3/);
});

test("pointing at a bar draws what it waited for and what waits for it, and tells its FLOPs", async ({ page }) => {
  await openState(page, "gpipe");
  const bar = page.locator('[data-mark="1 compute 1.5"]');
  const box = (await bar.boundingBox()) as { x: number; y: number; width: number; height: number };
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await expect(why(page)).toContainText(/Device 2: forward of micro-batch 1, from 1 to 2.time units; .*FLOP/);
  await expect(page.locator('[data-link="cause"], [data-link="before"]').first()).toBeAttached();
  await expect(page.locator('[data-link="after"]').first()).toBeAttached();
});

for (const widthPx of [1280, 1920]) {
  test(`at ${widthPx} px nothing below the plot moves while one points at things`, async ({ page }) => {
    await page.setViewportSize({ width: widthPx, height: 1200 });
    for (const id of ["gpipe", "three-axes"]) {
      await openState(page, id);
      const slider = page.getByRole("slider", { name: "Time" });
      const topPx = async () => (await slider.boundingBox())?.y;
      const before = await topPx();
      const { x, y, width, height } = (await plot(page).boundingBox()) as NonNullable<
        Awaited<ReturnType<Locator["boundingBox"]>>
      >;
      const texts = new Set<string | null>();
      for (let i = 1; i < 12; i++) {
        await page.mouse.move(x + (width * i) / 12, y + (height * ((7 * i) % 12)) / 12);
        texts.add(await why(page).textContent());
        expect(await topPx()).toBe(before);
      }
      expect(texts.size).toBeGreaterThan(5);
    }
  });
}

test("on a projector every word on the stage can be read from the back row", async ({ page }) => {
  await page.setViewportSize({ width: 1920, height: 1080 });
  for (const id of ["four-devices", "mesh-grid", "shards-of-two"]) {
    await page.goto(`/gallery/${id}/`);
    await expect(page.locator("[data-stage][data-awake]")).toBeVisible();
    const small = await page.locator("[data-stage] svg text").evaluateAll((texts) =>
      texts.flatMap((text) => {
        const scale = (text as SVGTextElement).getScreenCTM()?.d ?? 1;
        const sizePx = Number.parseFloat(getComputedStyle(text).fontSize) * scale;
        return text.textContent && sizePx < 17 ? [`${text.textContent}: ${sizePx}`] : [];
      }),
    );
    expect(small, id).toEqual([]);
  }
});

test("stepping back from any moment shows exactly what was shown before", async ({ page }) => {
  await openState(page, "three-axes");
  const shown = () => page.locator("[data-stage]").evaluate((stage) => stage.innerHTML);
  await page.getByRole("button", { name: "Step", exact: true }).focus();
  for (const key of ["ArrowRight", "Shift+ArrowRight", "PageDown"]) {
    for (let i = 0; i < 5; i++) await page.keyboard.press(key);
    const before = await shown();
    const back = key.replace("Right", "Left").replace("Down", "Up");
    // A whole action may pass several operations: back by the same kind of step.
    await page.keyboard.press(key);
    expect(await shown()).not.toBe(before);
    await page.keyboard.press(back);
    expect(await shown()).toBe(before);
    // The next round is closer, so that steps move the window too.
    for (let i = 0; i < 3; i++) await page.getByRole("button", { name: "Zoom in" }).click();
    await page.getByRole("button", { name: "Step", exact: true }).focus();
  }
});

test("the memory read out at the peak is the peak that the engine accounts, and its tensors add up to it", async ({
  page,
}) => {
  const scenario = { ...(scenarioOf("out-of-memory") as object) };
  await openState(page, "out-of-memory");
  const { stdout } = onCommandLine("simulate", JSON.stringify(scenario));
  const peak = Math.max(
    ...JSON.parse(stdout).devices.map((device: { peakBytes: { total: number } }) => device.peakBytes.total),
  );
  const inAll = page.getByRole("list", { name: "Memory at the cursor" }).getByText("together").getByRole("status");
  await page.getByRole("slider", { name: "Time" }).focus();
  await page.keyboard.press("Home");
  const seen: string[] = [];
  for (let i = 0; i < 120; i++) {
    seen.push(plain(await inAll.textContent()));
    // The list of tensors says the same sum.
    expect(plain(await page.locator("caption", { hasText: "tensors," }).textContent())).toContain(seen.at(-1));
    await page.keyboard.press("ArrowRight");
  }
  const bytes = (text: string) =>
    Number.parseFloat(text) * { B: 1, kB: 1e3, MB: 1e6 }[text.split(" ")[1] as "B" | "kB" | "MB"];
  expect(Math.max(...seen.map(bytes))).toBeGreaterThan(peak * 0.99);
  expect(Math.max(...seen.map(bytes))).toBeLessThan(peak * 1.01);
  await expect(page.locator("[data-out-of-memory]")).toHaveText("out of memory");
  await expect(page.getByRole("heading", { level: 2 })).toContainText("runs out of memory at");
});

test("keys, wheel, drag and a double click zoom to one instruction and back", async ({ page }) => {
  await openState(page, "four-devices");
  await expect(zoomText(page)).toHaveText("Whole step");
  const box = (await plot(page).boundingBox()) as { x: number; y: number; width: number; height: number };
  const [x, y] = [box.x + box.width * 0.3, box.y + 50];
  await page.mouse.dblclick(x, y);
  await expect(zoomText(page)).toHaveText(/^[\d.]+ to [\d.]+.ms$/);
  await page.mouse.dblclick(x, y);
  await expect(
    page
      .locator("[data-mark] text")
      .filter({ hasText: /^d[XW] layers|^layers/ })
      .first(),
  ).toBeAttached();
  await page.keyboard.press("0");
  await expect(zoomText(page)).toHaveText("Whole step");
  await page.mouse.wheel(0, -300);
  await expect(zoomText(page)).not.toHaveText("Whole step");
  const before = await zoomText(page).textContent();
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x - 120, y, { steps: 4 });
  await page.mouse.up();
  await expect(zoomText(page)).not.toHaveText(before as string);
  await page.getByRole("button", { name: "Show the whole step" }).click();
  await expect(zoomText(page)).toHaveText("Whole step");
});

test("on a page with one stage a clicker works before anything has the focus", async ({ page }) => {
  await page.goto("/lab/");
  await expect(page.getByRole("button", { name: "Play" })).toBeVisible();
  const time = page.getByRole("slider", { name: "Time" });
  await expect(async () => {
    await page.keyboard.press("PageDown");
    await expect(time).not.toHaveValue("0", { timeout: 500 });
  }).toPass();
  await page.keyboard.press("Home");
  await expect(time).toHaveValue("0");
});

test("a long trace is painted once, and again only when it moves, not when the cursor does", async ({ page }) => {
  await openState(page, "hundred-thousand-spans");
  const painted = () => page.locator("canvas[data-painted]").getAttribute("data-painted");
  const before = await painted();
  const slider = page.getByRole("slider", { name: "Time" });
  const box = (await slider.boundingBox()) as { x: number; y: number; width: number; height: number };
  await page.mouse.move(box.x + 5, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 10 });
  await page.mouse.up();
  expect(await painted()).toBe(before);
  await plot(page).focus();
  await page.keyboard.press("+");
  await expect.poll(painted).not.toBe(before);
});

test("the recorded ring adds up to what the devices hold", async ({ page }) => {
  await page.goto("/gallery/all-reduce/");
  await page.getByRole("button", { name: /show its numbers/ }).click();
  await expect(page.getByText("First number of chunk 1, in training step 1")).toBeVisible({ timeout: 45_000 });
  const sentence = plain(await page.getByText("First number of chunk 1").textContent());
  const difference = Number(/differs by ([\d.]+)/.exec(sentence)?.[1]);
  const exponent = /× 10⁻/.test(sentence) ? 1e-5 : 1;
  expect(difference * exponent).toBeLessThan(1e-3);
  // The cursor stands in the middle of it.
  const previous = page.getByRole("button", { name: "Previous" });
  while (await previous.isEnabled()) await previous.click();
  await expect(page.getByText("Before the first message")).toBeVisible();
  for (let step = 1; step <= 6; step++) {
    await page.getByRole("button", { name: "Next" }).click();
    await expect(page.getByText(`Round ${step} of 6`)).toBeVisible();
  }
  await expect(page.getByRole("button", { name: "Next" })).toBeDisabled();
  await expect(page.locator('[data-holds="4"]')).toHaveCount(16);
});

test("the values of a shard are the initial ones, and others after training", async ({ page }) => {
  await page.goto("/lab/");
  await page.getByRole("tab", { name: "Shards" }).click();
  await expect(page.getByText(/^Initial values/)).toBeVisible();
  const cells = () => page.locator("figure svg").first().innerHTML();
  const before = await cells();
  await page.getByRole("tab", { name: "Training" }).click();
  await page.getByRole("button", { name: "One step" }).click();
  await expect(page.getByRole("region", { name: "Training" }).getByRole("status")).toContainText("step 1 of", {
    timeout: 45_000,
  });
  await page.getByRole("tab", { name: "Shards" }).click();
  await expect(page.getByText(/^Values after step 1/)).toBeVisible();
  expect(await cells()).not.toBe(before);
});

/** Opens the menu and saves one of its items. */
async function save(page: Page, name: string) {
  await page.getByText("Save", { exact: true }).click();
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name }).click()]);
  return { name: download.suggestedFilename(), content: readFileSync(await download.path()) };
}

test("pictures, schedule and scenario can be saved, and others can read them", async ({ page }) => {
  await openState(page, "1f1b");
  const svg = await save(page, "Timeline and memory, SVG");
  expect(svg.name).toBe("1f1b-dp1-pp4-tp1.svg");
  const text = svg.content.toString();
  expect(text).toMatch(/^<svg[^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
  expect(text).not.toContain("var(--");
  expect(text.match(/data-kind="forward"/g)).toHaveLength(32);
  // It says what it shows, and what its colours mean, as the page does.
  const words = plain(text.replace(/<[^>]+>/g, " "));
  for (const said of [await page.getByRole("heading", { level: 2 }).textContent(), "forward", "activations", "idle"]) {
    expect(words).toContain(plain(said));
  }
  const png = await save(page, "Timeline and memory, PNG");
  expect([...png.content.subarray(1, 4)].map((byte) => String.fromCharCode(byte)).join("")).toBe("PNG");
  expect(png.content.length).toBeGreaterThan(10_000);
  const csv = await save(page, "Schedule, CSV");
  expect(onCommandLine("check", csv.content.toString()).status).toBe(0);
  const scenario = await save(page, "Scenario, JSON");
  expect(JSON.parse(scenario.content.toString())).toEqual(scenarioOf("1f1b"));
});

test("two runs are saved as one picture, each with what it is and what its colours mean", async ({ page }) => {
  await openState(page, "two-runs");
  const compared = page.getByRole("region", { name: "Two runs compared" });
  const saved = async (label: string) => {
    await compared.getByText("Save", { exact: true }).click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      compared.getByRole("button", { name: label }).click(),
    ]);
    return readFileSync(await download.path());
  };
  const svg = (await saved("Both runs, SVG")).toString();
  expect(svg).not.toContain("var(--");
  // Four stages, eight micro-batches, two runs.
  expect(svg.match(/data-kind="forward"/g)).toHaveLength(64);
  const words = plain(svg.replace(/<[^>]+>/g, " "));
  for (const said of ["Both runs take the same time", "GPipe on 4 devices", "1F1B on 4 devices"]) {
    expect(words).toContain(said);
  }
  expect(words.match(/activations/g)).toHaveLength(2);
  expect([...(await saved("Both runs, PNG")).subarray(1, 4)]).toEqual([..."PNG"].map((letter) => letter.charCodeAt(0)));
});

test("keep a run, change the schedule: both stand on one time axis with their differences", async ({ page }) => {
  await page.goto("/lab/");
  await page.getByLabel("Start from").selectOption({ label: "A pipeline of four stages" });
  await page.getByRole("button", { name: "Keep this run to compare" }).click();
  await page.getByLabel("Start from").selectOption({ label: "The same, zero-bubble schedule" });
  const compared = page.getByRole("region", { name: "Two runs compared" });
  await expect(compared.getByRole("heading")).toContainText("less time");
  await expect(compared.getByRole("row", { name: /^step time 33 time units/ })).toBeVisible();
  await compared.getByRole("button", { name: "Forget" }).click();
  await expect(compared).toHaveCount(0);
});

test("arrow keys go through the gallery", async ({ page }) => {
  await page.goto(`/gallery/${GALLERY[0].id}/`);
  await expect(async () => {
    await page.keyboard.press("ArrowRight");
    await expect(page).toHaveURL(new RegExp(`/gallery/${GALLERY[1].id}/$`), { timeout: 2000 });
  }).toPass();
  await expect(page.getByRole("heading", { level: 1 })).toContainText(GALLERY[1].id);
  await page.keyboard.press("ArrowLeft");
  await expect(page).toHaveURL(new RegExp(`/gallery/${GALLERY[0].id}/$`));
});
