/** The whole site served from a folder of a host, as a course page would have it. */
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "./fixtures";

const course = `http://localhost:${process.env.E2E_COURSE_PORT}/course`;
const folder = fileURLToPath(new URL("../out-course", import.meta.url));

/** States of the gallery are one page with different data: a few stand for all. */
const STATES = /^\/gallery\/(?!$|1f1b\/|mesh-cube\/|backends\/)/;

const routes = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => file.endsWith("index.html") && !file.startsWith("_not-found/") && !file.startsWith("404/"))
  .map((file) => `/${file.slice(0, -"index.html".length)}`)
  .filter((route) => !STATES.test(route))
  .sort();

test("the export has the first page, the lab and a lesson", () => {
  expect(routes).toEqual(expect.arrayContaining(["/", "/lab/", "/learn/data-parallelism/"]));
});

for (const route of routes) {
  test(`${route} under /course: nothing missing, nothing from elsewhere, nothing on the console`, async ({ page }) => {
    const response = await page.goto(`${course}${route}`, { waitUntil: "networkidle" });
    expect(response?.status()).toBe(200);
    const hrefs = await page.locator("a[href^='/']").evaluateAll((links) => links.map((a) => a.getAttribute("href")));
    for (const href of hrefs) expect(href).toMatch(/^\/course\//);
  });
}

test("links lead on within /course", async ({ page }) => {
  await page.goto(`${course}/`);
  await page.getByRole("link", { name: "Lab", exact: true }).click();
  await expect(page).toHaveURL(`${course}/lab/`);
  await page.getByRole("link", { name: "Cluster in a Tab" }).click();
  await expect(page).toHaveURL(`${course}/`);
});

test("the WASM files of the engine are served as such", async ({ request }) => {
  for (const name of [
    "tfjs-backend-wasm.wasm",
    "tfjs-backend-wasm-simd.wasm",
    "tfjs-backend-wasm-threaded-simd.wasm",
  ]) {
    const response = await request.head(`${course}/tfjs-wasm/${name}`);
    expect(response.status()).toBe(200);
    expect(response.headers()["content-type"]).toBe("application/wasm");
  }
});
