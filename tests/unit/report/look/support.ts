/**
 * Runs to look at, made of events without a process.
 *
 * @module
 */

import { Intake } from "../../../../src/core/intake.ts";
import type { AdmittedJob, Event, Outcome } from "../../../../src/core/types.ts";
import { RunView } from "../../../../src/report/look/run_view.ts";
import { parseNodeSpec } from "../../../../src/resources/node_spec.ts";
import { Pool } from "../../../../src/resources/pool.ts";
import { readJob } from "../../../traces/words.ts";

/** When the jobs are submitted, in milliseconds since the epoch. */
export const submittedAtMs = 1_000;

/** A failure with an exit code. */
export function failedWith(code: number): Outcome {
  return { kind: "failed", cause: "exit", exit: { code }, reason: `exit code ${code}` };
}

/** A view of jobs in the words of the traces, and what happens to their tasks. */
export class ViewedRun {
  readonly view: RunView = new RunView();
  readonly jobs: readonly AdmittedJob[];

  constructor(...texts: string[]) {
    this.jobs = new Intake({ pool: new Pool(parseNodeSpec("a:64")) }).admit(texts.map(readJob));
    for (const job of this.jobs) this.apply({ kind: "jobSubmitted", atMs: submittedAtMs, job });
  }

  apply(event: Event): void {
    this.view.apply(event);
  }

  /** A task is granted a core and starts. */
  start(task: number, atMs: number, attempt = 1): void {
    const { job, allocation } = {
      job: this.#jobOf(task),
      allocation: { nodes: [{ name: "a", cores: ["0"], gpus: [] }] },
    };
    this.apply({ kind: "taskScheduled", atMs, task, job, attempt, allocation });
    this.apply({ kind: "taskStarted", atMs, task, job, attempt, pid: 70 + task });
  }

  /** It ends. */
  end(task: number, atMs: number, outcome: Outcome = { kind: "succeeded" }, attempt = 1): void {
    this.apply({ kind: "taskEnded", atMs, task, job: this.#jobOf(task), attempt, outcome, usage: {} });
  }

  #jobOf(task: number): number {
    return this.jobs.findLast(({ firstTask }) => firstTask <= task)!.id;
  }
}
