export { additionShape, divisors, microbatchesPerRank } from "./legality";
export { parseScenario, parseScenarioText } from "./parseScenario";
export * from "./schema";
