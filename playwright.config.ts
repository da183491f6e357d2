/**
 * The browser tests. They run on the built site, `out/` and, under a base path, `out-course/`, served by our
 * own server; `npm test` builds both, `npm run build` and `npm run build:course` each one.
 */
import { createServer } from "node:net";
import { defineConfig } from "@playwright/test";
import { ensureBrowser, plainChromiumArgs } from "./scripts/browser.mjs";

// This file is read again in every worker: what the first reading chose is handed on in the environment.
process.env.CHROMIUM_PATH = process.env.CHROMIUM_PATH || ensureBrowser().path;
process.env.E2E_PORT ||= await freePort();
process.env.E2E_COURSE_PORT ||= await freePort();

export default defineConfig({
  testDir: "e2e",
  workers: 2,
  fullyParallel: true,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: "list",
  use: {
    baseURL: `http://localhost:${process.env.E2E_PORT}/`,
    trace: "off",
    launchOptions: { executablePath: process.env.CHROMIUM_PATH, args: plainChromiumArgs },
  },
  webServer: [
    server("out", process.env.E2E_PORT, ""),
    server("out-course --base /course", process.env.E2E_COURSE_PORT, "course/"),
  ],
});

function server(args: string, port: string, path: string) {
  return {
    command: `node scripts/serve.mjs ${args}`,
    url: `http://localhost:${port}/${path}`,
    env: { PORT: port },
    stdout: "ignore" as const,
  };
}

function freePort(): Promise<string> {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.once("error", fail);
    probe.listen(0, () => {
      const address = probe.address();
      probe.close(() => done(String(typeof address === "object" && address ? address.port : "")));
    });
  });
}
