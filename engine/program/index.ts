export * from "./action";
export * from "./issueOrder";
export * from "./messages";
export * from "./program";
export * from "./ringElements";
export * from "./ringPlan";
export * from "./text";
export * from "./validate";
