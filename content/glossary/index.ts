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

  // Pipeline parallelism

  // Intra-layer (tensor) parallelism
  "tensor parallelism": {
    means: "Every device holds a part of every matrix, and the devices compute each layer together.",
    forms: ["tensor-parallel", "tensor parallel", "intra-layer parallelism"],
  },
  "column-parallel": {
    means: "Of a layer: its matrix is cut by columns, so that each device computes some of the outputs, complete.",
  },
  "row-parallel": {
    means: "Of a layer: its matrix is cut by rows, so that each device computes a partial sum of every output.",
  },
  "sequence parallelism": {
    means:
      "Between the layers that are cut, each device works on its own positions of every sequence, instead of on all of them.",
    forms: ["sequence-parallel", "sequence parallel"],
  },

  // ZeRO

  // Multi-dimensional parallelism

  // The memory ledger and choosing a layout
});

export type GlossaryTerm = keyof typeof GLOSSARY;
