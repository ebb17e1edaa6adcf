/**
 * The type of a job as users write it: QCG-PilotJob's standard form, and what this package adds to it. The parsers take
 * their keys from these types (`keysOf()`), so that no key is known to the one and not to the others.
 *
 * @module
 */

import type { CapturedStreams, CaptureInput } from "./capture_input.ts";
import type { RetryCause } from "./description.ts";
import type { ExecutionInput } from "./execution_input.ts";
import type { Absent, Scalar } from "./json.ts";
import type { PermissionScope } from "./permissions.ts";
import type { ResourcesInput } from "./resources_input.ts";

/**
 * A job: what runs, what it needs, and what it waits for. A misspelt key or a value of the wrong type does not compile.
 *
 * What was parsed from JSON is checked when it is submitted, as everything is: `JSON.parse()` gives `any`, which the
 * compiler lets pass; a value of the type `unknown` is passed on deliberately by `as JobInput`.
 *
 * Variables in its strings are filled in: `${jname}`, `${rcnt}`, `${uniq}`, `${sname}`, `${date}`, `${time}` and
 * `${dateTime}` when it is submitted; in `execution` also `${it}`, `${itval}`, `${ncores}`, `${nnodes}`, `${nlist}` and
 * `${root_wd}` when a task is launched.
 *
 * @example Two jobs, the second after the first
 * ```ts
 * import { type JobInput, QCGPJExecutor } from "@qcg/pilotjob";
 * import { assertEquals } from "@std/assert";
 *
 * const jobs: JobInput[] = [
 *   { name: "make", execution: { script: "seq 10 > numbers" } },
 *   {
 *     name: "count",
 *     execution: { exec: "wc", args: ["-l", "numbers"], stdout: "count.txt" },
 *     resources: { numCores: 1, wt: "10m" },
 *     dependencies: { after: ["make"] },
 *   },
 * ];
 * await using executor = new QCGPJExecutor({ wd: await Deno.makeTempDir() });
 * assertEquals(await executor.submit(jobs).result(), { make: "SUCCEED", count: "SUCCEED" });
 * ```
 */
export interface JobInput {
  /**
   * Names the job; unique among the jobs that the executor knows. Not empty, and without blanks, colons, quotes,
   * parentheses, braces and dollars, except for the variables of a submit.
   */
  readonly name: string;
  /** What runs: a program with its arguments, or a script. */
  readonly execution: ExecutionInput;
  /**
   * What each task needs of cores, nodes, GPUs, memory and time.
   *
   * @default {one core}
   */
  readonly resources?: ResourcesInput | Absent;
  /**
   * Runs the job once for each index, as tasks called `name:index`.
   *
   * @default {one task, without an index}
   */
  readonly iteration?: IterationInput | Absent;
  /**
   * Jobs of a greater priority start first, whatever else decides: a whole number from -1,000,000 to 1,000,000.
   *
   * @default {0}
   */
  readonly priority?: number | Absent;
  /**
   * How many of its tasks may run at once, at least 1.
   *
   * @default {as many as fit}
   */
  readonly maxRunning?: number | Absent;
  /**
   * A group of jobs of which only so many tasks run at once, as the executor's `groups` (or `--groups`) say.
   *
   * @default {no group}
   */
  readonly group?: string | Absent;
  /**
   * What becomes of jobs that wait for its success when it fails: `"omit"`, or `"continue"` as if it had succeeded. It
   * counts as failed all the same.
   *
   * @default {"omit"}
   */
  readonly onFailure?: "omit" | "continue" | Absent;
  /**
   * Runs the job when all others have ended that were submitted by then, whatever became of them; those with `finally`
   * do not wait for one another. To cancel everything leaves it, unless nothing else is left; a shutdown that cancels
   * does not.
   *
   * @default {false}
   */
  readonly finally?: boolean | Absent;
  /**
   * What must succeed before it; where that does not succeed, the job is omitted.
   *
   * @default {nothing}
   */
  readonly dependencies?: DependenciesInput | Absent;
  /**
   * Time limit of each task, in milliseconds, at least 1; it is stopped then and has failed. `resources.wt` says the
   * same in hours, minutes and seconds; give one of them.
   *
   * @default {no limit}
   */
  readonly timeoutMs?: number | Absent;
  /**
   * Milliseconds without any output after which a task is stopped and has failed, at least 1. Needs an output to watch:
   * `execution.stdout` or `execution.stderr`.
   *
   * @default {no limit}
   */
  readonly idleMs?: number | Absent;
  /**
   * Milliseconds between SIGTERM and SIGKILL when a task is stopped, 0 or more.
   *
   * @default {`graceMs` of the executor}
   */
  readonly graceMs?: number | Absent;
  /**
   * Kills a task that uses more memory than `resources.memory` (or `nodeCrs.mem`) states; it has failed then.
   *
   * @default {false}
   */
  readonly enforceMemory?: boolean | Absent;
  /**
   * Tries a task again that failed: how many times more, from 1 to 10,000, or an object that says when and after which
   * pause. What earlier attempts wrote is kept as `stdout.attempt-1` and so on.
   *
   * @default {no further attempt}
   */
  readonly retry?: number | RetryInput | Absent;
  /**
   * Keeps what its tasks write, so that `future.text()` and its kind hand it over: `"stdout"`, `"stderr"` or `"both"`, or
   * an object that says how much. A stream that has a file of its own is read from there.
   *
   * @default {nothing is kept; with a file for the stream all of it}
   */
  readonly capture?: CapturedStreams | CaptureInput | Absent;
  /**
   * What its tasks are allowed, of what the executor allows.
   *
   * @default {all that the executor allows}
   */
  readonly permissions?: PermissionScope | Absent;
  /** Kept with the job and echoed in its information; has no effect. */
  readonly attributes?: Readonly<Record<string, AttributeValue>> | Absent;
}

/** What an attribute may be: anything that JSON can hold. */
export type AttributeValue = Scalar | readonly AttributeValue[] | { readonly [key: string]: AttributeValue };

/**
 * The indexes of a job with iterations, at most 20 million: a range, or one for each value. A task learns its own by
 * `${it}`, and its value by `${itval}`.
 */
export type IterationInput = IndexRange | IterationValues;

/** A range of indexes. */
export interface IndexRange {
  /**
   * The first index; may be negative.
   *
   * @default {0}
   */
  readonly start?: number | Absent;
  /** The index after the last; greater than `start`. */
  readonly stop: number;
  /** Not beside `stop`. */
  readonly values?: Absent;
}

/** An iteration for each value; the indexes are 0, 1, 2 and so on. */
export interface IterationValues {
  /** The values, at least one. */
  readonly values: readonly Scalar[];
  /** Not beside `values`. */
  readonly start?: Absent;
  /** Not beside `values`. */
  readonly stop?: Absent;
}

/** What must succeed first. */
export interface DependenciesInput {
  /**
   * Jobs and iterations by name: `job` is all of a job, `job:3` one iteration of it. In a job with iterations
   * `job:${it}` makes iteration i wait for iteration i, and `job_${it}` for the job of that name.
   *
   * @default {[]}
   */
  readonly after?: readonly string[] | Absent;
  /**
   * What must end before it, whatever becomes of it.
   *
   * @default {[]}
   */
  readonly afterAny?: readonly string[] | Absent;
  /**
   * What must end without success before it: failed, canceled or omitted. Where it succeeds, this job is omitted.
   *
   * @default {[]}
   */
  readonly afterNotOk?: readonly string[] | Absent;
}

/**
 * When and how a failed task is tried again.
 *
 * @example Three more attempts, after 1, 2 and 4 seconds; one more where the memory did not suffice, with twice as much
 * ```ts
 * import type { RetryInput } from "@qcg/pilotjob";
 *
 * const retry: RetryInput = { max: 3, backoffMs: 1000, maxByCause: { oom: 1 }, growMemory: 2 };
 * ```
 */
export interface RetryInput {
  /**
   * How many further attempts in all, from 1 to 10,000.
   *
   * @default {1}
   */
  readonly max?: number | Absent;
  /**
   * Which causes are tried again.
   *
   * @default {all of them}
   */
  readonly on?: readonly RetryCause[] | Absent;
  /**
   * How many further attempts for single causes, 0 or more, where that is fewer than `max`.
   *
   * @default {{}}
   */
  readonly maxByCause?: Readonly<Partial<Record<RetryCause, number>>> | Absent;
  /**
   * The exit codes, 1 to 255, that are tried again.
   *
   * @default {all of them}
   */
  readonly exitCodes?: readonly number[] | Absent;
  /**
   * Milliseconds before the second attempt, 0 or more; they double with each further one.
   *
   * @default {0}
   */
  readonly backoffMs?: number | Absent;
  /**
   * The longest pause, in milliseconds.
   *
   * @default {24 days}
   */
  readonly backoffMsMax?: number | Absent;
  /**
   * The share of a pause, 0 to 1, that chance may take away, so that tasks do not come back all at once.
   *
   * @default {0}
   */
  readonly jitter?: number | Absent;
  /**
   * The factor, 1 to 1000, by which the stated memory grows after a task used too much of it.
   *
   * @default {1}
   */
  readonly growMemory?: number | Absent;
}
