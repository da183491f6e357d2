import { expect, test } from "vitest";
import { spansOf } from "@/engine/trace";
import { RUNS } from "@/engine/trace/testing";
import { buildFigure } from "../stage/state/figure";
import { movesOf } from "./moves";
import { ownedParameters } from "./ownership";

test.each(RUNS.filter(({ clock, layout }) => clock === "unit" && /dp|ZeRO/.test(layout)))(
  "$name: the list ends with the optimizer, or the gathering after it, and says how many it leaves out",
  ({ scenario }) => {
    const figure = buildFigure(scenario);
    for (const owned of ownedParameters(figure)) {
      const owner = owned.pieces[0].ranks[0];
      const { moves, numLeftOut } = movesOf(figure.trace, owned, owner);
      const { groups } = figure.trace.program.ranks[owner];
      const group = groups.find(({ parameters }) => parameters.includes(owned.parameter.name));
      const ops = ["optimize", "allReduce", "reduceScatter", "allGather"];
      const all = spansOf(figure.trace, owner).filter(
        ({ instruction: { on, op } }) => on === group?.name && ops.includes(op),
      );
      expect(moves.length + numLeftOut).toBe(all.length);
      expect(moves.length).toBeLessThanOrEqual(12);
      expect(moves.some(({ what }) => what.startsWith("the optimizer changes it"))).toBe(true);
    }
  },
);
