/** The flat tensor that replicas share out: each one's range, and where the chosen parameter lies in it. */
import { readableName } from "@/components/marks/names";
import type { FlatShare } from "./ownership";
import styles from "./Shards.module.css";

const WIDTH_PX = 320;
const HEIGHT_PX = 20;

export function FlatRanges({ flat }: { flat: FlatShare }) {
  const x = (element: number) => (flat.elements > 0 ? (element / flat.elements) * WIDTH_PX : 0);
  return (
    <figure className={styles.flat}>
      <svg
        viewBox={`-1 -1 ${WIDTH_PX + 2} ${HEIGHT_PX + 12}`}
        style={{ width: "20rem", maxWidth: "100%" }}
        aria-hidden="true"
      >
        {flat.parts.map(({ from, to }, dp) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a part is its data-parallel coordinate
          <g key={dp}>
            <rect x={x(from)} y={0} width={x(to) - x(from)} height={HEIGHT_PX} className={styles.flatPart} />
            <text x={(x(from) + x(to)) / 2} y={HEIGHT_PX / 2} className={styles.flatName}>
              {x(to) - x(from) < 34 ? dp : `dp ${dp}`}
            </text>
          </g>
        ))}
        <rect
          x={x(flat.range.from)}
          y={HEIGHT_PX + 3}
          width={x(flat.range.to) - x(flat.range.from)}
          height={4}
          fill="var(--accent)"
        />
      </svg>
      <figcaption>
        {readableName(flat.group)}, {flat.elements} elements end to end: the part that each data-parallel replica keeps
        (dp 0 is the first). Underlined, this parameter: elements {flat.range.from} to {flat.range.to - 1}.
      </figcaption>
    </figure>
  );
}
