import type { Page } from "@playwright/test";
import { expect, expectAccessible, test } from "./fixtures";

/** Press Tab until the link with this name has the focus. */
async function tabTo(page: Page, name: string) {
  const link = page.getByRole("link", { name, exact: true }).last();
  for (let presses = 0; presses < 150; presses++) {
    await page.keyboard.press("Tab");
    if (await link.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`No way by Tab to the link "${name}".`);
}

test("from the first page the keyboard leads to the lesson, back, and to the lab", async ({ page }) => {
  await page.goto("/");
  await tabTo(page, "Data parallelism");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/learn\/data-parallelism\/$/);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();

  await tabTo(page, "Course");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/:\d+\/$/);

  await tabTo(page, "lab");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/lab\/$/);
});

test("the first Tab offers a way past the header", async ({ page }) => {
  await page.goto("/");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to the text" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.locator("#content")).toBeFocused();
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`the first page passes axe, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await page.goto("/");
    await expectAccessible(page);
  });
}

test("a chosen theme wins over the system's and outlives a reload", async ({ page }) => {
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.emulateMedia({ colorScheme: "dark" });
  await page.goto("/");
  expect(await paper()).toBe("rgb(22, 23, 26)");

  await page.getByRole("button", { name: "Light theme" }).click();
  expect(await paper()).toBe("rgb(251, 250, 247)");
  await page.reload({ waitUntil: "commit" });
  await expect(page.locator("html")).toHaveAttribute("data-theme", "light");

  await page.getByRole("button", { name: "Dark theme" }).click();
  expect(await paper()).toBe("rgb(22, 23, 26)");
});

test("text and italics are set in the site's own faces", async ({ page }) => {
  await page.goto("/learn/data-parallelism/");
  const loaded = await page.evaluate(async () => {
    const faces = ["400 18px", "italic 400 18px"].map((font) => `${font} "Source Serif 4 Variable"`);
    await Promise.all([...faces, '500 14px "Inter Variable"'].map((font) => document.fonts.load(font)));
    // Formulas have faces of their own.
    const own = [...document.fonts].filter(({ status, family }) => status === "loaded" && !family.includes("KaTeX"));
    return own.map((f) => `${f.family} ${f.style}`);
  });
  expect(loaded.map((face) => face.replaceAll('"', "")).sort()).toEqual([
    "Inter Variable normal",
    "Source Serif 4 Variable italic",
    "Source Serif 4 Variable normal",
  ]);
});

for (const [widthPx, textPx] of [
  [390, 18],
  [1280, 18],
  [1920, 23.76],
] as const) {
  test(`${widthPx}px wide: text of ${textPx}px, and nothing to scroll sideways`, async ({ page }) => {
    await page.setViewportSize({ width: widthPx, height: 800 });
    await page.goto("/");
    const sizePx = await page.evaluate(() => Number.parseFloat(getComputedStyle(document.body).fontSize));
    expect(sizePx).toBeCloseTo(textPx, 1);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(widthPx);
  });
}

test.describe("a wrong address", () => {
  test.use({ allowedFailures: [/\/nowhere\/$/] });

  test("gets the 404 page, which leads back to the course", async ({ page }) => {
    const response = await page.goto("/nowhere/");
    expect(response?.status()).toBe(404);
    await page.getByRole("main").getByRole("link", { name: "course" }).click();
    await expect(page).toHaveURL(/:\d+\/$/);
  });
});
