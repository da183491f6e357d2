import { describe, expect, test } from "vitest";
import { messagesAt } from "./moment";
import { countWithin, covers, inOrderOfTime, stretchesAt, stretchesWithin } from "./stretches";
import { RUNS } from "./testing";
import { spansOf } from "./trace";

test("there are runs whose messages overtake each other on their stream", () => {
  const overtakes = RUNS.filter(({ trace }) =>
    trace.program.ranks.some((_, rank) => {
      const spans = spansOf(trace, rank, "comm");
      return spans.some(({ startMs }, i) => i > 0 && startMs < spans[i - 1].startMs);
    }),
  );
  expect(overtakes.map(({ clock }) => clock)).toContain("unit");
  expect(overtakes.map(({ clock }) => clock)).toContain("fixed");
});

describe.each(RUNS)("$name", ({ trace }) => {
  const times = [...new Set([...trace.startMs, ...trace.endMs].flatMap((column) => [...column]))].sort((a, b) => a - b);
  const moments = times.flatMap((timeMs, i) => [timeMs, (timeMs + (times[i + 1] ?? timeMs)) / 2]);
  const every = Math.max(1, Math.floor(moments.length / 150));
  const sample = moments.filter((_, i) => i % every === 0);
  const ranks = trace.program.ranks.map((_, rank) => rank);

  test("the messages under way at a moment are all that cover it, and no others", () => {
    const all = ranks.flatMap((rank) => spansOf(trace, rank, "comm"));
    for (const atMs of sample) {
      const expected = all
        .filter((span) => covers(span, atMs) && span.instruction.op !== "recv")
        .map(({ rank, index }) => `${rank}:${index}`);
      expect(
        messagesAt(trace, atMs)
          .map(({ from, index }) => `${from}:${index}`)
          .sort(),
      ).toEqual(expected.sort());
    }
  });

  test("what is found by halving is what is found by looking at every span", () => {
    const lane = inOrderOfTime(spansOf(trace, 0));
    sample.forEach((from, i) => {
      const to = sample[Math.min(sample.length - 1, i + (i % 7))];
      expect(stretchesAt(lane, from)).toEqual(lane.filter((span) => covers(span, from)));
      expect(stretchesWithin(lane, [from, to])).toEqual(
        lane.filter(({ startMs, endMs }) =>
          startMs === endMs ? startMs >= from && endMs <= to : endMs > from && startMs < to,
        ),
      );
      expect(countWithin(lane, [from, to])).toBe(stretchesWithin(lane, [from, to]).length);
    });
  });
});
