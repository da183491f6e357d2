/**
 * What every browser test asks of a page without saying so: no unexpected word on the console, no uncaught
 * error, no failed request, nothing fetched from another origin.
 */
import AxeBuilder from "@axe-core/playwright";
import { test as base, expect, type Page } from "@playwright/test";
import { chromiumArgs } from "../scripts/browser.mjs";

export { expect };

/** For `launchOptions`: a browser with software graphics. Without it there is no WebGL and no WebGPU. */
export const withGraphics = { executablePath: process.env.CHROMIUM_PATH, args: chromiumArgs };

interface Options {
  /**
   * Console warnings and errors that a test expects: `test.use({ allowedConsole: [/GPU stall/] })`. One pattern in the
   * list: Playwright takes a list of two for a fixture and its options.
   */
  allowedConsole: RegExp[];
  /** Answers of 400 and above that a test asks for, by URL. */
  allowedFailures: RegExp[];
}

export const test = base.extend<Options & { complaints: string[] }>({
  allowedConsole: [[], { option: true }],
  allowedFailures: [[], { option: true }],

  complaints: [
    async ({ context, allowedConsole, allowedFailures }, use) => {
      const complaints: string[] = [];
      const origins = new Set<string>();
      const failureAllowed = (url: string) => allowedFailures.some((pattern) => pattern.test(url));

      context.on("console", (message) => {
        if (message.type() !== "warning" && message.type() !== "error") return;
        if (allowedConsole.some((pattern) => pattern.test(message.text()))) return;
        if (message.text().startsWith("Failed to load resource") && failureAllowed(message.location().url)) return;
        complaints.push(`console ${message.type()}: ${message.text()} (${message.location().url})`);
      });
      context.on("weberror", (error) => complaints.push(`uncaught: ${error.error().stack ?? error.error()}`));
      context.on("request", (request) => {
        const { protocol, origin } = new URL(request.url());
        if (protocol !== "http:" && protocol !== "https:") return;
        if (request.isNavigationRequest() && origins.size === 0) origins.add(origin);
        if (!origins.has(origin)) complaints.push(`request to another origin: ${request.url()}`);
      });
      context.on("response", (response) => {
        if (response.status() >= 400 && !failureAllowed(response.url()))
          complaints.push(`${response.status()}: ${response.url()}`);
      });

      await use(complaints);
      expect(complaints, "complaints of the page").toEqual([]);
    },
    { auto: true },
  ],
});

/** Fail on anything axe finds against WCAG 2.2 A and AA, or against some rules only. */
export async function expectAccessible(page: Page, rules?: string[]) {
  // Over the shades at a table's edges axe would not judge contrast.
  await page.addStyleTag({ content: 'section[tabindex="0"] { background: none !important }' });
  // No page has a frame of another origin: without a page of its own for the results it takes half the time.
  const axe = new AxeBuilder({ page }).setLegacyMode();
  if (rules) axe.withRules(rules);
  else axe.withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]);
  const { violations } = await axe.analyze();
  const found = violations.map(({ id, help, nodes }) => `${id}: ${help} (${nodes.map((n) => n.target).join("; ")})`);
  expect(found, "accessibility").toEqual([]);
}
