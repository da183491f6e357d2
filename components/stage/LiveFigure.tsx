"use client";
/** A stage with its own scenario and no other controls than the transport: for the first page. */
import { Stage, type StageProps } from "./Stage";
import { StageProvider, type StageProviderProps } from "./StageProvider";

export type LiveFigureProps = Omit<StageProviderProps, "children"> & StageProps;

export function LiveFigure({ scenario, watch, start, ...stage }: LiveFigureProps) {
  return (
    <StageProvider scenario={scenario} watch={watch} start={start}>
      <Stage {...stage} />
    </StageProvider>
  );
}
