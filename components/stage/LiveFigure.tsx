"use client";
/**
 * A stage with its own scenario and no other controls than the transport: for the first page, and for the gallery. With
 * no lesson around it, it says itself what would help.
 */
import { useMemo } from "react";
import { parseScenario, type ScenarioInput } from "@/engine/scenario";
import { Compare } from "./Compare";
import { Stage, type StageProps } from "./Stage";
import { StageProvider, type StageProviderProps } from "./StageProvider";
import { buildFigure } from "./state/figure";

export interface LiveFigureProps extends Omit<StageProviderProps, "children">, Omit<StageProps, "advises"> {
  /** A run to stand beside the stage's on one time axis. */
  kept?: ScenarioInput;
}

export function LiveFigure({ scenario, kept, watch, start, ...stage }: LiveFigureProps) {
  const keptFigure = useMemo(() => kept && buildFigure(parseScenario(kept)), [kept]);
  return (
    <StageProvider scenario={scenario} watch={watch} start={start}>
      <Stage {...stage} advises />
      {keptFigure && <Compare kept={keptFigure} />}
    </StageProvider>
  );
}
