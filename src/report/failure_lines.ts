/**
 * Tells failures as they happen, a line each; when they become many they are only counted.
 *
 * @module
 */

import type { Event } from "../core/types.ts";
import { taskName } from "../job/description.ts";
import type { Ledger } from "./ledger.ts";
import { visible } from "./look/last_words.ts";

/** How many failures are told one by one. */
const toldMax = 20;

/** Makes lines of events. */
export class FailureLines {
  #told = 0;

  /** The line of an event, with its line feed; `undefined` for one that is no failure, or one too many. */
  lineOf(event: Event, ledger: Ledger): string | undefined {
    if (event.kind !== "taskEnded" || event.outcome.kind !== "failed") return undefined;
    const job = ledger.job(event.job)?.job;
    if (job === undefined || this.#told > toldMax) return undefined;
    if (++this.#told > toldMax) return "further failures are counted only\n";
    const reason = event.outcome.reason.replaceAll(/\s*\n\s*/g, " ");
    return `${visible(`FAILED ${taskName(job.description, event.task - job.firstTask)}: ${reason}`)}\n`;
  }
}
