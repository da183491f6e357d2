export { type Costs, nodeFlops } from "./costModel";
export { costsOf } from "./costs";
export { PRESETS, type Preset } from "./presets";
export { simulate } from "./simulate";
