/** Every state of the gallery: accessible in both themes, there without scripts, and still when the page wakes up. */
import type { Page } from "@playwright/test";
import { GALLERY } from "../content/scenarios/gallery";
import { expect, expectAccessible, test } from "./fixtures";

/** One state of each shape: schedules differ in their bars only. */
const SHAPES = GALLERY.filter(({ id, scenario }) => id !== scenario.schedule?.kind || id === "1f1b");

for (const { id } of SHAPES) {
  test(`${id} passes axe in the light theme, and in the dark one with its colours`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: "light" });
    await page.goto(`/gallery/${id}/`);
    await expectAccessible(page);
    // A theme changes colours and nothing else.
    await page.emulateMedia({ colorScheme: "dark" });
    await expectAccessible(page, ["color-contrast"]);
  });
}

/** Where the parts of the stage are: top and height, in px. */
async function placesOf(page: Page) {
  await page.evaluate(() => document.fonts.ready);
  return page.locator("[data-stage] > *").evaluateAll((parts) =>
    parts.map((part) => {
      const { top, height } = part.getBoundingClientRect();
      return [Math.round(top + window.scrollY), Math.round(height)];
    }),
  );
}

for (const width of [390, 1280, 1920]) {
  test(`at ${width} px no state is wider than the page or goes on below its footer, and none moves when its scripts wake up`, async ({
    browser,
    baseURL,
  }) => {
    test.setTimeout(180_000);
    const open = async (javaScriptEnabled: boolean) => {
      const context = await browser.newContext({ baseURL, viewport: { width, height: 900 }, javaScriptEnabled });
      return context.newPage();
    };
    const [asleep, awake] = [await open(false), await open(true)];
    for (const { id, views } of SHAPES) {
      await Promise.all([asleep, awake].map((page) => page.goto(`/gallery/${id}/`)));
      await awake.waitForFunction(() => document.querySelector("[data-awake]"));
      await expect(asleep.getByRole("heading", { level: 2 })).not.toBeEmpty();
      // Where nothing takes any time there is nothing to draw.
      if (views.includes("timeline") && id !== "empty") {
        const marks = asleep.locator("svg[data-plot] path, svg[data-plot] rect");
        expect(await marks.count(), `${id} has no first frame`).toBeGreaterThan(10);
      }
      const overflow = await awake.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(overflow, `${id} overflows`).toBeLessThanOrEqual(0);
      const below = await awake.evaluate(() => {
        const { bottom } = (document.querySelector("footer") as Element).getBoundingClientRect();
        return document.documentElement.scrollHeight - Math.max(bottom + window.scrollY, window.innerHeight);
      });
      expect(below, `${id} goes on below its end`).toBeLessThanOrEqual(1);
      expect(await placesOf(awake), id).toEqual(await placesOf(asleep));
    }
    await Promise.all([asleep, awake].map((page) => page.context().close()));
  });
}
