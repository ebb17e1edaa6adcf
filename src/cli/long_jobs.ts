/**
 * Tells of jobs that need longer than their allocation lasts: they wait for a run that goes on in another one.
 *
 * @module
 */

import { formatElapsed } from "../base/duration.ts";
import type { Event } from "../core/types.ts";
import type { EventReader } from "../events/event_reader.ts";
import type { AllocationEnd } from "../runtime/allocation_end.ts";

/** Reads what is submitted. */
export class LongJobs implements EventReader {
  readonly #end: AllocationEnd;
  readonly #tell: (text: string) => void;

  /** `tell` is given a sentence for each such job. */
  constructor(end: AllocationEnd, tell: (text: string) => void) {
    this.#end = end;
    this.#tell = tell;
  }

  apply(event: Event): void {
    const { stopMs } = this.#end;
    if (event.kind !== "jobSubmitted" || stopMs === undefined) return;
    const { name, timeLimitMs } = event.job.description;
    if (timeLimitMs === undefined || event.atMs + timeLimitMs <= stopMs) return;
    const left = formatElapsed(Math.max(0, Math.floor((stopMs - event.atMs) / 1000) * 1000));
    const needed = formatElapsed(timeLimitMs);
    this.#tell(`job ${name} may need ${needed}, and all work stops in ${left}: it waits for a resumed run`);
  }
}
