export { type BuiltProgram, buildActions, buildProgram } from "./buildProgram";
export { gradientBuckets } from "./gradientGroups";
export { flatGradName, gradName, optimizerStateName, SUM_SQUARES, valueGradName, valueName } from "./names";
export { optimizerStateRoles } from "./optimizerStep";
