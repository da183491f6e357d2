import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { whyInstall } from "./install.mjs";

const lock = {
  packages: {
    "": { version: "0.1.0" },
    "node_modules/a": { version: "1.0.0" },
    "node_modules/only-on-macos": { version: "1.0.0", optional: true },
  },
};

test("what npm installed from this lockfile is left alone, without other systems' packages", () => {
  expect(whyInstall(lock, { packages: { "node_modules/a": { version: "1.0.0" } } })).toBeUndefined();
});

test("a missing or different package is named", () => {
  expect(whyInstall(lock, undefined)).toBe("no packages installed yet");
  expect(whyInstall(lock, { packages: {} })).toBe("node_modules/a is missing");
  expect(whyInstall(lock, { packages: { "node_modules/a": { version: "0.9.0" } } })).toBe(
    "node_modules/a is 0.9.0 instead of 1.0.0",
  );
});

/** npm drops what its registry did not offer, and `npm ci` then refuses the file everywhere. */
test("the lockfile names every system's optional packages", () => {
  const { packages } = JSON.parse(readFileSync(new URL("../package-lock.json", import.meta.url), "utf8"));
  const missing = Object.entries<{ optionalDependencies?: Record<string, string> }>(packages).flatMap(
    ([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(
        (name) => !packages[`${path}/node_modules/${name}`] && !packages[`node_modules/${name}`],
      ),
  );
  expect(missing).toEqual([]);
});
