/** Does this browser compute what PyTorch computes? Asked of each of its tensor backends. */
import type { Metadata } from "next";
import { BackendCheck, type NamedCase } from "@/components/check/BackendCheck";
import gptCase from "@/engine/reference/cases/gpt-adamw.json";
import mlpCase from "@/engine/reference/cases/mlp-relu-momentum.json";
import type { ReferenceCase } from "@/engine/reference/checkCase";
import styles from "../../page.module.css";

export const metadata: Metadata = { title: "Backends" };

const cases: NamedCase[] = [
  { name: "MLP, dp 4", reference: mlpCase as ReferenceCase, layout: { mesh: { dp: 4 } } },
  { name: "GPT, dp 4", reference: gptCase as ReferenceCase, layout: { mesh: { dp: 4 } } },
  {
    name: "GPT, dp 2 x pp 2 x tp 2, 1F1B, ZeRO-1",
    reference: gptCase as ReferenceCase,
    layout: {
      mesh: { dp: 2, pp: 2, tp: 2 },
      schedule: { kind: "1f1b" },
      zero: 1,
      batch: { ...gptCase.batch, micro: 2 },
    },
  },
];

export default function BackendsPage() {
  return (
    <main className={styles.page}>
      <article>
        <h1>This browser against PyTorch</h1>
        <p>
          Each backend trains two small models: on four data-parallel devices, and one of them on eight, cut along three
          axes. The columns say how far the result is from what PyTorch computes in double precision, relative to the
          larger of 1 and the expected number.
        </p>
        <BackendCheck cases={cases} />
      </article>
    </main>
  );
}
