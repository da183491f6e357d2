export * from "./chromeTrace";
export * from "./events";
export * from "./sentBytes";
export * from "./trace";
export * from "./why";
