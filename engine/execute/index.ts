export { type CollectiveRecord, RECORDED_ELEMENTS } from "./collectiveRecord";
export type { Observation, Watch } from "./observe";
export { currentPrediction } from "./prediction";
export type { Prediction } from "./predictionResult";
export { type CollectivePlace, type Message, openRun, type StepResult, type TrainingRun } from "./run";
export { wholeParameters } from "./wholeParameters";
