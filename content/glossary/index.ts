/** The words of the course with their meanings, one sentence each. A lesson introduces a word with `<Term>`. */
export const GLOSSARY = {
  "data parallelism":
    "Every device holds the whole model and works on its own part of the batch; the gradients are averaged over the devices.",
  replica: "A full copy of the model's parameters on one device.",
  shard: "One device's part of something that is cut up: here, of the batch.",
  "micro-batch": "The samples that go through the layers at one time on one device.",
  bubble:
    "Time in which a device computes nothing, as a share of all device time, or over the time of the work itself.",
  "global batch": "All samples of one training step, over all devices.",
  "local gradient": "The gradient that a device computes from its own samples alone.",
  "all-reduce":
    "A collective: every device brings a tensor, and every device gets the sum, or the average, of all of them.",
  ring: "An order in which each device sends only to the next one and receives only from the one before.",
  bucket: "A run of gradients that is averaged as one message; it travels once its last gradient is there.",
  overlap: "Computing and sending at the same time.",
  "exposed communication":
    "The part of the messages' time in which the device computes nothing, because it waits for them.",
} as const;

export type GlossaryTerm = keyof typeof GLOSSARY;
