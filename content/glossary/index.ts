/**
 * The words of the course with their meanings, a sentence or two each, in the order of the lessons that introduce them
 * with `<Term>`. `forms` are the other forms in which a text may use the word; a test sees to it that no lesson uses a
 * word before it is introduced.
 */
interface GlossaryEntry {
  means: string;
  forms?: readonly string[];
}

const define = <Word extends string>(words: Record<Word, GlossaryEntry>): Readonly<Record<Word, GlossaryEntry>> =>
  words;

export const GLOSSARY = define({
  // Devices, memory and links
  device: { means: "A processor with a memory of its own, such as a GPU. Here: a simulated one.", forms: ["devices"] },
  rank: { means: "A device's number, counted from 0.", forms: ["ranks"] },
  activations: { means: "What forward computes and keeps because backward will need it.", forms: ["activation"] },
  "optimizer state": { means: "The numbers that an optimizer keeps for each parameter from step to step." },
  node: { means: "A box of devices that are joined by fast links; links between nodes are slower.", forms: ["nodes"] },
  bandwidth: { means: "How many bytes a link or a memory moves in a second." },
  latency: { means: "How long a message takes before its first byte arrives." },

  // What parallelism is
  "data parallelism": {
    means:
      "Every device holds the whole model and works on its own part of the batch; the gradients are averaged over the devices.",
    forms: ["data-parallel", "data parallel"],
  },
  replica: { means: "A full copy of the model's parameters on one device.", forms: ["replicas"] },
  shard: { means: "One device's part of something that is cut up.", forms: ["shards", "sharded"] },

  // Collectives
  collective: {
    means: "An operation that all devices of a group take part in, each with its own tensor.",
    forms: ["collectives"],
  },
  "all-reduce": {
    means: "A collective: every device brings a tensor, and every device gets the sum, or the average, of all of them.",
    forms: ["all-reduces"],
  },
  ring: { means: "An order in which each device sends only to the next one and receives only from the one before." },

  // Data parallelism
  "global batch": { means: "All samples of one training step, over all devices." },
  "local gradient": {
    means: "The gradient that a device computes from its own samples alone.",
    forms: ["local gradients"],
  },
  bucket: {
    means: "A run of gradients that is averaged as one message; it travels once its last gradient is there.",
    forms: ["buckets"],
  },
  overlap: { means: "Computing and sending at the same time." },
  "exposed communication": {
    means: "The part of the messages' time in which the device computes nothing, because it waits for them.",
  },
  "micro-batch": {
    means: "The samples that go through the layers at one time on one device.",
    forms: ["micro-batches"],
  },
  bubble: {
    means:
      "Time in which a device computes nothing, as a share of all device time, or over the time of the work itself.",
    forms: ["bubbles"],
  },

  // Inter-layer model parallelism
  "inter-layer model parallelism": {
    means:
      "The model is cut between layers: each device holds some of them, and the samples pass from device to device.",
    forms: ["inter-layer", "inter-layer parallelism"],
  },
  "pipeline stage": {
    means: "The consecutive layers that stand on one device; in short, a stage.",
    forms: ["pipeline stages"],
  },

  // Pipeline parallelism
  "pipeline parallelism": {
    means:
      "Inter-layer model parallelism in which micro-batches follow each other closely, so that all stages work at the same time.",
    forms: ["pipeline-parallel", "pipeline parallel"],
  },
  "pipeline schedule": {
    means: "In which order each device runs the forwards and backwards of its stages; in short, a schedule.",
    forms: ["pipeline schedules"],
  },
  "warm-up": { means: "The forwards that a device runs before its first backward, while the pipeline fills." },
  "steady phase": { means: "The part of a step in which a device alternates forwards with backwards." },
  drain: {
    means: "The backwards that a device runs after its last forward, while the pipeline empties.",
    forms: ["drains", "draining"],
  },
  "1F1B": {
    means:
      "One forward, one backward: a schedule in which, after a short warm-up, each backward makes room for the next forward.",
  },
  "interleaved schedule": {
    means: "1F1B with several smaller stages on each device: a smaller bubble, more messages and more activations.",
    forms: ["interleaved schedules", "interleaving"],
  },
  "input gradient": {
    means:
      "The half of a layer's backward that the layer below waits for, written I: the gradient of what the layer read.",
    forms: ["input gradients"],
  },
  "weight gradient": {
    means:
      "The half of a layer's backward that only the optimizer waits for, written W: the gradient of its parameters.",
    forms: ["weight gradients"],
  },
  "zero-bubble schedule": {
    means: "A schedule that puts weight gradients where a device would otherwise wait.",
    forms: ["zero-bubble schedules", "zero-bubble"],
  },

  // Intra-layer (tensor) parallelism

  // ZeRO

  // Multi-dimensional parallelism

  // The memory ledger and choosing a layout
});

export type GlossaryTerm = keyof typeof GLOSSARY;
