"use client";
/** Saves what the stage shows: pictures, the run as a trace, its schedule, its scenario. */
import { useRef, useState } from "react";
import { buildActions } from "@/engine/passes";
import { formatCsv } from "@/engine/schedules";
import { chromeTrace } from "@/engine/trace";
import { useStageStore } from "../state/useStage";
import { download } from "./download";
import { headlineIn, isShown, legendsIn } from "./parts";
import { pictureOf, pngOf } from "./picture";
import { plotSvg } from "./plotSvg";
import { type SaveItem, SaveMenu } from "./SaveMenu";

export function Save() {
  const store = useStageStore();
  const ref = useRef<HTMLDetailsElement>(null);
  const stage = () => ref.current?.closest("[data-stage]") as HTMLElement;
  // What there is to save is looked up when the list opens: the panel may have changed.
  const [panel, setPanel] = useState<string | null>(null);
  /** What is drawn in the panel: one picture, or several, as the shards and the values of one of them. */
  const panelPictures = () =>
    [...stage().querySelectorAll<SVGSVGElement>("[data-panel] svg[data-view]")].filter(isShown);
  const pictureOfPanel = (svg: SVGSVGElement) =>
    pictureOf([headlineIn(stage()), svg, ...legendsIn(stage(), svg.dataset.view as string)]);
  const plot = () => plotSvg(stage(), store.getState());
  const name = () => {
    const { mesh, schedule } = store.getState().figure.scenario;
    return `${schedule.kind}-dp${mesh.dp}-pp${mesh.pp}-tp${mesh.tp}`;
  };
  const text = (type: string, extension: string, content: string) =>
    download(new Blob([content], { type }), `${name()}.${extension}`);

  const panelItems: SaveItem[] = [
    {
      label: `${panel}, SVG`,
      save: () => {
        for (const svg of panelPictures()) text("image/svg+xml", `${svg.dataset.view}.svg`, pictureOfPanel(svg));
      },
    },
    {
      label: `${panel}, PNG`,
      save: async () => {
        for (const svg of panelPictures())
          download(await pngOf(pictureOfPanel(svg)), `${name()}.${svg.dataset.view}.png`);
      },
    },
  ];
  const items: SaveItem[] = [
    { label: "Timeline and memory, SVG", save: () => text("image/svg+xml", "svg", plot()) },
    { label: "Timeline and memory, PNG", save: async () => download(await pngOf(plot()), `${name()}.png`) },
    ...(panel ? panelItems : []),
    {
      label: "Run, Chrome Trace JSON",
      save: () => text("application/json", "trace.json", JSON.stringify(chromeTrace(store.getState().figure.trace))),
    },
    {
      label: "Schedule, CSV",
      save: () => text("text/csv", "schedule.csv", formatCsv(buildActions(store.getState().figure.scenario).ranks)),
    },
    {
      label: "Scenario, JSON",
      save: () => text("application/json", "scenario.json", `${JSON.stringify(store.getState().draft, null, 2)}\n`),
    },
  ];
  const lookUp = () => setPanel(panelPictures()[0]?.closest<HTMLElement>("[data-panel]")?.dataset.panel ?? null);
  return <SaveMenu items={items} onOpen={lookUp} placeRef={ref} />;
}
