export * from "./action";
export * from "./collectiveKinds";
export * from "./issueOrder";
export * from "./messages";
export * from "./program";
export * from "./ringPlan";
export * from "./text";
export * from "./validate";
