/** Refusals in plain words: the engine names fields as a scenario's JSON does, the page by what they are. */
const LABELS: Readonly<Record<string, string>> = {
  "mesh.dp": "the number of replicas",
  "mesh.pp": "the number of pipeline ranks",
  "mesh.tp": "the number of tensor ranks",
  "batch.global": "the batch",
  "batch.micro": "the micro-batch",
  "model.layers": "the number of layers",
  "model.hidden": "the hidden size",
  "model.heads": "the number of heads",
  "model.inputs": "the number of inputs",
  "model.classes": "the number of classes",
  "model.vocab": "the vocabulary",
  "model.seq": "the sequence",
  "schedule.virtual": "stages a rank:",
  "schedule.kind": "the schedule",
  "gradientSync.bucketBytes": "the bucket size",
  "optimizer.lr": "the learning rate",
  "optimizer.momentum": "the momentum",
  "optimizer.weightDecay": "the weight decay",
  "optimizer.clip": "the norm to clip at",
  "costs.forward": "the time of a forward",
  "costs.inputGrad": "the time of an input gradient",
  "costs.weightGrad": "the time of a weight gradient",
};

/** The sentence with those names in it. */
export function inPlainWords(sentence: string): string {
  return Object.entries(LABELS).reduce(
    (text, [path, label]) => text.replace(new RegExp(`\\b${path.replace(".", "\\.")}\\b`, "g"), label),
    sentence,
  );
}

/** The same, beginning with a capital: where it stands alone. */
export function asSentence(sentence: string): string {
  const said = inPlainWords(sentence);
  return said.charAt(0).toUpperCase() + said.slice(1);
}
