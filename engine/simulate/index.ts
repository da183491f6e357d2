export { type Costs, costsOf, isNodePass, nodeFlops } from "./costs";
export { PRESETS, type Preset } from "./presets";
export { simulate } from "./simulate";
