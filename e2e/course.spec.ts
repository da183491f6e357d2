/**
 * Every lesson, as its readers use it: its clusters train and equal one device, its mistakes show, its questions are
 * answered rightly, wrongly and absurdly, and what was answered outlives a reload.
 */
import type { Locator, Page } from "@playwright/test";
import { outline } from "../content/outline";
import { expect, expectAccessible, test } from "./fixtures";

const TOLERANCE = 1e-5;

// Pages that are prefetched bring style sheets that nobody uses yet.
test.use({ allowedConsole: [/preloaded using link preload/] });

const stops = (page: Page, kind: string): Locator => page.locator(`section[data-stop="${kind}"]`);

async function open(page: Page, slug: string, id = "") {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.goto(`/learn/${slug}/${id && `#${id}`}`);
  await expect(page.locator("[data-stage][data-awake]")).toBeVisible();
}

/** The first stop of each scene that is more than a question about it. */
function scenes(page: Page): Promise<{ scene: string; id: string }[]> {
  return stops(page, "step").evaluateAll((sections) => {
    const firsts = new Map(sections.toReversed().map((section) => [section.getAttribute("data-scene"), section.id]));
    return [...firsts].map(([scene, id]) => ({ scene: scene ?? "", id }));
  });
}

const idsOf = (all: Locator): Promise<string[]> => all.evaluateAll((elements) => elements.map(({ id }) => id));

for (const { slug, title } of outline) {
  test.describe(title, () => {
    test("its clusters train, and differ from one device by less than 1e-5; its mistakes differ by more", async ({
      page,
    }) => {
      test.setTimeout(240_000);
      await open(page, slug);
      for (const { scene, id } of await scenes(page)) {
        await page.evaluate((hash) => window.location.assign(hash), `#${id}`);
        await expect(page.locator(`[id="${id}"]`)).toHaveAttribute("aria-current", "step");
        if (await page.getByText("Too large to train in a tab").isVisible()) continue;
        const proof = page.locator("[data-trained]");
        await page.locator("[data-stage]").getByRole("button", { name: "Train it here" }).click();
        await expect(proof, scene).toContainText("every byte accounted for was really held", { timeout: 90_000 });
        // The browser has neither WebGL nor WebGPU: a lesson needs none.
        await expect(proof, scene).toContainText("on wasm");
        expect(Number(await proof.getAttribute("data-loss-difference")), scene).toBeLessThan(TOLERANCE);
      }
      // All of them are made in components/lesson/breakIts.test.ts; here one, by its buttons.
      await breakIt(page, (await idsOf(stops(page, "break")))[0]);
    });

    test("questions: no answer before it is asked for; right, wrong and absurd ones; a reload keeps them", async ({
      page,
    }) => {
      test.setTimeout(120_000);
      await open(page, slug);
      await expect(page.locator("[data-verdict], button[data-mark]")).toHaveCount(0);
      await expect(page.locator("[data-answered=true]")).toHaveCount(0);
      const predictions = await idsOf(stops(page, "predict"));
      for (const id of predictions) await predict(page.locator(`[id="${id}"]`));
      for (const id of await idsOf(stops(page, "exercise"))) await exercise(page.locator(`[id="${id}"]`));
      for (const id of await idsOf(stops(page, "calculate"))) await calculate(page.locator(`[id="${id}"]`));
      for (const id of await idsOf(stops(page, "write"))) await write(page.locator(`[id="${id}"]`));

      const verdicts = await page.locator("[data-verdict]").allTextContents();
      await page.reload();
      await expect(page.locator("[data-answered=true]")).toHaveCount(predictions.length);
      // The least and the most are found again, a setting at a time.
      await expect(page.locator("[data-verdict]")).toHaveText(verdicts, { timeout: 40_000 });
    });

    test("fits a phone, and the keyboard goes through all of it", async ({ page }) => {
      await page.setViewportSize({ width: 390, height: 844 });
      await open(page, slug);
      const counter = page.getByRole("navigation", { name: "Steps" }).getByRole("status");
      const [, last] = /of (\d+)/.exec((await counter.textContent()) ?? "") ?? [];
      for (let at = 2; at <= Number(last); at++) {
        await page.keyboard.press("j");
        await expect(counter).toHaveText(`Step ${at} of ${last}`);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
      }
    });

    test("passes axe", async ({ page }) => {
      await open(page, slug);
      await expectAccessible(page);
    });
  });

  test.describe(`${title}, without scripts`, () => {
    test.use({ javaScriptEnabled: false });

    test("its text and its first figure are there, and no answer is", async ({ page }) => {
      await page.goto(`/learn/${slug}/`);
      await expect(page.locator("main svg").first()).toBeVisible();
      await expect(page.getByRole("heading", { name: "Recap" })).toBeVisible();
      await expect(page.locator("[data-answered=true]")).toHaveCount(0);
    });
  });
}

async function breakIt(page: Page, id: string) {
  const aside = page.locator(`[id="${id}"]`);
  const outcomes = aside.locator("[data-refused], [data-parameter]");
  await expect(outcomes).toHaveCount(0);
  await aside.getByRole("button", { name: "Train it broken" }).click();
  await expect(outcomes).toHaveCount(1, { timeout: 60_000 });
  if ((await outcomes.first().getAttribute("data-refused")) === null)
    expect(await worst(outcomes.first())).toBeGreaterThan(1e-3);
  await aside.getByRole("button", { name: "Train it restored" }).click();
  await expect(outcomes).toHaveCount(2, { timeout: 60_000 });
  expect(await worst(outcomes.last()), id).toBeLessThan(TOLERANCE);
}

/** The largest of the differences that an outcome says; what has left the numbers is far. */
async function worst(outcome: Locator): Promise<number> {
  const numbers = await Promise.all(
    ["data-parameter", "data-replicas", "data-loss"].map((name) => outcome.getAttribute(name)),
  );
  return Math.max(...numbers.map((number) => (number === "NaN" ? Number.POSITIVE_INFINITY : Number(number))));
}

/** Takes the first choice, whatever it is: the page says what it is, and what is right. */
async function predict(question: Locator) {
  const answer = question.locator("[data-answered]");
  await expect(answer).not.toContainText("You said");
  const first = question.getByRole("button").first();
  const text = await first.textContent();
  await first.click();
  await expect(question.locator("[data-mark=right]")).toHaveCount(1);
  await expect(answer).toContainText(`You said “${text}”`);
}

/** Runs what is set at first, which is wrong, then every other option; with one field one of them has to be right. */
async function exercise(task: Locator) {
  const verdict = task.locator("[data-verdict]");
  const groups = task.getByRole("group");
  const options = await groups.first().getByRole("radio").all();
  const isSet = await Promise.all(options.map((option) => option.isChecked()));
  const preset = options[isSet.indexOf(true)];
  const seen: (string | null)[] = [];
  for (const option of [preset, ...options.filter((one) => one !== preset).toReversed()]) {
    await option.click();
    // To choose is not to answer.
    await expect(verdict).toHaveCount(0);
    await task.getByRole("button", { name: "Run it" }).click();
    await expect(verdict).toBeVisible();
    seen.push(await verdict.getAttribute("data-verdict"));
  }
  expect(seen[0]).not.toBe("right");
  if ((await groups.count()) === 1) expect(seen).toContain("right");
}

async function calculate(task: Locator) {
  const verdict = task.locator("[data-verdict]");
  for (const [said, sentence] of [
    ["bananas", /not a number/],
    ["1e30", /the run says less/],
    ["-1", /the run says more/],
  ] as const) {
    await task.getByRole("textbox").fill(said);
    await task.getByRole("textbox").press("Enter");
    await expect(verdict).toHaveText(sentence);
  }
}

async function write(task: Locator) {
  const verdict = task.locator("[data-verdict]");
  const text = task.getByRole("textbox");
  const start = await text.inputValue();
  for (const [written, sentence] of [
    ["bananas", /cannot be run/],
    [start.split("\n").slice(1).join("\n"), /cannot be run/],
    [start, /Not yet|does not fit/],
  ] as const) {
    await text.fill(written);
    await task.getByRole("button", { name: "Run it" }).click();
    await expect(verdict).toHaveText(sentence);
  }
}
