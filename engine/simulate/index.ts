export { type Costs, type NodeFlops, nodeFlops } from "./costModel";
export { costsOf } from "./costs";
export { PRESETS, type Preset } from "./presets";
export { simulate } from "./simulate";
