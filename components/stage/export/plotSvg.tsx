/** The plot as one SVG: the same layout and the same marks as on the page, also where the page uses a canvas. */

import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";
import { drawFigure, showsComm } from "../drawing";
import { Lanes, PlotDrawing } from "../Plot";
import plotStyles from "../Plot.module.css";
import type { StageState } from "../state/stageStore";
import { headlineIn, legendsIn } from "./parts";
import { pictureOf } from "./picture";

/** @param stage an element whose colours and width the picture takes */
export function plotSvg(stage: HTMLElement, { figure, windowMs, rank }: StageState): string {
  const shown = stage.querySelector<SVGSVGElement>("[data-plot]");
  const show = { timeline: shown?.dataset.plot !== "memory", memory: shown?.dataset.plot !== "timeline" };
  const widthPx = shown?.viewBox.baseVal.width ?? stage.clientWidth;
  const drawing = drawFigure(figure, { widthPx, windowMs, rank, comm: showsComm(figure), ...show });
  const place = document.createElement("div");
  place.className = plotStyles.plot;
  place.style.cssText = `position:absolute;left:-99999px;top:0;width:${(shown ?? stage).getBoundingClientRect().width}px`;
  stage.append(place);
  const root = createRoot(place);
  try {
    flushSync(() =>
      root.render(
        <PlotDrawing
          drawing={drawing}
          show={show}
          patterns="saved"
          timeline={<Lanes drawing={drawing} patterns="saved" />}
        />,
      ),
    );
    const svg = place.querySelector("svg") as SVGSVGElement;
    // The cursor, and what is pointed at or asked for, as they stand over the drawing.
    const overlay = shown?.parentElement?.querySelector("[data-overlay] > g");
    if (overlay) svg.append(overlay.cloneNode(true));
    return pictureOf([headlineIn(stage), place, ...legendsIn(stage, "plot")]);
  } finally {
    root.unmount();
    place.remove();
  }
}
