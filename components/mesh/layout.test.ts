import { expect, test } from "vitest";
import type { MeshShape } from "@/engine/mesh/mesh";
import { isFarApart, layoutMesh, linkPath, onTheWay } from "./layout";

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

test.each(SHAPES)("%j: what is written over the middle of a link is inside, too", (shape) => {
  for (const widthPx of [320, 756, 1100]) {
    const marks = layoutMesh(shape, { widthPx });
    if (marks.boxWidthPx < 80) continue;
    for (const { from, to, isFar } of marks.links) {
      expect(onTheWay(from, to, isFar, 0.5, marks).yPx, `${from} to ${to}`).toBeGreaterThanOrEqual(9 + 11);
    }
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

test("a line of n devices has n - 1 links, a cube of 8 has 12, and those between its planes go over the others", () => {
  expect(layoutMesh({ dp: 1, pp: 4, tp: 1 }, { widthPx: 500 }).links).toEqual([
    { axis: "pp", from: 0, to: 1, isFar: false },
    { axis: "pp", from: 1, to: 2, isFar: false },
    { axis: "pp", from: 2, to: 3, isFar: false },
  ]);
  const { links } = layoutMesh({ dp: 2, pp: 2, tp: 2 }, { widthPx: 500 });
  expect(links).toHaveLength(12);
  expect(links.filter(({ isFar }) => isFar).map(({ axis }) => axis)).toEqual(["pp", "pp", "pp", "pp"]);
  expect(layoutMesh({ dp: 1, pp: 1, tp: 1 }, { widthPx: 500 }).links).toEqual([]);
});

test("half way is half way; an arc is highest there, and its path goes through it", () => {
  const marks = layoutMesh({ dp: 4, pp: 1, tp: 1 }, { widthPx: 500 });
  const [a, b] = marks.devices;
  const straight = onTheWay(0, 1, false, 0.5, marks);
  expect(straight.xPx).toBeCloseTo((a.xPx + b.xPx + marks.boxWidthPx) / 2, 9);
  expect(straight.yPx).toBeCloseTo(a.yPx + marks.boxHeightPx / 2, 9);
  expect(onTheWay(0, 3, true, 0.5, marks).yPx).toBeLessThan(onTheWay(0, 3, true, 0.4, marks).yPx);
  expect(linkPath({ axis: "dp", from: 0, to: 1, isFar: false }, marks)).toMatch(/^M[\d.]+,[\d.]+Q/);
  expect([isFarApart(0, 1, marks), isFarApart(1, 0, marks), isFarApart(3, 0, marks)]).toEqual([false, false, true]);
});

test("a ring of three and more closes, over its row or beside its column and inside the drawing; a pipeline does not", () => {
  const closing = (shape: MeshShape) => {
    const marks = layoutMesh(shape, { widthPx: 756 });
    const links = marks.links.filter(({ axis, from, to }) => axis !== "pp" && from > to);
    return { marks, links };
  };
  expect(closing({ dp: 2, pp: 4, tp: 1 }).links).toEqual([]);
  const row = closing({ dp: 4, pp: 1, tp: 1 });
  expect(row.links).toEqual([{ axis: "dp", from: 3, to: 0, isFar: true }]);
  const over = onTheWay(3, 0, true, 0.5, row.marks);
  expect(over.yPx).toBeGreaterThan(0);
  expect(over.yPx).toBeLessThan(row.marks.devices[0].yPx);
  const column = closing({ dp: 4, pp: 1, tp: 2 });
  expect(column.links).toHaveLength(2);
  const { from, to } = column.links[0];
  const beside = onTheWay(from, to, true, 0.5, column.marks);
  const { xPx } = column.marks.devices[from];
  expect(beside.xPx).toBeGreaterThan(xPx + column.marks.boxWidthPx);
  expect(beside.xPx).toBeLessThan(column.marks.widthPx);
});
