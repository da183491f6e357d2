export * from "./chromeTrace";
export * from "./criticalPath";
export * from "./dependencies";
export * from "./events";
export * from "./moment";
export * from "./sentBytes";
export * from "./trace";
export * from "./why";
