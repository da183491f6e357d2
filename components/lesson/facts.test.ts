import { expect, test } from "vitest";
import { factKey, factsOf } from "./facts";
import { SMALL, smallFigure } from "./testing";
import { readMeasure } from "./values";

test("facts are what the values would read, for each device and scene that is named", () => {
  const facts = factsOf({
    scenarios: { many: SMALL, one: { ...SMALL, mesh: { dp: 1 } } },
    values: [
      { of: "stepMs", scenes: ["many", "one"] },
      { of: "peakBytes", scenes: ["many"], rank: 2 },
      { of: "loss", scenes: ["one"] },
    ],
  });
  const [many, one] = [smallFigure(), smallFigure({ mesh: { dp: 1 } })];
  expect(facts).toEqual({
    many: {
      clock: { kind: "unit", stepMs: 3 },
      amounts: {
        [factKey("stepMs")]: readMeasure("stepMs", many),
        [factKey("peakBytes", 2)]: readMeasure("peakBytes", many, 2),
      },
    },
    one: { clock: { kind: "unit", stepMs: 3 }, amounts: { [factKey("stepMs")]: readMeasure("stepMs", one) } },
  });
});
