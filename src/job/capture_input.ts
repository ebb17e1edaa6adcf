/**
 * The type of a job's `capture` as users write it.
 *
 * @module
 */

import type { Absent } from "./json.ts";

/** The streams that are kept. */
export type CapturedStreams = "stdout" | "stderr" | "both";

/**
 * What is kept of the output of a task.
 *
 * @example The last kilobyte of both streams
 * ```ts
 * import type { CaptureInput } from "@qcg/pilotjob";
 *
 * const capture: CaptureInput = { streams: "both", maxBytes: 1024, onOverflow: "tail" };
 * ```
 */
export interface CaptureInput {
  /**
   * The streams.
   *
   * @default {"stdout"}
   */
  readonly streams?: CapturedStreams | Absent;
  /**
   * How many bytes of each stream are handed over at most, from 1 to 2 GiB - 1.
   *
   * @default {1048576, which is 1 MiB}
   */
  readonly maxBytes?: number | Absent;
  /**
   * What becomes of more: the beginning of it is handed over (`"head"`), or its end (`"tail"`), or nothing, and
   * `future.text()` rejects (`"fail"`).
   *
   * @default {"fail"}
   */
  readonly onOverflow?: "head" | "tail" | "fail" | Absent;
}
