import { expect, test } from "vitest";
import { devicesNamed, readableName } from "./names";

test("tensors are called by what they are, and buckets count from 1 as devices do", () => {
  const names = ["layers.3", "d(layers.3)", "grad:layers.3.bias", "grad:bucket0", "adam.m:bucket2", "bucket0", "a:b"];
  expect(names.map(readableName)).toEqual([
    "layers.3",
    "gradient of layers.3",
    "gradient of layers.3.bias",
    "gradient of bucket 1",
    "Adam's mean of bucket 3",
    "bucket 1",
    "a:b",
  ]);
});

test("devices in a row are named by their first and last", () => {
  expect(devicesNamed([2])).toBe("device 3");
  expect(devicesNamed([0, 1])).toBe("devices 1 and 2");
  expect(devicesNamed([0, 1, 2, 3, 6])).toBe("devices 1 to 4 and 7");
  expect(devicesNamed([0, 2, 3])).toBe("devices 1, 3 and 4");
});
