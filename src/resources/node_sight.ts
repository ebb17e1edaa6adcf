/**
 * What a process sees of the node that it runs on.
 *
 * @module
 */

/** What is seen of a node. */
export interface NodeSight {
  /** The CPUs that the process may use, as the system numbers them, ascending. */
  readonly cpus: readonly number[];
  /** Those of them that are threads of one core, for each core. */
  readonly siblings: readonly (readonly number[])[];
  /** The ids of the GPUs that it was given; absent when nothing was said about GPUs. */
  readonly gpus?: readonly string[];
  /** Memory of the node in MiB. */
  readonly memoryMiB: number;
}
