/** The names of buffers, so that one pass finds what another made. */

/** An activation, or what forward saved of it, of one micro-batch. */
export const valueName = (value: string, microbatch: number) => `${value}#${microbatch}`;
export const savedName = (node: string, role: string, microbatch: number) => `${node}.${role}#${microbatch}`;
/** What is computed again has a buffer of its own. */
export const again = (name: string) => `${name}.again`;
/** The gradient of the loss with respect to a value. */
export const valueGradName = (value: string, microbatch: number) => `d(${value})#${microbatch}`;
export const gradName = (parameter: string) => `grad:${parameter}`;
/** The gradients of a group, end to end, or the rank's part of them. */
export const flatGradName = (group: string) => `grad:${group}`;
/** A rank's part, along dp, of the parameters of a group, end to end. */
export const partName = (group: string) => `part:${group}`;
/** What is left of a flat buffer when a rank keeps its own part. */
export const ownPartName = (flat: string) => `${flat}.part`;
/** The gradient of one micro-batch alone. */
export const ownGradName = (parameter: string, microbatch: number) => `grad:${parameter}#${microbatch}`;
export const optimizerStateName = (group: string, role: string) => `${role}:${group}`;
/** The sum of the squares of all gradients of a rank. */
export const SUM_SQUARES = "sumSquares";
