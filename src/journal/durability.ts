/**
 * How much a journal survives.
 *
 * @module
 */

/**
 * How much a journal survives.
 *
 * - `"memory"`: there is no file; nothing survives.
 * - `"process"`: every turn is written before it is told, so that the death of the process costs nothing.
 * - `"power"`: every turn is also forced to the disk, so that the loss of power costs nothing either.
 */
export type Durability = "memory" | "process" | "power";
