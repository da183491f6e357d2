export { type ActionTable, buildActions, buildProgram } from "./buildProgram";
export { gradientBuckets } from "./gradientGroups";
export { flatGradName, GRAD_NORM, gradName, optimizerStateName, valueGradName, valueName } from "./names";
export { optimizerStateRoles } from "./optimizerStep";
