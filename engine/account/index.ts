export * from "./account";
export * from "./deviceReport";
