export { additionShape, divisors, microbatchesPerRank } from "./legality";
export { parseScenario, parseScenarioText } from "./parseScenario";
export { type Change, type Saving, savingsOf } from "./savings";
export * from "./schema";
