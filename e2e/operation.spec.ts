/** The figure of an operation between devices, in the lesson on collectives: its rounds, its backward, without scripts. */
import type { Locator, Page } from "@playwright/test";
import { expect, expectAccessible, test } from "./fixtures";

const LESSON = "/learn/collectives/";
const figure = (page: Page, of: string): Locator => page.locator(`[data-operation="${of}"]`);
const shown = (page: Page, of: string): Locator => figure(page, of).locator("[data-on=true]");
const NAMES = ["send", "broadcast", "reduce", "all-gather", "reduce-scatter", "all-to-all", "all-reduce"];

test.beforeEach(async ({ page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
});

test("with the keyboard alone: round by round to the end, and its backward with the proof", async ({ page }) => {
  await page.goto(`${LESSON}#all-gather`);
  const status = shown(page, "all-gather").getByRole("status");
  await shown(page, "all-gather").getByRole("button", { name: "Next" }).focus();
  await page.keyboard.press("Enter");
  await expect(status).toContainText("Round 1 of 3");
  await shown(page, "all-gather").getByRole("slider").focus();
  await page.keyboard.press("ArrowRight");
  await expect(status).toContainText("Round 2 of 3");
  await page.keyboard.press("End");
  await expect(status).toContainText("12\u00a0B by each device, 48\u00a0B in all");
  await figure(page, "all-gather").getByRole("button", { name: "Its backward: reduce-scatter" }).focus();
  await page.keyboard.press("Enter");
  await expect(shown(page, "all-gather")).toContainText("the same for 64 of 64, and so for any numbers");
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`all figures pass axe at their ends, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await page.goto(`${LESSON}#message`);
    for (const of of NAMES) {
      await shown(page, of).getByRole("slider").focus();
      await page.keyboard.press("End");
    }
    await expectAccessible(page);
  });
}

for (const widthPx of [390, 1280, 1920]) {
  test(`${widthPx}px wide: every figure fits its text`, async ({ page }) => {
    await page.setViewportSize({ width: widthPx, height: 844 });
    await page.goto(`${LESSON}#all-reduce`);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(widthPx);
    for (const of of NAMES) {
      const [outer, inner] = await Promise.all([
        figure(page, of).boundingBox(),
        shown(page, of).locator("svg").boundingBox(),
      ]);
      expect(inner?.width).toBeGreaterThan(280);
      expect(inner?.width).toBeLessThanOrEqual(outer?.width ?? 0);
    }
  });
}

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("before and after, forward and backward are all there", async ({ page }) => {
    await page.goto(LESSON);
    for (const of of NAMES) {
      const count = of === "all-reduce" ? 3 : 4;
      await expect(figure(page, of).locator("svg:visible")).toHaveCount(count);
      await expect(figure(page, of).locator("noscript p").first()).toBeVisible();
      await expect(figure(page, of).getByRole("button")).toHaveCount(0);
    }
  });
});
