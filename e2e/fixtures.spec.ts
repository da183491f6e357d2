/** The guard of fixtures.ts must itself be able to fail: each of these pages does something it forbids. */
import { test } from "./fixtures";

test("a quiet page is let through", async ({ page }) => {
  await page.goto("/");
});

const offences: Record<string, string> = {
  "a warning on the console": `console.warn("careful")`,
  "an uncaught error": `setTimeout(() => { throw new Error("uncaught") })`,
  "a missing file": `fetch("/missing.json")`,
  "a request to another origin": `new Image().src = "http://127.0.0.1:" + location.port + "/icon.svg"`,
};

for (const [offence, script] of Object.entries(offences)) {
  test.fail(`${offence} fails the test`, async ({ page }) => {
    await page.goto("/");
    await page.evaluate(script);
    await page.waitForTimeout(300);
  });
}
