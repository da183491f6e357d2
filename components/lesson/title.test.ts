import { expect, test } from "vitest";
import { inSentence } from "./title";

test.each([
  ["A message is not sent", "a message is not sent"],
  ["GELU is applied to the partial sums", "GELU is applied to the partial sums"],
  ["ZeRO-3 gathers nothing", "ZeRO-3 gathers nothing"],
  ["With ZeRO-3, nothing is gathered", "with ZeRO-3, nothing is gathered"],
])("a title goes on in a sentence: %s", (title, goesOn) => {
  expect(inSentence(title)).toBe(goesOn);
});
