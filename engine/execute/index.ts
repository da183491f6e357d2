export { predict } from "./predict";
export type { Observation, Watch } from "./observe";
export { type Message, openRun, type StepResult, type TrainingRun } from "./run";
