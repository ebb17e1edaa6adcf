/**
 * The type of a job's `resources` as users write them.
 *
 * @module
 */

import type { Absent } from "./json.ts";

/**
 * What each task of a job needs. At least one of `numCores`, `numNodes`, `memory` and `counted` is given.
 *
 * @example Two to four cores on one node, for ten minutes at most
 * ```ts
 * import type { ResourcesInput } from "@qcg/pilotjob";
 *
 * const resources: ResourcesInput = { numNodes: 1, numCores: { min: 2, max: 4 }, wt: "10m" };
 * ```
 */
export interface ResourcesInput {
  /**
   * Cores: in all, or on each node where `numNodes` is given. At least 1.
   *
   * @default {one core; with `numNodes` alone every core of the nodes}
   */
  readonly numCores?: number | SizeInput | Absent;
  /**
   * Nodes. At least 1.
   *
   * @default {as it comes; one where `memory` is given}
   */
  readonly numNodes?: number | SizeInput | Absent;
  /**
   * GPUs and memory on each node; needs `numNodes`.
   *
   * @default {none}
   */
  readonly nodeCrs?: NodeResourcesInput | Absent;
  /**
   * Memory on each node: a number and a unit, such as `"512MiB"`, `"1.5GiB"` or `"2GB"`.
   *
   * @default {none stated}
   */
  readonly memory?: string | Absent;
  /**
   * Counted resources by name, such as `{ licences: 1 }`: so many of what the executor's option `counted` (`--counted`)
   * says there is. Each task holds them while it runs. At least 1 of each.
   *
   * @default {none}
   */
  readonly counted?: Readonly<Record<string, number>> | Absent;
  /**
   * Time limit of each task in hours, minutes and seconds, such as `"1h30m"` or `"45s"`; `timeoutMs` of the job says the
   * same in milliseconds.
   *
   * @default {no limit}
   */
  readonly wt?: string | Absent;
}

/** How many cores or nodes: a number, a range, or a share that is computed. */
export type SizeInput = ExactSize | SizeRange | ScheduledSize;

/** A number that is known. */
export interface ExactSize {
  /** The number, at least 1. */
  readonly exact: number;
  /** Not beside `exact`. */
  readonly min?: Absent;
  /** Not beside `exact`. */
  readonly max?: Absent;
  /** Not beside `exact`. */
  readonly scheduler?: Absent;
}

/** A range: a task gets as many as are free, within it. */
export interface SizeRange {
  /** The smallest number that will do, at least 1. */
  readonly min: number;
  /** The largest number that is of use, at least `min`. */
  readonly max: number;
  /** Not beside `min` and `max`. */
  readonly exact?: Absent;
  /** Not beside `max`. */
  readonly scheduler?: Absent;
}

/** A share of all that the pool has, computed for each iteration; only for jobs with iterations. */
export interface ScheduledSize {
  /** The rule by which it is computed. */
  readonly scheduler: SchedulerName | SchedulerInput;
  /**
   * The smallest number for one iteration, at least 1.
   *
   * @default {1}
   */
  readonly min?: number | Absent;
  /** Not beside `scheduler`. */
  readonly exact?: Absent;
  /** Not beside `scheduler`. */
  readonly max?: Absent;
}

/**
 * The rule by which resources are divided among iterations. `"split-into"` gives each the same share;
 * `"maximum-iters"` runs as many at once as the minimum allows and divides everything among them.
 */
export type SchedulerName = "maximum-iters" | "split-into";

/** A rule with its parameters. */
export interface SchedulerInput {
  /** The rule. */
  readonly name: SchedulerName;
  /** Its parameters. */
  readonly params?: SchedulerParameters | Absent;
}

/** Parameters of an iteration scheduler. */
export interface SchedulerParameters {
  /**
   * How many shares `"split-into"` makes, at least 1.
   *
   * @default {the number of iterations}
   */
  readonly parts?: number | Absent;
}

/** GPUs and memory on each node. QCG-PilotJob's reports spell the names in capitals; both spellings are read. */
export interface NodeResourcesInput {
  /** GPUs, at least 1; or a share of one in thousandths, from 0.001 to 0.999: tasks with shares may be on one GPU. */
  readonly gpu?: number;
  /** Memory in MiB, at least 1; not beside `memory`. */
  readonly mem?: number;
  /** As `gpu`; not beside it. */
  readonly GPU?: number;
  /** Memory in MiB, at least 1; not beside `mem`. */
  readonly MEM?: number;
}
