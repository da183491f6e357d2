/** Reading a lesson: by scrolling, by keys, without a mouse, without scripts; its numbers, run in the browser. */
import type { Locator, Page } from "@playwright/test";
import { expect, expectAccessible, test } from "./fixtures";

const LESSON = "/learn/data-parallelism/";
const step = (page: Page, id: string): Locator => page.locator(`#${id}`);
const cursor = (page: Page): Locator => page.getByRole("slider", { name: "Time" });
const counter = (page: Page): Locator => page.getByRole("navigation", { name: "Steps" }).getByRole("status");
const stageTitle = (page: Page): Locator => page.locator("main h2").filter({ hasText: /samples, a step in/ });

/** Where the stage's cursor stands, in ms. */
const cursorMs = async (page: Page) => Number(await cursor(page).inputValue());

const isCurrent = (page: Page, id: string) => expect(step(page, id)).toHaveAttribute("aria-current", "step");

/** Opens the lesson at its first step. The cursor leaves the start once the page is awake. */
async function openLesson(page: Page) {
  await page.goto(LESSON);
  await expect.poll(() => cursorMs(page)).toBeGreaterThan(0);
  await isCurrent(page, "forward");
}

test.beforeEach(async ({ page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
});

test("scrolling to a step moves the stage to its instruction and its cluster", async ({ page }) => {
  await openLesson(page);
  await expect(stageTitle(page)).toContainText("One device");
  const forwardMs = await cursorMs(page);

  await step(page, "backward").evaluate((element) => element.scrollIntoView());
  await isCurrent(page, "backward");
  expect(await cursorMs(page)).toBeGreaterThan(forwardMs);

  await step(page, "shards").evaluate((element) => element.scrollIntoView());
  await isCurrent(page, "shards");
  await expect(stageTitle(page)).toContainText("4 devices");
  await expect(page).toHaveURL(/#shards$/);
});

test("keys go from step to step, and back", async ({ page }) => {
  await openLesson(page);
  await page.keyboard.press("j");
  await isCurrent(page, "backward");
  await page.keyboard.press("PageDown");
  await isCurrent(page, "memory");
  await expect(step(page, "memory")).toBeInViewport();
  await page.keyboard.press("k");
  await page.keyboard.press("PageUp");
  await isCurrent(page, "forward");
  await expect(counter(page)).toHaveText(/^Step 1 of \d+$/);
});

test("the button reads on: every line of the lesson has been in sight before the next step is there", async ({
  page,
}) => {
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto(LESSON);
  await expect(page.locator("[data-stage][data-awake]")).toBeVisible();
  const next = page.getByRole("button", { name: "Next" });
  const last = Number(/of (\d+)/.exec((await counter(page).textContent()) ?? "")?.[1]);
  // Of the text, what the window shows above the bar of the steps.
  const seen = () =>
    page.evaluate(() => {
      const bar = document.querySelector("nav[aria-label=Steps]") as Element;
      return [window.scrollY, window.scrollY + bar.getBoundingClientRect().top];
    });
  let [, readPx] = await seen();
  for (let press = 0; press < 4 * last; press++) {
    if ((await counter(page).textContent()) === `Step ${last} of ${last}`) break;
    await next.click();
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    const [topPx, bottomPx] = await seen();
    expect(topPx, `after ${press + 1} presses`).toBeLessThanOrEqual(readPx);
    readPx = Math.max(readPx, bottomPx);
  }
  await expect(counter(page)).toHaveText(`Step ${last} of ${last}`);
});

test("an address opens the lesson at its step, and a click on a paragraph goes there", async ({ page }) => {
  await page.goto(`${LESSON}#overlap`);
  await isCurrent(page, "overlap");
  await expect(stageTitle(page)).toContainText("4 devices");
  const paragraph = step(page, "buckets").getByText("No need to wait");
  await paragraph.scrollIntoViewIfNeeded();
  // What the scrolling brought to the reading line is current first.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await paragraph.click();
  await isCurrent(page, "buckets");
});

test.describe("run in the browser", () => {
  // Pages that are prefetched bring style sheets that nobody uses yet.
  test.use({ allowedConsole: [/preloaded using link preload/] });

  test("numbers that need a run appear, and differ from one device by less than 1e-5", async ({ page }) => {
    await page.goto(`${LESSON}#local-gradients`);
    const local = step(page, "local-gradients");
    await expect(local.getByRole("button", { name: "train to see" })).toHaveCount(8);
    await local.getByRole("button", { name: "Train it here" }).click();
    await expect(local.getByRole("status")).toHaveText(/^50 of 50 training steps/, { timeout: 45_000 });
    await expect(page.getByRole("button", { name: "train to see" })).toHaveCount(0);

    const amount = (of: string) =>
      page.locator(`[data-value="${of}"]`).first().getAttribute("data-amount").then(Number);
    const amounts = (of: string) =>
      page.locator(`[data-value="${of}"]`).evaluateAll((all) => all.map((e) => Number(e.getAttribute("data-amount"))));
    expect(await amount("lossDifference")).toBeLessThan(1e-5);
    expect(await amount("parameterDifference")).toBeLessThan(1e-5);
    expect(await amount("replicaDifference")).toBe(0);

    const norms = await amounts("localGradNorm");
    expect(new Set(norms).size).toBe(4);
    expect(await amount("averagedGradNorm")).toBeLessThan(norms.reduce((a, b) => a + b) / 4);
    const first = await amounts("localGradient");
    expect(await amount("averagedGradient")).toBeCloseTo(first.reduce((a, b) => a + b) / 4, 6);

    // They stay in the text when the stage has moved on to another cluster.
    await page.goto(`${LESSON}#forward`);
    await isCurrent(page, "forward");
    expect(await amounts("localGradNorm")).toEqual(norms);
  });
});

test("with the keyboard alone: predict, see the change, do an exercise", async ({ page }) => {
  await page.goto(`${LESSON}#without-overlap`);
  const question = step(page, "without-overlap");
  await isCurrent(page, "without-overlap");
  await question.getByRole("button", { name: "It doubles" }).focus();
  await page.keyboard.press("Enter");
  await expect(question.getByText("You said “It doubles”. It is “It gets longer")).toBeVisible();
  await expect(question.getByRole("button", { name: "less than twice as long right" })).toBeVisible();
  await expect(stageTitle(page)).toHaveCount(0);

  await question.getByRole("button", { name: "As it was" }).focus();
  await page.keyboard.press("Enter");
  await expect(stageTitle(page)).toContainText("13.9");

  await question.getByRole("button", { name: "Ask again" }).focus();
  await page.keyboard.press("Enter");
  await expect(question.locator("[data-mark], [data-answered=true]")).toHaveCount(0);

  const exercise = step(page, "bucket-size");
  await exercise.getByRole("radio", { checked: true }).focus();
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await expect(exercise.getByText(/^Not yet/)).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await expect(exercise.getByText(/^Not yet/)).toHaveCount(0);
  await page.keyboard.press("Enter");
  await expect(exercise.getByText(/^Right/)).toBeVisible();
});

test("who starts over finds the lesson as on a first visit, and other lessons as they were", async ({ page }) => {
  for (const place of ["/learn/zero/#cost-of-two", `${LESSON}#without-overlap`]) {
    await page.goto(place);
    const question = page.locator("[data-stop=predict]").first();
    await question.getByRole("button").first().click();
    await expect(page.locator("[data-answered=true]")).toHaveCount(1);
  }
  page.once("dialog", (dialog) => dialog.dismiss());
  await page.getByRole("button", { name: "Start over" }).click();
  await expect(page.locator("[data-answered=true]")).toHaveCount(1);
  page.once("dialog", (dialog) => dialog.accept());
  await page.getByRole("button", { name: "Start over" }).click();
  await expect(page.locator("[data-answered=true]")).toHaveCount(0);
  await isCurrent(page, "forward");
  await expect(page.getByRole("button", { name: /^Continue at/ })).toHaveCount(0);
  await page.goto("/learn/zero/");
  await expect(page.locator("[data-answered=true]")).toHaveCount(1);
});

test("the stage's own keys stay its own", async ({ page }) => {
  await page.goto(`${LESSON}#overlap`);
  await isCurrent(page, "overlap");
  const before = await cursorMs(page);
  await cursor(page).focus();
  await page.keyboard.press("ArrowLeft");
  expect(await cursorMs(page)).toBeLessThan(before);
  await isCurrent(page, "overlap");
});

for (const widthPx of [390, 1280, 1920]) {
  test(`${widthPx}px wide: nothing to scroll sideways, and the stage stays in sight`, async ({ page }) => {
    await page.setViewportSize({ width: widthPx, height: 844 });
    await page.goto(`${LESSON}#overlap`);
    await isCurrent(page, "overlap");
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(widthPx);
    await expect(stageTitle(page)).toBeInViewport();
    await expect(step(page, "overlap").locator("b, strong").first()).toBeInViewport();
  });
}

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("the text and the first figure are there", async ({ page }) => {
    await page.goto(LESSON);
    await expect(page.locator("main svg").first()).toBeVisible();
    await expect(stageTitle(page)).toContainText("One device");
    await expect(step(page, "ring")).toContainText("77.2\u00a0kB");
    await expect(page.getByRole("heading", { name: "Recap" })).toBeVisible();
    const hint = page.locator("details").filter({ hasText: "A hint" }).first();
    await expect(hint.locator("p").first()).toBeHidden();
    await hint.getByText("A hint").click();
    await expect(hint.locator("p").first()).toBeVisible();
  });
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`the lesson passes axe, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await page.goto(`${LESSON}#twice-the-devices`);
    await isCurrent(page, "twice-the-devices");
    await step(page, "twice-the-devices").getByRole("button", { name: "It halves" }).click();
    await expectAccessible(page);
  });
}

test("with the all-reduce broken the replicas differ, and the page says by how much; restored, they do not", async ({
  page,
}) => {
  await page.goto(LESSON);
  const breakIt = page.locator("#break-all-reduce");
  await expect(breakIt).not.toContainText("drift apart");
  await breakIt.getByRole("button", { name: "Train it broken" }).click();
  await expect(breakIt).toContainText("the replicas drift apart", { timeout: 45_000 });
  await breakIt.getByRole("button", { name: "Train it restored" }).click();
  await expect(breakIt).toContainText("Restored, after 5 steps", { timeout: 45_000 });
  await expect(breakIt.locator("[data-curve]")).toHaveCount(3);
  await expect(breakIt.getByRole("table", { name: "Loss by step" }).getByRole("row")).toHaveCount(1 + 5);
  const numbers = async (name: string) => {
    const text = ((await breakIt.locator("p", { hasText: name }).textContent()) ?? "").replaceAll("\u00a0", " ");
    return [...text.matchAll(/by ([\d.]+)(?: × 10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?/g)].map(([, mantissa, power]) => {
      const exponent = power
        ? [...power].map((sign) => (sign === "⁻" ? "-" : "⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(sign))).join("")
        : "0";
      return Number(mantissa) * 10 ** Number(exponent);
    });
  };
  const [brokenParameters, brokenReplicas] = await numbers("Broken");
  expect(brokenParameters).toBeGreaterThan(1e-3);
  expect(brokenReplicas).toBeGreaterThan(1e-3);
  const [parameters, replicas] = await numbers("Restored");
  expect(parameters).toBeLessThan(1e-5);
  expect(replicas).toBe(0);
});
