import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { resolveRequest, serve } from "./serve.mjs";

const parent = mkdtempSync(join(tmpdir(), "serve-"));
const dir = join(parent, "site");
mkdirSync(join(dir, "lab"), { recursive: true });
writeFileSync(join(parent, "secret.txt"), "secret");
writeFileSync(join(dir, "index.html"), "home");
writeFileSync(join(dir, "404.html"), "missing");
writeFileSync(join(dir, "lab", "index.html"), "lab");
writeFileSync(join(dir, "kernel.wasm"), "wasm");
afterAll(() => rmSync(parent, { recursive: true }));

test("a folder is its index.html, and without the trailing slash it redirects", () => {
  expect(resolveRequest("/", { dir })).toEqual({ file: join(dir, "index.html"), status: 200 });
  expect(resolveRequest("/lab/", { dir })).toEqual({ file: join(dir, "lab", "index.html"), status: 200 });
  expect(resolveRequest("/lab", { dir })).toEqual({ redirect: "/lab/" });
});

test("under a base path, everything outside it is missing", () => {
  const options = { dir, base: "/course" };
  expect(resolveRequest("/course/lab/", options)).toMatchObject({ status: 200 });
  expect(resolveRequest("/course", options)).toEqual({ redirect: "/course/" });
  expect(resolveRequest("/lab/", options)).toMatchObject({ status: 404 });
  expect(resolveRequest("/courselab/", options)).toMatchObject({ status: 404 });
});

test.each([
  "/../secret.txt",
  "/%2e%2e/secret.txt",
  "/..%2fsecret.txt",
  "/%00",
  "/%E0%A4%A",
  "/kernel.wasm/",
  "//",
  "",
  "nowhere",
  `/${"a".repeat(5000)}`,
])("%s is missing", (path) => {
  expect(resolveRequest(path, { dir })).toMatchObject({ status: 404 });
});

test("files come with their type, and the 404 page with its status", async () => {
  const { server, url } = await serve({ dir, port: 0 });
  try {
    const wasm = await fetch(`${url}kernel.wasm`);
    expect([wasm.status, wasm.headers.get("content-type")]).toEqual([200, "application/wasm"]);
    const missing = await fetch(`${url}nowhere`);
    expect([missing.status, await missing.text()]).toEqual([404, "missing"]);
  } finally {
    server.close();
  }
});

test("a port that is taken is refused by its number", async () => {
  const { server } = await serve({ dir, port: 0 });
  const { port } = server.address() as { port: number };
  try {
    await expect(serve({ dir, port })).rejects.toThrow(`Port ${port} is taken`);
  } finally {
    server.close();
  }
});
