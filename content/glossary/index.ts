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
  rank: {
    means: "A device's number, counted from 0; inside each group it has another rank.",
    forms: ["ranks"],
  },
  FLOP: { means: "One addition or multiplication of two numbers.", forms: ["FLOPs"] },
  activations: { means: "What forward computes and keeps because backward will need it.", forms: ["activation"] },
  "weight gradient": {
    means:
      "The half of a layer's backward that only the optimizer waits for, written W: the gradient of its parameters.",
    forms: ["weight gradients"],
  },
  "input gradient": {
    means:
      "The half of a layer's backward that the layer before it waits for, written I: the gradient of what the layer read.",
    forms: ["input gradients"],
  },
  "optimizer state": { means: "The numbers that an optimizer keeps for each parameter from step to step." },
  buffers: {
    means:
      "What is held only for a moment: gradients of activations on their way back, and what messages need while they travel. (In PyTorch: tensors of a module that are no parameters.)",
  },
  bucket: {
    means:
      "A run of parameters that are handled together: their gradients are averaged in one collective, once the last of them is there; here the optimizer updates bucket by bucket, too.",
    forms: ["buckets"],
  },
  "micro-batch": {
    means: "The samples that go through one copy of the model at one time.",
    forms: ["micro-batches"],
  },
  bubble: {
    means:
      "Idle time of a pipeline; here, all time in which a device computes nothing. As a share of all device time, or over the time of the work itself.",
    forms: ["bubbles"],
  },
  "gradient accumulation": { means: "Adding up the gradients of several micro-batches before the optimizer runs." },
  "arithmetic intensity": { means: "FLOPs for each byte that is read from memory or written to it." },
  node: { means: "A box of devices that are joined by fast links; links between nodes are slower.", forms: ["nodes"] },
  bandwidth: { means: "How many bytes a link or a memory moves in a second." },
  latency: { means: "How long a message takes before its first byte arrives." },

  // What parallelism is
  "data parallelism": {
    means:
      "Every device holds the whole model and works on its own part of the batch; the gradients are averaged over the devices.",
    forms: ["data-parallel", "data parallel"],
  },
  replica: {
    means: "A full copy of the model's parameters, on one device or on the devices that share it out among them.",
    forms: ["replicas"],
  },
  shard: { means: "One device's part of something that is cut up.", forms: ["shards", "sharded"] },
  "inter-layer parallelism": {
    means:
      "The model is cut between layers: each device holds some of them, and the samples pass from device to device.",
    forms: ["inter-layer model parallelism"],
  },
  "pipeline parallelism": {
    means:
      "Inter-layer parallelism in which micro-batches follow each other through the devices, so that all of them work.",
  },
  "tensor parallelism": {
    means: "Each device holds a shard of each layer's matrices, and all work on every layer together.",
    forms: ["tensor-parallel", "tensor parallel", "intra-layer parallelism"],
  },
  ZeRO: {
    means:
      "Data parallelism in which the replicas share out among them some or all of what each would hold alike: optimizer state, then gradients, then parameters.",
  },
  "speed-up": { means: "The step time of one device, over that of many.", forms: ["speed-ups"] },
  efficiency: { means: "The speed-up, over the number of devices." },

  // Collectives
  "point to point": {
    means: "One device sends a tensor, and one other device receives it.",
    forms: ["point-to-point"],
  },
  adjoint: {
    means:
      "Of a linear operation, the one that takes gradients of what came out to gradients of what went in: its transpose.",
    forms: ["adjoints"],
  },
  collective: {
    means: "An operation that all devices of a group take part in, each with its own tensor.",
    forms: ["collectives"],
  },
  group: { means: "The devices that take part in a collective, in an order.", forms: ["groups"] },
  broadcast: { means: "A collective: one device, the root, has a tensor, and every device gets it." },
  reduce: {
    means: "A collective: every device brings a tensor, and one device, the root, gets the sum of all of them.",
  },
  "all-gather": {
    means: "A collective: every device brings a part, and every device gets all parts, end to end.",
    forms: ["all-gathers"],
  },
  ring: { means: "An order in which each device sends only to the next one and receives only from the one before." },
  "reduce-scatter": {
    means: "A collective: every device brings a tensor, and every device gets its own part of the sum of all of them.",
    forms: ["reduce-scatters"],
  },
  "all-to-all": {
    means: "A collective: every device brings a part for each other one, and gets a part from each.",
    forms: ["all-to-alls"],
  },
  "all-reduce": {
    means:
      "A collective: every device brings a tensor, and every device gets the sum of all of them, or the average, or the maximum.",
    forms: ["all-reduces"],
  },

  // Data parallelism
  "global batch": { means: "All samples of one training step, over all devices." },
  "local gradient": {
    means: "The gradient that a device computes from its own samples alone.",
    forms: ["local gradients"],
  },
  overlap: { means: "Computing and sending at the same time." },
  "exposed communication": {
    means: "The part of the messages' time in which the device computes nothing, because it waits for them.",
  },

  // Inter-layer model parallelism
  "pipeline stage": {
    means: "The consecutive layers that stand on one device, or on the devices that share them; in short, a stage.",
    forms: ["pipeline stages"],
  },

  // Pipeline parallelism
  "pipeline schedule": {
    means: "In which order each device runs the forwards and backwards of its stages; in short, a schedule.",
    forms: ["pipeline schedules"],
  },
  "warm-up": {
    means: "The forwards that a device runs before forwards and backwards alternate, while the pipeline fills.",
  },
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
  "zero-bubble schedule": {
    means: "A schedule that puts weight gradients where a device would otherwise wait.",
    forms: ["zero-bubble schedules", "zero-bubble"],
  },

  // Intra-layer (tensor) parallelism
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
  "model state": {
    means: "What a device holds for the model, whatever the samples: parameters, gradients and optimizer state.",
    forms: ["model states"],
  },
  "ZeRO-1": {
    means: "Data parallelism in which each device keeps, and updates, only its part of the optimizer state.",
  },
  "ZeRO-2": { means: "ZeRO-1, and of the averaged gradients, too, each device keeps only its part." },
  "ZeRO-3": {
    means:
      "ZeRO-2, and of the parameters, too, each device keeps only its part: a layer is gathered for as long as it is used.",
  },
  "ZeRO stage": {
    means: "How much ZeRO cuts: 1, 2 or 3. It has nothing to do with the stages of a pipeline.",
    forms: ["ZeRO stages", "stage of ZeRO", "stages of ZeRO"],
  },
  prefetch: {
    means: "To gather the next layer while this one computes.",
    forms: ["prefetches", "prefetched", "prefetching"],
  },
  reshard: {
    means: "To give back the parts of the others once a gathered layer has been used.",
    forms: ["reshards", "resharded", "resharding"],
  },
  FSDP: {
    means:
      "Fully sharded data parallel: PyTorch's ZeRO-3, unless told not to reshard after forward, or to shard only inside a group.",
  },
  "mixed precision": {
    means: "Computing in 16 bits while the optimizer keeps, and updates, the parameters in 32.",
  },

  // Multi-dimensional parallelism
  "device mesh": {
    means:
      "Devices laid out along axes, one axis for each way of cutting, so that each device has a place along every axis.",
    forms: ["device meshes"],
  },
  "3-D parallelism": { means: "Data, pipeline and tensor parallelism at once: the devices form a cube." },
  "world size": { means: "The number of devices that take part in a training: the product of the sizes of all axes." },
  "hybrid sharding": {
    means:
      "FSDP over two axes: parameters are sharded over one, usually inside a node, and such groups are replicas along the other.",
  },

  // The memory ledger and choosing a layout
  "memory ledger": {
    means: "All that a device holds, line by line: parameters, gradients, optimizer state, activations, buffers.",
  },
  recompute: {
    means:
      "Forward done a second time during backward, for activations that were not kept; also called activation checkpointing.",
    forms: ["recomputation", "activation checkpointing"],
  },
  "selective recompute": {
    means:
      "Recompute of attention's scores only: they are large where sequences are long, and cheap to compute again. Full recompute does each layer's whole forward again.",
    forms: ["selective recomputation"],
  },
});

export type GlossaryTerm = keyof typeof GLOSSARY;
