/** Numbers of an operation's figure as text. */
import { BYTES_PER_ELEMENT } from "@/engine/base/units";

/** With a minus that is one. */
export const signed = (value: number): string => String(value).replace("-", "−");

/** Of so many chunks of one number; the unit stays with it. */
export const chunksInBytes = (count: number): string => `${count * BYTES_PER_ELEMENT}\u00a0B`;
