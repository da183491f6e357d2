/** The course in order. */
export interface OutlineEntry {
  number: number;
  /** The last part of its address, /learn/<slug>/. */
  slug: string;
  title: string;
}

export const outline: readonly OutlineEntry[] = [
  { number: 1, slug: "devices", title: "Devices, memory and links" },
  { number: 2, slug: "parallelism", title: "What parallelism is" },
  { number: 3, slug: "collectives", title: "Collectives" },
  { number: 4, slug: "data-parallelism", title: "Data parallelism" },
  { number: 5, slug: "inter-layer-parallelism", title: "Inter-layer model parallelism" },
  { number: 6, slug: "pipeline-parallelism", title: "Pipeline parallelism" },
  { number: 7, slug: "tensor-parallelism", title: "Intra-layer (tensor) parallelism" },
  { number: 8, slug: "zero", title: "ZeRO" },
  { number: 9, slug: "multi-dimensional-parallelism", title: "Multi-dimensional parallelism" },
  { number: 10, slug: "choosing-a-layout", title: "The memory ledger and choosing a layout" },
];
