/**
 * Tells of jobs that need longer than their allocation lasts: they wait for a run that goes on in another one.
 *
 * @module
 */

import type { Event } from "../core/types.ts";
import type { EventReader } from "../events/event_reader.ts";
import { describeLackOfTime } from "../report/lacks_time.ts";
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
    this.#tell(describeLackOfTime(name, timeLimitMs, { leftMs: stopMs - event.atMs, leadMs: this.#end.leadMs }));
  }
}
