/** The lab: a cluster to set up oneself. */
import type { Metadata } from "next";
import { Lab } from "@/components/lab/Lab";
import styles from "@/components/lab/Lab.module.css";

export const metadata: Metadata = { title: "Lab" };

export default function LabPage() {
  return (
    <main className={styles.page}>
      <Lab />
    </main>
  );
}
