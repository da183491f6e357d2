/** The course in order. A lesson is linked from the first page once it is written. */
export interface OutlineEntry {
  number: number;
  /** The last part of its address, /learn/<slug>/. */
  slug: string;
  title: string;
  written: boolean;
}

export const outline: readonly OutlineEntry[] = [
  { number: 1, slug: "devices", title: "Devices, memory and links", written: false },
  { number: 2, slug: "parallelism", title: "What parallelism is", written: false },
  { number: 3, slug: "collectives", title: "Collectives", written: false },
  { number: 4, slug: "data-parallelism", title: "Data parallelism", written: true },
  { number: 5, slug: "inter-layer-parallelism", title: "Inter-layer model parallelism", written: false },
  { number: 6, slug: "pipeline-parallelism", title: "Pipeline parallelism", written: false },
  { number: 7, slug: "tensor-parallelism", title: "Intra-layer (tensor) parallelism", written: true },
  { number: 8, slug: "zero", title: "ZeRO", written: false },
  { number: 9, slug: "multi-dimensional-parallelism", title: "Multi-dimensional parallelism", written: false },
  { number: 10, slug: "choosing-a-layout", title: "The memory ledger and choosing a layout", written: false },
];
