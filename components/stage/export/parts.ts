/** The parts of a stage that go into a picture, by the names that they have on the page. */

export const isShown = (part: Element): boolean => part.getClientRects().length > 0;

/** What the stage shows, and what was run. */
export const headlineIn = (stage: Element) => stage.querySelector("[data-headline]") as Element;

/** What explains the marks of a drawing. */
export const legendsIn = (stage: Element, view: string): Element[] =>
  [...stage.querySelectorAll(`[data-legend="${view}"]`)].filter(isShown);
