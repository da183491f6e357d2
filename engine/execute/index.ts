export type { Observation, Watch } from "./observe";
export { predict } from "./predict";
export { type Message, openRun, type StepResult, type TrainingRun } from "./run";
