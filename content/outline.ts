/** The course in order. A lesson is linked from the first page once it is written. */
export interface OutlineEntry {
  number: number;
  /** The last part of its address, /learn/<slug>/. */
  slug: string;
  title: string;
  written: boolean;
}

export const outline: readonly OutlineEntry[] = [
  { number: 1, slug: "devices", title: "Devices, memory and links", written: true },
  { number: 2, slug: "parallelism", title: "What parallelism is", written: true },
  { number: 3, slug: "collectives", title: "Collectives", written: true },
  { number: 4, slug: "data-parallelism", title: "Data parallelism", written: true },
  { number: 5, slug: "inter-layer-parallelism", title: "Inter-layer model parallelism", written: true },
  { number: 6, slug: "pipeline-parallelism", title: "Pipeline parallelism", written: true },
  { number: 7, slug: "tensor-parallelism", title: "Intra-layer (tensor) parallelism", written: true },
  { number: 8, slug: "zero", title: "ZeRO", written: true },
  { number: 9, slug: "multi-dimensional-parallelism", title: "Multi-dimensional parallelism", written: true },
  { number: 10, slug: "choosing-a-layout", title: "The memory ledger and choosing a layout", written: true },
];
