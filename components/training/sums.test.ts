import { expect, test } from "vitest";
import { sumsSentence } from "./sums";

const answered = { rightShare: 0, total: 64, digits: 2, done: 10, numSteps: 10 };
const said = (change: Partial<typeof answered>) => sumsSentence({ ...answered, ...change }).replaceAll("\u00a0", " ");

test("wrong answers after a few steps are said to be normal, with the chance of a guess", () => {
  expect(said({})).toBe(
    "After 10 of 10 training steps: 0 % right of 64 sums never trained on. For comparison, guessing each of the 3 digits is right once in 1000, and so few steps do not teach it to add yet.",
  );
});

test("a model that adds needs no excuse, and one that has not trained has not had few steps", () => {
  expect(said({ rightShare: 0.75, done: 300, numSteps: 300 })).not.toContain("yet");
  expect(said({ done: 0 })).toMatch(/^Before training: 0 %.* once in 1000\.$/);
});

test("sums of one digit have results of two", () => {
  expect(said({ digits: 1 })).toContain("each of the 2 digits is right once in 100");
});
