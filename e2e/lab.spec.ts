/** A newcomer's journey: from the first page to the lab, training on one and on four devices, and the cursor. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { LAB_PRESETS } from "../content/scenarios/lab";
import { expect, expectAccessible, test } from "./fixtures";

const NUM_STEPS = 3;
const preset = LAB_PRESETS[0].scenario;

const field = (page: Page, name: string) => page.getByRole("textbox", { name, exact: true });
const cursor = (page: Page) => page.getByRole("slider", { name: "Time" });
const readout = (page: Page, name: string) =>
  page.locator("dt", { hasText: name }).locator("xpath=following-sibling::dd");
const training = (page: Page) => page.getByRole("region", { name: "Training" });

/** Trains all steps and returns the loss that the page shows. */
async function train(page: Page): Promise<string> {
  await page.getByRole("button", { name: "Train it here" }).click();
  await expect(training(page).getByRole("status")).toContainText(`step ${NUM_STEPS} of ${NUM_STEPS}`, {
    timeout: 45_000,
  });
  return (await readout(page, "loss").textContent()) ?? "";
}

/** The last loss that the command line computes for the lab's first scenario, with the page's digits. */
function lossOnCommandLine(dp: number, digits: number): string {
  const scenario = { ...preset, steps: NUM_STEPS, mesh: { dp } };
  const { stdout } = spawnSync("npm", ["run", "-s", "engine", "--", "run", "-"], {
    input: JSON.stringify(scenario),
    encoding: "utf8",
  });
  return JSON.parse(stdout).losses.at(-1).toFixed(digits);
}

async function openLab(page: Page) {
  await page.goto("/");
  await page.getByRole("navigation").getByRole("link", { name: "Lab" }).click();
  await expect(page).toHaveURL(/\/lab\/$/);
  await field(page, "Steps").fill(String(NUM_STEPS));
}

test("one and four devices train to the same loss, which is the command line's", async ({ page }) => {
  await openLab(page);
  await expect(field(page, "Devices")).toHaveValue("4");
  const onFour = await train(page);
  await expect(training(page)).toContainText(/Difference from one device/);

  await field(page, "Devices").fill("1");
  await expect(page.getByText("Device 2")).toHaveCount(0);
  const onOne = await train(page);

  expect(onFour).toMatch(/^\d+\.\d{3,}$/);
  expect(onFour).toBe(onOne);
  const digits = onFour.split(".")[1].length;
  expect(onFour).toBe(lossOnCommandLine(4, digits));
});

test("with ZeRO-3 the same devices hold less, send more, and train to the same loss", async ({ page }) => {
  await openLab(page);
  const inAll = page.getByRole("list", { name: "Memory at the cursor" }).getByText("together").getByRole("status");
  const before = await inAll.textContent();
  const onReplicas = await train(page);
  await page.getByRole("combobox", { name: "Replicas share" }).selectOption("3");
  await expect(inAll).not.toHaveText(before ?? "");
  expect(await train(page)).toBe(onReplicas);
  await expect(training(page)).toContainText(/Difference from one device/);
});

test("the cursor scrubs, steps, and steps back to exactly where it was", async ({ page }) => {
  await openLab(page);
  await cursor(page).fill("7");
  const scrubbed = Number(await cursor(page).inputValue());
  expect(scrubbed).toBeCloseTo(7, 6);

  await page.getByRole("button", { name: "Step", exact: true }).click();
  const after = await cursor(page).inputValue();
  expect(Number(after)).toBeGreaterThan(scrubbed);
  await page.getByRole("button", { name: "Step", exact: true }).click();
  expect(Number(await cursor(page).inputValue())).toBeGreaterThan(Number(after));
  await page.getByRole("button", { name: "Step back" }).click();
  expect(await cursor(page).inputValue()).toBe(after);

  await page.getByRole("button", { name: "Play" }).click();
  await expect.poll(async () => Number(await cursor(page).inputValue())).toBeGreaterThan(Number(after));
  await page.getByRole("button", { name: "Pause" }).first().click();
  const paused = await cursor(page).inputValue();
  await page.waitForFunction(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true)))),
  );
  expect(await cursor(page).inputValue()).toBe(paused);
});

test("a bad number is refused in a sentence beside its control, and the last good figure stays", async ({ page }) => {
  await openLab(page);
  const before = await readout(page, "step time").textContent();
  for (const [name, text, sentence] of [
    ["Devices", "0", "The number of replicas must be at least 1, not 0"],
    ["Devices", "3", "must be divisible by the number of replicas (3)"],
    ["Devices", "four", 'The number of replicas must be a number, not "four"'],
    ["Learning rate", "-1", "The learning rate must be at least 0, not -1"],
    ["Micro-batch", "7", "use a micro-batch of"],
  ] as const) {
    const control = field(page, name);
    const good = await control.inputValue();
    await control.fill(text);
    await expect(page.locator("form p[id]", { hasText: sentence })).toBeVisible();
    const at = name === "Devices" && text === "3" ? field(page, "Batch") : control;
    await expect(at).toHaveAttribute("aria-invalid", "true");
    await expect(at).toHaveAccessibleDescription(new RegExp(sentence.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")));
    expect(await readout(page, "step time").textContent()).toBe(before);
    await control.fill(good);
    await expect(page.locator("form p[id]", { hasText: sentence })).toHaveCount(0);
  }
});

test("another backend gives the same loss; a reload keeps the scenario, and trains afresh", async ({ page }) => {
  await openLab(page);
  const onFastest = await train(page);
  await page.getByRole("combobox", { name: "Backend" }).selectOption("cpu");
  const onCpu = await train(page);
  await expect(training(page).getByRole("status")).toContainText("on cpu");
  expect(onCpu).toBe(onFastest);

  await page.reload();
  await expect(readout(page, "loss")).toHaveText("not yet");
  await expect(field(page, "Steps")).toHaveValue(String(NUM_STEPS));
});

test("a link opens the same scenario elsewhere, and typing leaves no trail in the history", async ({
  page,
  context,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await openLab(page);
  const entries = await page.evaluate(() => history.length);
  await field(page, "Devices").fill("8");
  await page.getByRole("combobox", { name: "Replicas share" }).selectOption("2");
  await page.getByRole("button", { name: "Copy link" }).click();
  await expect(page.getByText("The link is copied.")).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(page.url()).toBe(link);
  expect(await page.evaluate(() => history.length)).toBe(entries);

  const other = await context.newPage();
  await other.goto(link);
  await expect(field(other, "Devices")).toHaveValue("8");
  await expect(other.getByRole("combobox", { name: "Replicas share" })).toHaveValue("2");
  expect(await readout(other, "step time").textContent()).toBe(await readout(page, "step time").textContent());

  // Pasted into a lab that is open already, an address is read as well; the next change is in it.
  await other.goto(link.slice(0, link.indexOf("#") + 40));
  await expect(other.getByText(/The stage shows what it showed before/)).toBeVisible();
  await expect(field(other, "Devices")).toHaveValue("8");
  await field(other, "Devices").fill("2");
  await expect(other.getByText(/The stage shows what it showed before/)).toHaveCount(0);
  // The address follows once the fields have rested.
  const addressOf = async () => (await other.evaluate(() => window.location.hash)).length;
  await expect.poll(addressOf).toBeGreaterThan(100);
  await other.reload();
  await expect(field(other, "Devices")).toHaveValue("2");
});

test("a saved scenario opens again from its file", async ({ page }) => {
  await openLab(page);
  await field(page, "Batch").fill("512");
  const saving = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save scenario (JSON)" }).click();
  const path = await (await saving).path();
  expect(JSON.parse(readFileSync(path, "utf8"))).toMatchObject({ batch: { global: 512 }, steps: NUM_STEPS });
  await page.getByRole("combobox", { name: "Start from" }).selectOption("2");
  await page.getByRole("button", { name: "Open scenario" }).click();
  await page.getByLabel("From a file").setInputFiles(path);
  await expect(field(page, "Batch")).toHaveValue("512");
  await expect(field(page, "Devices")).toHaveValue("4");
});

test("what does not fit does not train, and the lab says what was found to make it fit", async ({ page }) => {
  await openLab(page);
  await field(page, "Hidden").fill("320");
  await field(page, "Layers").fill("8");
  await expect(page.getByRole("button", { name: "Train it here" })).toBeDisabled();
  await expect(training(page).getByRole("status")).toContainText(/Device 1 runs out of memory .* so it does not train/);
  const why = page.locator("[aria-live]").first();
  await expect(why).toContainText("It would fit with ZeRO-1");
  await page.getByRole("combobox", { name: "Replicas share" }).selectOption("1");
  await expect(page.getByRole("button", { name: "Train it here" })).toBeEnabled();
});

test("one step at a time, a pause, and starting over", async ({ page }) => {
  await openLab(page);
  await field(page, "Steps").fill("4000");
  await page.getByRole("button", { name: "One step" }).click();
  await expect(training(page).getByRole("status")).toContainText("step 1 of 4000", { timeout: 45_000 });
  const first = await readout(page, "loss").textContent();

  await page.getByRole("button", { name: "Go on" }).click();
  await expect(training(page).getByRole("status")).not.toContainText("step 1 of");
  await training(page).getByRole("button", { name: "Pause" }).click();
  await expect(page.getByRole("button", { name: "Go on" })).toBeVisible();

  await page.getByRole("button", { name: "Start over" }).click();
  await page.getByRole("button", { name: "One step" }).click();
  await expect(training(page).getByRole("status")).toContainText("step 1 of 4000", { timeout: 45_000 });
  expect(await readout(page, "loss").textContent()).toBe(first);
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`the lab passes axe, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await page.goto("/lab/");
    await expectAccessible(page);
  });
}

for (const widthPx of [390, 1280, 1920]) {
  test(`the lab at ${widthPx} px has nothing to scroll sideways`, async ({ page }) => {
    await page.setViewportSize({ width: widthPx, height: 800 });
    await page.goto("/lab/");
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(widthPx);
  });
}
