"use client";
/** The views beside the plot: one of them, or several behind tabs. */
import { type KeyboardEvent, useId, useState } from "react";
import { CollectiveView } from "@/components/collective/Collective";
import { outOfMemorySentence } from "@/components/memory/outOfMemory";
import { TensorList } from "@/components/memory/TensorList";
import { MeshView } from "@/components/mesh/Mesh";
import { ShardsView } from "@/components/shards/Shards";
import { Training } from "@/components/training/Training";
import { DeviceTable } from "./DeviceTable";
import styles from "./Panels.module.css";
import { useStage } from "./state/useStage";
import type { PanelView } from "./views";

const PANELS: Record<PanelView, { name: string; Panel: () => React.ReactNode }> = {
  training: { name: "Training", Panel: TrainingPanel },
  tensors: { name: "Tensors", Panel: TensorList },
  mesh: { name: "Mesh", Panel: MeshView },
  shards: { name: "Shards", Panel: ShardsView },
  collective: { name: "Collective", Panel: CollectiveView },
  devices: { name: "Devices", Panel: DeviceTable },
};

/** What does not fit into the devices' memory would not train on them. */
function TrainingPanel() {
  return <Training refusal={useStage(({ figure }) => outOfMemorySentence(figure))} />;
}

export function Panels({ views }: { views: readonly PanelView[] }) {
  const id = useId();
  const [chosen, choose] = useState<PanelView | null>(null);
  const current = chosen && views.includes(chosen) ? chosen : views[0];
  const { Panel, name } = PANELS[current];
  if (views.length === 1) {
    return (
      <div className={styles.panel} data-panel={name}>
        <Panel />
      </div>
    );
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    // The arrows of the tabs are not those of the stage.
    event.stopPropagation();
    const next = views[(views.indexOf(current) + step + views.length) % views.length];
    choose(next);
    document.getElementById(`${id}-${next}`)?.focus();
  };
  return (
    <div className={styles.panels}>
      <div role="tablist" aria-label="Views" className={styles.tabs} onKeyDown={onKeyDown}>
        {views.map((view) => (
          <button
            key={view}
            id={`${id}-${view}`}
            type="button"
            role="tab"
            aria-selected={view === current}
            aria-controls={`${id}-panel`}
            tabIndex={view === current ? 0 : -1}
            onClick={() => choose(view)}
          >
            {PANELS[view].name}
          </button>
        ))}
      </div>
      <div
        id={`${id}-panel`}
        role="tabpanel"
        aria-labelledby={`${id}-${current}`}
        className={styles.panel}
        data-panel={name}
      >
        <Panel />
      </div>
    </div>
  );
}
