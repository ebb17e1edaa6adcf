/**
 * The lines about tasks that `--show-progress` prints, in QCG-PilotJob's words.
 *
 * @module
 */

import type { Event } from "../../core/types.ts";
import type { EventReader } from "../../events/event_reader.ts";
import { taskName } from "../../job/description.ts";
import type { Ledger } from "../../report/ledger.ts";

/** Prints lines as tasks start and end. */
export class TaskLines implements EventReader {
  readonly #print: (atMs: number, text: string) => void;

  /** Takes what prints a line: when it happened, in milliseconds since the epoch, and the text. */
  constructor(print: (atMs: number, text: string) => void) {
    this.#print = print;
  }

  apply(event: Event, ledger: Ledger): void {
    if (event.kind !== "taskStarted" && event.kind !== "taskEnded") return;
    const job = ledger.job(event.job)?.job;
    if (job === undefined) return;
    const name = taskName(job.description, event.task - job.firstTask);
    const print = (text: string) => this.#print(event.atMs, text);
    if (event.kind === "taskStarted") return print(`executing job ${name} ...`);
    if (event.outcome.kind === "failed" && event.outcome.cause === "start") print(`failed to start job ${name}`);
    print(`job ${name} finished`);
  }
}
