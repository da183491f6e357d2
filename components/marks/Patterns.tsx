/**
 * The patterns that tell kinds of work apart without colour. Ids are made from the drawing's own, because a page may
 * hold several.
 */

export const patternIds = (id: string) => ({
  idle: `${id}-idle`,
  weightGrad: `${id}-dots`,
  recompute: `${id}-stripes`,
  optimizer: `${id}-weave`,
});

export function Patterns({ id }: { id: string }) {
  const ids = patternIds(id);
  return (
    <defs>
      <pattern id={ids.idle} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width="6" height="6" fill="var(--idle)" />
        <rect width="1.3" height="6" fill="var(--hatch)" />
      </pattern>
      <pattern id={ids.weightGrad} width="5" height="5" patternUnits="userSpaceOnUse">
        <circle cx="1.25" cy="1.25" r="0.75" fill="var(--on-weight-grad)" opacity="0.4" />
        <circle cx="3.75" cy="3.75" r="0.75" fill="var(--on-weight-grad)" opacity="0.4" />
      </pattern>
      <pattern id={ids.recompute} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">
        <rect width="1.2" height="5" fill="var(--on-forward)" opacity="0.45" />
      </pattern>
      <pattern id={ids.optimizer} width="5" height="5" patternUnits="userSpaceOnUse">
        <rect width="5" height="1" fill="var(--paper)" opacity="0.25" />
      </pattern>
    </defs>
  );
}
