/**
 * The inputs that an earlier run of a sweep took.
 *
 * @module
 */

import type { InputValues } from "../../job/command_words.ts";
import type { Run } from "../../runtime/run.ts";
import type { EachRun } from "./each_run.ts";
import type { JobLogFile } from "./job_log_file.ts";
import type { EarlierRun } from "./record.ts";

/** An input that an earlier run took, and what is to be done about it. */
export interface TakenInput {
  /** The input. */
  readonly input: InputValues;
  /** What is to be done. */
  readonly fate: "log" | "print" | "run";
}

/** Those inputs by their numbers. */
export type Taken = ReadonlyMap<number, TakenInput>;

/** Logs what is on record as ended in an earlier run that was killed before it had logged it. */
export function logEarlier(
  earlier: EarlierRun,
  taken: Taken,
  { sweep, run, jobLog }: { readonly sweep: EachRun; readonly run: Run; readonly jobLog: JobLogFile },
): void {
  const { pilot } = run;
  for (const name of pilot.intake.names()) {
    const { id, firstTask } = pilot.intake.find(name)!;
    const [number, hasEnded] = [Number(name), pilot.ledger.job(id)?.outcome !== undefined];
    const lacksLine = hasEnded && jobLog.linesOf(number) < earlier.lines(number);
    if (lacksLine) sweep.log(taken.get(number)!.input, number, firstTask);
  }
}
