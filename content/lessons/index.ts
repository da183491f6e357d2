/**
 * The lessons that are written. Their order and titles are the outline's; a lesson adds its file, what its clusters
 * start from, and what to look at while they train.
 */
import type { MDXProps } from "mdx/types";
import type { ReactElement } from "react";
import { watchCut } from "@/components/lesson/watchCut";
import { watchGradientSync } from "@/components/lesson/watchGradientSync";
import { watchPartialSums } from "@/components/lesson/watchPartialSums";
import type { View } from "@/components/stage/views";
import type { Watch } from "@/engine/execute";
import type { ScenarioInput } from "@/engine/scenario";
import { choosingALayout } from "../scenarios/choosing-a-layout";
import { collectives } from "../scenarios/collectives";
import { dataParallelism } from "../scenarios/data-parallelism";
import { devices } from "../scenarios/devices";
import { interLayerParallelism } from "../scenarios/inter-layer-parallelism";
import { cube } from "../scenarios/multi-dimensional-parallelism";
import { parallelism } from "../scenarios/parallelism";
import { pipelineParallelism } from "../scenarios/pipeline-parallelism";
import { tensorParallelism } from "../scenarios/tensor-parallelism";
import { zero } from "../scenarios/zero";

export interface LessonEntry {
  /** As in the outline. */
  slug: string;
  /** Says what the lesson shows; its title in the outline names the subject. */
  heading: string;
  /** A calm reader's time, with the questions. */
  minutes: number;
  scenario: ScenarioInput;
  /** Tensors to look at while training, for values that only a run can give. */
  watch?: Watch[];
  /** What stands on the stage where a step says nothing else. */
  views: readonly View[];
  /** Its text: NN-slug.mdx, with its number in the outline. */
  load(): Promise<{ default: (props: MDXProps) => ReactElement }>;
}

export const lessons: readonly LessonEntry[] = [
  {
    slug: "devices",
    heading: "Devices, memory and links: what a training step is made of",
    minutes: 22,
    scenario: devices,
    views: ["timeline", "memory"],
    load: () => import("./01-devices.mdx"),
  },
  {
    slug: "parallelism",
    heading: "What parallelism is: one model, and four ways to cut it",
    minutes: 21,
    scenario: parallelism,
    views: ["timeline", "memory"],
    load: () => import("./02-parallelism.mdx"),
  },
  {
    slug: "collectives",
    heading: "Collectives: how devices share what they hold",
    minutes: 22,
    scenario: collectives,
    views: ["collective", "timeline"],
    load: () => import("./03-collectives.mdx"),
  },
  {
    slug: "data-parallelism",
    heading: "Data parallelism: the same step, on many devices",
    minutes: 19,
    scenario: dataParallelism,
    watch: watchGradientSync(dataParallelism),
    views: ["timeline", "memory"],
    load: () => import("./04-data-parallelism.mdx"),
  },
  {
    slug: "inter-layer-parallelism",
    heading: "Inter-layer model parallelism: some layers here, some layers there",
    minutes: 15,
    scenario: interLayerParallelism,
    watch: watchCut(interLayerParallelism),
    views: ["timeline", "memory"],
    load: () => import("./05-inter-layer-parallelism.mdx"),
  },
  {
    slug: "pipeline-parallelism",
    heading: "Pipeline parallelism: micro-batches close behind each other",
    minutes: 30,
    scenario: pipelineParallelism,
    views: ["timeline", "memory"],
    load: () => import("./06-pipeline-parallelism.mdx"),
  },
  {
    slug: "tensor-parallelism",
    heading: "Tensor parallelism: every layer, on all devices at once",
    minutes: 25,
    scenario: tensorParallelism,
    watch: watchPartialSums("layers.3"),
    views: ["timeline", "memory"],
    load: () => import("./07-tensor-parallelism.mdx"),
  },
  {
    slug: "zero",
    heading: "ZeRO: data parallelism without the copies",
    minutes: 25,
    scenario: zero,
    views: ["timeline", "memory"],
    load: () => import("./08-zero.mdx"),
  },
  {
    slug: "multi-dimensional-parallelism",
    heading: "Multi-dimensional parallelism: three ways to cut, multiplied",
    minutes: 25,
    scenario: cube,
    views: ["mesh", "timeline"],
    load: () => import("./09-multi-dimensional-parallelism.mdx"),
  },
  {
    slug: "choosing-a-layout",
    heading: "The memory ledger: what fits, and which layout to choose",
    minutes: 20,
    scenario: choosingALayout,
    views: ["timeline", "memory"],
    load: () => import("./10-choosing-a-layout.mdx"),
  },
];
