"use client";
/** Every part of the scenario as a control. */
import { PRESET_NAMES, SCHEDULE_KINDS } from "@/engine/scenario";
import { PRESETS } from "@/engine/simulate";
import { useStage } from "../stage/state/useStage";
import {
  costsChoice,
  DATA_CHOICES,
  dataChoice,
  withCosts,
  withData,
  withModelKind,
  withOptimizer,
  withSchedule,
  withValue,
} from "./draft";
import { CheckField, FieldGroup, NumberField, SelectField } from "./fields";

/** The draft, and a way to replace it. */
function useDraft() {
  return [useStage((state) => state.draft), useStage((state) => state.setDraft)] as const;
}

const MODELS = [
  { value: "mlp", name: "MLP" },
  { value: "gpt", name: "GPT" },
] as const;

const ACTIVATIONS = (["tanh", "relu", "gelu"] as const).map((value) => ({ value, name: value }));

export function ModelControls() {
  const [draft, setDraft] = useDraft();
  const { model } = draft;
  const isRandom = dataChoice(draft) === "random";
  return (
    <FieldGroup name="Model and data">
      <SelectField
        label="Model"
        path={["model", "kind"]}
        value={model.kind}
        options={MODELS}
        onChoose={(kind) => setDraft(withModelKind(draft, kind))}
      />
      <NumberField label="Layers" path={["model", "layers"]} />
      <NumberField label="Hidden" path={["model", "hidden"]} />
      {model.kind === "gpt" && <NumberField label="Heads" path={["model", "heads"]} />}
      {model.kind === "mlp" && (
        <SelectField
          label="Activation"
          path={["model", "activation"]}
          value={model.activation ?? "tanh"}
          options={ACTIVATIONS}
          onChoose={(activation) => setDraft(withValue(draft, ["model", "activation"], activation))}
        />
      )}
      <SelectField
        label="Data"
        path={["data", "kind"]}
        columns={2}
        value={dataChoice(draft)}
        options={DATA_CHOICES[model.kind]}
        onChoose={(choice) => setDraft(withData(draft, choice))}
      />
      {isRandom && model.kind === "mlp" && <NumberField label="Inputs" path={["model", "inputs"]} />}
      {isRandom && model.kind === "mlp" && <NumberField label="Classes" path={["model", "classes"]} />}
      {isRandom && model.kind === "gpt" && <NumberField label="Sequence" path={["model", "seq"]} />}
      {isRandom && model.kind === "gpt" && <NumberField label="Vocabulary" path={["model", "vocab"]} />}
    </FieldGroup>
  );
}

const SCHEDULES = SCHEDULE_KINDS.map((value) => ({ value, name: value }));
/** Only an opened scenario can bring one. */
const BY_HAND = { value: "custom", name: "by hand" } as const;

export function ClusterControls() {
  const isSplit = useStage(({ figure }) => figure.scenario.mesh.pp * figure.scenario.mesh.tp > 1);
  return (
    <FieldGroup name="Devices and batch">
      <NumberField label={isSplit ? "Replicas" : "Devices"} path={["mesh", "dp"]} otherwise="1" />
      <NumberField label="Batch" path={["batch", "global"]} />
      <NumberField label="Micro-batch" path={["batch", "micro"]} otherwise="all" />
      <NumberField label="Bucket bytes" path={["gradientSync", "bucketBytes"]} otherwise="26214400" />
      <CheckField label="Overlap with backward" path={["gradientSync", "overlap"]} otherwise={true} />
    </FieldGroup>
  );
}

/** Where one replica of the model is cut: between layers, and through them. */
export function SplitControls() {
  const [draft, setDraft] = useDraft();
  const isPipeline = useStage(({ figure }) => figure.scenario.mesh.pp > 1);
  const kind = draft.schedule?.kind ?? "1f1b";
  return (
    <FieldGroup name="Cut the model">
      <NumberField label="Pipeline ranks" path={["mesh", "pp"]} otherwise="1" />
      <NumberField label="Tensor ranks" path={["mesh", "tp"]} otherwise="1" />
      {isPipeline && kind !== "custom" && (
        <NumberField label="Stages a rank" path={["schedule", "virtual"]} otherwise="usual" />
      )}
      {isPipeline && (
        <SelectField
          label="Schedule"
          path={["schedule", "kind"]}
          columns={3}
          value={kind}
          options={kind === "custom" ? [...SCHEDULES, BY_HAND] : SCHEDULES}
          onChoose={(chosen) => chosen !== "custom" && setDraft(withSchedule(draft, chosen))}
        />
      )}
    </FieldGroup>
  );
}

const ZERO_STAGES = [
  { value: "0", name: "nothing" },
  { value: "1", name: "optimizer state (ZeRO-1)" },
  { value: "2", name: "and gradients (ZeRO-2)" },
  { value: "3", name: "and parameters (ZeRO-3)" },
] as const;

const RECOMPUTE = [
  { value: "none", name: "nothing" },
  { value: "selective", name: "attention's scores" },
  { value: "full", name: "each layer's forward" },
] as const;

/** What a device need not hold, at the price of messages or of computing twice. Only what the layout has a use for. */
export function MemoryControls() {
  const [draft, setDraft] = useDraft();
  const hasReplicas = useStage(({ figure }) => figure.scenario.mesh.dp > 1 || figure.scenario.zero > 0);
  const isGpt = draft.model.kind === "gpt";
  const hasSequence = useStage(({ figure }) => figure.scenario.mesh.tp > 1) && isGpt;
  return (
    <FieldGroup name="Save memory">
      {hasReplicas && (
        <SelectField
          label="Replicas share"
          path={["zero"]}
          columns={3}
          value={String(draft.zero ?? 0) as (typeof ZERO_STAGES)[number]["value"]}
          options={ZERO_STAGES}
          onChoose={(stage) => setDraft(withValue(draft, ["zero"], Number(stage)))}
        />
      )}
      <SelectField
        label="Compute again"
        path={["recompute"]}
        columns={3}
        value={draft.recompute ?? "none"}
        options={RECOMPUTE.filter(({ value }) => value !== "selective" || isGpt)}
        onChoose={(recompute) => setDraft(withValue(draft, ["recompute"], recompute))}
      />
      {hasSequence && (
        <CheckField label="Cut the sequence between layers" path={["sequenceParallel"]} otherwise={false} />
      )}
    </FieldGroup>
  );
}

const OPTIMIZERS = [
  { value: "adamw", name: "AdamW" },
  { value: "sgd", name: "SGD" },
] as const;

export function OptimizerControls() {
  const [draft, setDraft] = useDraft();
  const kind = draft.optimizer?.kind ?? "sgd";
  return (
    <FieldGroup name="Optimizer">
      <SelectField
        label="Rule"
        path={["optimizer", "kind"]}
        value={kind}
        options={OPTIMIZERS}
        onChoose={(chosen) => setDraft(withOptimizer(draft, chosen))}
      />
      <NumberField label="Learning rate" path={["optimizer", "lr"]} />
      {kind === "sgd" ? (
        <NumberField label="Momentum" path={["optimizer", "momentum"]} otherwise="0" />
      ) : (
        <NumberField label="Weight decay" path={["optimizer", "weightDecay"]} otherwise="0" />
      )}
      <NumberField label="Clip norm at" path={["optimizer", "clip"]} otherwise="never" />
      <NumberField label="Steps" path={["steps"]} otherwise="1" />
      <NumberField label="Seed" path={["seed"]} otherwise="1" />
    </FieldGroup>
  );
}

const COSTS = [
  { value: "unit", name: "counted: forward 1, backward 2" },
  { value: "fixed", name: "counted: numbers of your own" },
  ...PRESET_NAMES.map((value) => ({
    value: value as string,
    name: value === "classroom" ? "a slow classroom machine" : PRESETS[value].title,
  })),
];

export function CostControls() {
  const [draft, setDraft] = useDraft();
  return (
    <FieldGroup name="Clock">
      <SelectField
        label="Time is that of"
        path={["costs", "kind"]}
        columns={3}
        value={costsChoice(draft)}
        options={COSTS}
        onChoose={(choice) => setDraft(withCosts(draft, choice))}
      />
      {draft.costs?.kind === "fixed" && (
        <>
          <NumberField label="Forward" path={["costs", "forward"]} otherwise="1" />
          <NumberField label="Input grad" path={["costs", "inputGrad"]} otherwise="1" />
          <NumberField label="Weight grad" path={["costs", "weightGrad"]} otherwise="1" />
        </>
      )}
    </FieldGroup>
  );
}
