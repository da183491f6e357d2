/** Tables with SEND and RECV written out. */
import { describe, expect, test } from "vitest";
import { checkCsv } from "./index";
import { csvOf, faultOf } from "./testing";

describe("with messages written out", () => {
  const rank0 = "0F0 0SEND_F0 0F1 0SEND_F1 0RECV_B0 0B0 0RECV_B1 0B1";
  const rank1 = "1RECV_F0 1F0 1RECV_F1 1B0 1SEND_B0 1F1 1B1 1SEND_B1";

  test("a table whose messages are all sent and received is legal", () => {
    expect(faultOf(() => checkCsv(csvOf(rank0, rank1)))).toEqual(["legal", ""]);
    const early = "1RECV_F0 1RECV_F1 1F0 1B0 1SEND_B0 1F1 1B1 1SEND_B1";
    expect(faultOf(() => checkCsv(csvOf(rank0, early)))).toEqual(["legal", ""]);
  });

  const cases: [name: string, rank0: string, rank1: string, place: string, says: string][] = [
    [
      "a send is missing",
      rank0.replace("0SEND_F1 ", ""),
      rank1,
      "1:2 1RECV_F1",
      "waits for 0SEND_F1, which no rank runs",
    ],
    [
      "a receive is missing",
      rank0,
      rank1.replace("1RECV_F1 ", ""),
      "1:4 1F1",
      "waits for 1RECV_F1, which no rank runs",
    ],
    ["a message is never received", `${rank0} 0SEND_F2`, rank1, "0:8 0SEND_F2", "names micro-batch 2: there are 2"],
    [
      "a send comes before its forward",
      rank0.replace("0F1 0SEND_F1", "0SEND_F1 0F1"),
      rank1,
      "0:2 0SEND_F1",
      "waits for 0F1 at rank 0, position 3",
    ],
    [
      "a forward comes before its input",
      rank0,
      rank1.replace("1RECV_F0 1F0", "1F0 1RECV_F0"),
      "1:0 1F0",
      "waits for 1RECV_F0 at rank 1, position 1",
    ],
    [
      "a message is sent twice",
      rank0.replace("0SEND_F1", "0SEND_F1 0SEND_F1"),
      rank1,
      "0:4 0SEND_F1",
      "does work that",
    ],
    [
      "the last stage sends forward",
      rank0,
      `${rank1} 1SEND_F1`,
      "1:8 1SEND_F1",
      "has no stage at its other end: stage 1 is the last",
    ],
    [
      "the first stage receives forward",
      `0RECV_F0 ${rank0}`,
      rank1,
      "0:0 0RECV_F0",
      "has no stage at its other end: stage 0 is the first",
    ],
    [
      "two ranks receive from each other first",
      rank0.replace("0SEND_F1 0RECV_B0", "0RECV_B0 0SEND_F1"),
      rank1,
      "0:3 0RECV_B0",
      "waits for 1SEND_B0 at rank 1, position 4, where 1RECV_F1 at position 2 waits for 0SEND_F1 at rank 0, position 4: a deadlock",
    ],
    [
      "messages are taken in another order than they are sent",
      rank0,
      "1RECV_F1 1RECV_F0 1F0 1B0 1SEND_B0 1F1 1B1 1SEND_B1",
      "1:0 1RECV_F1",
      "waits for 0SEND_F1, but rank 0 sends 0SEND_F0 before it",
    ],
  ];
  test.each(cases)("%s", (_name, first, second, place, says) => {
    const [at, sentence] = faultOf(() => checkCsv(csvOf(first, second)));
    expect(at).toBe(place);
    expect(sentence).toContain(says);
  });

  test("stages on one rank hand over without a message", () => {
    const [at, sentence] = faultOf(() => checkCsv(csvOf("0F0 0SEND_F0 1RECV_F0 1F0 1B0 0B0")));
    expect(at).toBe("0:1 0SEND_F0");
    expect(sentence).toContain("is not needed: stages 0 and 1 are on the same rank");
  });

  test("a message that nobody receives is named where it is sent", () => {
    const [at, sentence] = faultOf(() => checkCsv(csvOf("0F0 0SEND_F0", "1RECV_F0 1F0 1B0 1SEND_B0")));
    expect(at).toBe("1:3 1SEND_B0");
    expect(sentence).toContain("waits for 0RECV_B0, which no rank runs");
  });
});
