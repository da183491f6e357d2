/**
 * The lessons that are written. Their order and titles are the outline's; a lesson adds its file, what its clusters
 * start from, and what to look at while they train.
 */
import type { MDXProps } from "mdx/types";
import type { ReactElement } from "react";
import { watchGradientSync } from "@/components/lesson/watchGradientSync";
import { watchPartialSums } from "@/components/lesson/watchPartialSums";
import type { View } from "@/components/stage/views";
import type { Watch } from "@/engine/execute";
import type { ScenarioInput } from "@/engine/scenario";
import { dataParallelism } from "../scenarios/data-parallelism";
import { tensorParallelism } from "../scenarios/tensor-parallelism";

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
    slug: "data-parallelism",
    heading: "Data parallelism: the same step, on many devices",
    minutes: 15,
    scenario: dataParallelism,
    watch: watchGradientSync(dataParallelism),
    views: ["timeline", "memory"],
    load: () => import("./04-data-parallelism.mdx"),
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
];
