/** The guard of fixtures.ts must itself be able to complain: each of these pages does something it forbids. */
import { expect, test } from "./fixtures";

test("a quiet page is let through", async ({ page, complaints }) => {
  await page.goto("/");
  expect(complaints).toEqual([]);
});

for (const [offence, script, complaint] of [
  ["a warning on the console", `console.warn("careful")`, /^console warning: careful/],
  ["an uncaught error", `void setTimeout(() => { throw new Error("unforeseen") })`, /^uncaught: Error: unforeseen/],
  ["a missing file", `void fetch("/missing.json")`, /^404: .*\/missing\.json$/],
  [
    "a request to another origin",
    `void (new Image().src = "http://127.0.0.1:" + location.port + "/icon.svg")`,
    /^request to another origin: .*\/icon\.svg$/,
  ],
] as const) {
  test(`${offence} is complained of`, async ({ page, complaints }) => {
    await page.goto("/");
    await page.evaluate(script);
    await expect.poll(() => complaints).toContainEqual(expect.stringMatching(complaint));
    complaints.length = 0; // as was to be shown: this test need not fail for it
  });
}
