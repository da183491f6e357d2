/** The names of buffers, so that one pass finds what another made. */

/** An activation, or what forward saved of it, of one micro-batch. */
export const valueName = (value: string, microbatch: number) => `${value}#${microbatch}`;
export const savedName = (node: string, role: string, microbatch: number) => `${node}.${role}#${microbatch}`;
/** The gradient of the loss with respect to a value. */
export const valueGradName = (value: string, microbatch: number) => `d(${value})#${microbatch}`;
export const gradName = (parameter: string) => `grad:${parameter}`;
/** The gradients of a group, end to end. */
export const flatGradName = (group: string) => `grad:${group}`;
export const optimizerStateName = (group: string, role: string) => `${role}:${group}`;
/** The sum of the squares of all gradients of a rank. */
export const SUM_SQUARES = "sumSquares";
