/** The views that can stand on a stage: those that share the plot's time axis, and those that stand below it. */

export const PLOT_VIEWS = ["timeline", "memory"] as const;
export type PlotView = (typeof PLOT_VIEWS)[number];

export const PANEL_VIEWS = ["training", "tensors", "mesh", "shards", "collective", "devices"] as const;
export type PanelView = (typeof PANEL_VIEWS)[number];

export type View = PlotView | PanelView;

export const isPanelView = (view: View): view is PanelView => PANEL_VIEWS.includes(view as PanelView);

/** The views that show one moment, so that a stage needs a way to move it; the others show the whole step, or none. */
const SHOW_A_MOMENT: ReadonlySet<View> = new Set(["timeline", "memory", "tensors", "mesh", "shards", "collective"]);

export const showsMoment = (views: readonly View[]) => views.some((view) => SHOW_A_MOMENT.has(view));

/** What stands on a stage unless said. */
export const USUAL_VIEWS: readonly View[] = ["timeline", "memory", "training"];

export const ALL_VIEWS: readonly View[] = [...PLOT_VIEWS, ...PANEL_VIEWS];
