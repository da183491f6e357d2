import { expect, test } from "vitest";
import type { MeshShape } from "@/engine/mesh/mesh";
import { between, layoutMesh } from "./layout";

const SHAPES: MeshShape[] = [
  { dp: 1, pp: 1, tp: 1 },
  { dp: 4, pp: 1, tp: 1 },
  { dp: 1, pp: 4, tp: 1 },
  { dp: 2, pp: 1, tp: 4 },
  { dp: 2, pp: 4, tp: 1 },
  { dp: 1, pp: 4, tp: 2 },
  { dp: 2, pp: 2, tp: 2 },
  { dp: 4, pp: 4, tp: 4 },
  { dp: 16, pp: 4, tp: 4 },
];

test.each(SHAPES)("%j: no device hides another, and all are inside", (shape) => {
  for (const widthPx of [0, 320, 756, 1100]) {
    const { devices, boxWidthPx, boxHeightPx, widthPx: drawnPx, heightPx } = layoutMesh(shape, { widthPx });
    expect(devices).toHaveLength(shape.dp * shape.pp * shape.tp);
    devices.forEach((a, i) => {
      expect(a.xPx).toBeGreaterThanOrEqual(0);
      expect(a.yPx).toBeGreaterThanOrEqual(0);
      expect(a.xPx + boxWidthPx).toBeLessThanOrEqual(drawnPx);
      expect(a.yPx + boxHeightPx).toBeLessThanOrEqual(heightPx);
      for (const b of devices.slice(0, i)) {
        const apart = Math.abs(a.xPx - b.xPx) >= boxWidthPx || Math.abs(a.yPx - b.yPx) >= boxHeightPx;
        expect(apart, `${a.rank} and ${b.rank}`).toBe(true);
      }
    });
  }
});

test("one axis is a line, two are a grid, three a cube", () => {
  const rows = (shape: MeshShape) => new Set(layoutMesh(shape, { widthPx: 756 }).devices.map(({ yPx }) => yPx)).size;
  const columns = (shape: MeshShape) => new Set(layoutMesh(shape, { widthPx: 756 }).devices.map(({ xPx }) => xPx)).size;
  expect([rows({ dp: 4, pp: 1, tp: 1 }), columns({ dp: 4, pp: 1, tp: 1 })]).toEqual([1, 4]);
  expect([rows({ dp: 2, pp: 1, tp: 4 }), columns({ dp: 2, pp: 1, tp: 4 })]).toEqual([2, 4]);
  expect([rows({ dp: 2, pp: 4, tp: 1 }), columns({ dp: 2, pp: 4, tp: 1 })]).toEqual([2, 4]);
  expect([rows({ dp: 2, pp: 2, tp: 2 }), columns({ dp: 2, pp: 2, tp: 2 })]).toEqual([4, 4]);
});

test("a line of n devices has n - 1 links, a cube of 8 has 12", () => {
  expect(layoutMesh({ dp: 1, pp: 4, tp: 1 }, { widthPx: 500 }).links).toEqual([
    { axis: "pp", from: 0, to: 1 },
    { axis: "pp", from: 1, to: 2 },
    { axis: "pp", from: 2, to: 3 },
  ]);
  expect(layoutMesh({ dp: 2, pp: 2, tp: 2 }, { widthPx: 500 }).links).toHaveLength(12);
  expect(layoutMesh({ dp: 1, pp: 1, tp: 1 }, { widthPx: 500 }).links).toEqual([]);
});

test("half way is half way", () => {
  const marks = layoutMesh({ dp: 2, pp: 1, tp: 1 }, { widthPx: 500 });
  const [a, b] = marks.devices;
  const { xPx, yPx } = between(a, b, 0.5, marks);
  expect(xPx).toBeCloseTo((a.xPx + b.xPx + marks.boxWidthPx) / 2, 9);
  expect(yPx).toBeCloseTo(a.yPx + marks.boxHeightPx / 2, 9);
});
