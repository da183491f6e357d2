/** Every state of the gallery: accessible in both themes, there without scripts, and still when the page wakes up. */
import { GALLERY } from "../content/scenarios/gallery";
import { expect, expectAccessible, test } from "./fixtures";

for (const colorScheme of ["light", "dark"] as const) {
  test(`every state passes axe, ${colorScheme}`, async ({ page }) => {
    test.setTimeout(300_000);
    await page.emulateMedia({ colorScheme });
    for (const { id } of GALLERY) {
      await test.step(id, async () => {
        await page.goto(`/gallery/${id}/`);
        await expectAccessible(page);
      });
    }
  });
}

for (const width of [390, 1280, 1920]) {
  test(`at ${width} px no state is wider than the page, and nothing moves when it wakes up`, async ({
    browser,
    baseURL,
  }) => {
    test.setTimeout(180_000);
    const context = await browser.newContext({ baseURL, viewport: { width, height: 900 } });
    const page = await context.newPage();
    await page.addInitScript(() => {
      const shifts: number[] = [];
      Object.assign(window, { shifts });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) shifts.push((entry as PerformanceEntry & { value: number }).value);
      }).observe({ type: "layout-shift", buffered: true });
    });
    for (const { id, views } of GALLERY) {
      await page.goto(`/gallery/${id}/`);
      await page.waitForTimeout(250);
      const { overflow, shift } = await page.evaluate(() => ({
        overflow: document.documentElement.scrollWidth - window.innerWidth,
        shift: (window as unknown as { shifts: number[] }).shifts.reduce((a, b) => a + b, 0),
      }));
      expect(overflow, `${id} overflows`).toBeLessThanOrEqual(0);
      if (views.includes("timeline")) expect(shift, `${id} moves`).toBeLessThan(0.01);
    }
    await context.close();
  });
}

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("every state shows its first frame", async ({ page }) => {
    for (const { id, views } of GALLERY) {
      await page.goto(`/gallery/${id}/`);
      await expect(page.getByRole("heading", { level: 2 })).not.toBeEmpty();
      if (views.includes("timeline")) {
        expect(await page.locator("svg[data-plot] path, svg[data-plot] rect").count(), id).toBeGreaterThan(10);
      }
    }
  });
});
