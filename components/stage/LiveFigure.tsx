"use client";
/** A stage with its own scenario and no other controls than the transport: for the first page, and for the gallery. */
import { useMemo } from "react";
import { parseScenario, type ScenarioInput } from "@/engine/scenario";
import { Compare } from "./Compare";
import { Stage, type StageProps } from "./Stage";
import { StageProvider, type StageProviderProps } from "./StageProvider";
import { buildFigure } from "./state/figure";

export interface LiveFigureProps extends Omit<StageProviderProps, "children">, StageProps {
  /** A run to stand beside the stage's on one time axis. */
  kept?: ScenarioInput;
}

export function LiveFigure({ scenario, kept, watch, start, ...stage }: LiveFigureProps) {
  const keptFigure = useMemo(() => kept && buildFigure(parseScenario(kept)), [kept]);
  return (
    <StageProvider scenario={scenario} watch={watch} start={start}>
      <Stage {...stage} />
      {keptFigure && <Compare kept={keptFigure} />}
    </StageProvider>
  );
}
