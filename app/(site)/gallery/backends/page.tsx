/** Does this browser compute what PyTorch computes? Asked of each of its tensor backends. */
import type { Metadata } from "next";
import { BackendCheck } from "@/components/check/BackendCheck";
import gptCase from "@/engine/reference/cases/gpt-adamw.json";
import mlpCase from "@/engine/reference/cases/mlp-relu-momentum.json";
import type { ReferenceCase } from "@/engine/reference/checkCase";
import styles from "../../page.module.css";

export const metadata: Metadata = { title: "Backends" };

const cases = [
  { name: "MLP, SGD with momentum", reference: mlpCase as ReferenceCase },
  { name: "GPT, AdamW", reference: gptCase as ReferenceCase },
];

export default function BackendsPage() {
  return (
    <main className={styles.page}>
      <article>
        <h1>This browser against PyTorch</h1>
        <p>
          Each backend trains two small models on four data-parallel devices. The columns say how far the result is from
          what PyTorch computes in double precision, relative to the larger of 1 and the expected number.
        </p>
        <BackendCheck cases={cases} />
      </article>
    </main>
  );
}
