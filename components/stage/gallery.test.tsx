/**
 * Every state of the gallery as the page is built, compared with its picture on file: `npm run unit -- -u` draws the
 * pictures anew, and the diff shows what a change did to them.
 */
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { GALLERY, type GalleryEntry } from "@/content/scenarios/gallery";
import { LiveFigure } from "./LiveFigure";
import { trainedAtBuild } from "./trainedAtBuild";

test("every state has a name of its own", () => {
  expect(new Set(GALLERY.map(({ id }) => id)).size).toBe(GALLERY.length);
});

const isCompared = ({ isLarge, isTrained }: GalleryEntry) => !isLarge && !isTrained;

test.each(GALLERY.filter(isCompared))("$id", async ({ id, isLarge: _, isTrained: _none, ...state }) => {
  const html = renderToStaticMarkup(<LiveFigure {...state} />);
  const drawings = [...html.matchAll(/<svg[^>]*viewBox[\s\S]*?<\/svg>/g)].map(([svg]) => picture(svg));
  await expect(drawings.join("\n")).toMatchFileSnapshot(`./snapshots/${id}.svg.txt`);
});

test.each(GALLERY.filter(({ isLarge }) => isLarge))(
  "$id is drawn as the page is built",
  ({ id: _id, isLarge: _, ...state }) => {
    const html = renderToStaticMarkup(<LiveFigure {...state} />);
    expect(html).toMatch(/<svg[^>]*viewBox/);
    expect(html).not.toContain("NaN");
  },
);

/** Its last digits are the machine's, so these are not compared mark by mark. */
test.each(GALLERY.filter(({ isTrained }) => isTrained))(
  "$id has trained before it is drawn",
  async ({ id: _id, isLarge: _, isTrained: _trained, start = {}, ...state }) => {
    const training = await trainedAtBuild(state.scenario, { rank: start.rank ?? 0, at: start.at ?? 0 });
    expect(training.steps).toHaveLength(state.scenario.steps as number);
    const html = renderToStaticMarkup(<LiveFigure {...state} start={{ ...start, training }} />);
    const [step] = training.steps.slice(-1);
    if (state.views.includes("training")) expect(html).toContain(step.loss.toFixed(4));
    else expect(training.collective?.step).toBe(step.step);
    expect(step.lossDifference).toBeLessThan(1e-5);
    expect(html).not.toContain("NaN");
  },
);

/** An element a line, numbers to a tenth of a px, without what only tells elements apart. */
function picture(svg: string): string {
  expect(svg).not.toContain("NaN");
  return svg
    .replace(/ (class|id|aria-hidden|preserveAspectRatio|data-mark)="[^"]*"/g, "")
    .replace(/<defs>[\s\S]*?<\/defs>/g, "")
    .replace(/url\(#[^)]*?-(\w+)\)/g, "url(#$1)")
    .replace(/-?\d+\.\d+/g, (number) => String(Math.round(Number(number) * 10) / 10))
    .replace(/></g, ">\n<");
}
