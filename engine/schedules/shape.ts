/** What every schedule is generated from. */
export interface PipelineShape {
  numStages: number;
  numMicrobatches: number;
}
