export { type Costs, costsOf, nodeFlops } from "./costs";
export { PRESETS, type Preset } from "./presets";
export { simulate } from "./simulate";
