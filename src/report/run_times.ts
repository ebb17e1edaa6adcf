/**
 * The run times of tasks, as QCG-PilotJob's `rtimes_*.log` holds them for its report tools. No wrapper program is needed
 * for it here: the launcher tells when a process started and ended.
 *
 * @module
 */

import type { Event } from "../core/types.ts";
import { taskName } from "../job/description.ts";
import type { Ledger } from "./ledger.ts";
import { lineJson } from "./python_json.ts";
import { formatTime, type ZoneMinutes } from "./times.ts";

/** Collects when tasks started and ended: a reader of events. */
export class RunTimes {
  readonly #times: Map<string, { readonly startMs: number; readonly endMs: number }> = new Map();

  /** Takes in one event that the ledger has taken in. */
  apply(event: Event, ledger: Ledger): void {
    if (event.kind !== "taskEnded") return;
    const { startedAtMs, scheduledAtMs, cause } = ledger.task(event.task);
    const beganAtMs = startedAtMs ?? (cause === "start" ? scheduledAtMs : undefined);
    const job = ledger.job(event.job)?.job;
    // One that could not be started held its cores all the same; the tools break at a job on a core that has no times.
    if (beganAtMs === undefined || job === undefined) return;
    const name = taskName(job.description, event.task - job.firstTask);
    this.#times.set(name, { startMs: beganAtMs, endMs: event.atMs });
  }

  /** Whether no task has run. */
  get isEmpty(): boolean {
    return this.#times.size === 0;
  }

  /** Writes them as one JSON object. */
  text(host: string, zone: ZoneMinutes): string {
    const times = [...this.#times].map(([name, { startMs, endMs }]) =>
      [name, { s: formatTime(startMs, zone), f: formatTime(endMs, zone) }] as const
    );
    return `${lineJson({ node: host, rt: Object.fromEntries(times) })}\n`;
  }
}
