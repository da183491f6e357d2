export * from "./account";
export * from "./deviceReport";
export * from "./tensors";
