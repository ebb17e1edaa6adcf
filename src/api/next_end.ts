/**
 * Waiting for the next end of any job or iteration.
 *
 * @module
 */

import type { AdmittedJob, Event } from "../core/types.ts";
import type { EventHub } from "../events/event_hub.ts";
import { taskName } from "../job/description.ts";
import type { NextEnd } from "./manager_replies.ts";
import type { Ledger } from "../report/ledger.ts";
import { type TerminalState, terminalState } from "../report/states.ts";

/** What has ended: `job` or `job:iteration`, and how. */
type NamedEnd = readonly [name: string, state: TerminalState];

/**
 * Listens for an end.
 *
 * @param hub Tells the events.
 * @param stopped Settles when no more events will come.
 * @returns The end, which rejects when there will be none, and what calls the listening off.
 */
export function nextEnd(hub: Pick<EventHub, "add">, stopped: Promise<void>): NextEnd {
  const { promise, resolve, reject } = Promise.withResolvers<NamedEnd>();
  const callOff = hub.add("a wait for the next end", {
    apply: (event, ledger) => {
      const end = endOf(event, ledger);
      if (end !== undefined) resolve(end);
    },
  });
  stopped.then(() => reject(new Error("No job will end any more: the executor was shut down")), reject);
  promise.catch(() => {}); // A wait that was called off does not hear of it.
  return { end: promise, callOff };
}

/** The end that an event tells: of an iteration, or of a job that has none. */
function endOf(event: Event, ledger: Ledger): NamedEnd | undefined {
  switch (event.kind) {
    case "taskEnded":
      return iterationEnd(ledger.job(event.job)?.job, event.task, terminalState(event.outcome.kind));
    case "tasksDropped":
      return iterationEnd(ledger.job(event.job)?.job, event.first, terminalState(event.outcome.kind));
    case "jobEnded": {
      const job = ledger.job(event.job)?.job;
      return job && [job.description.name, terminalState(event.outcome)];
    }
    default:
      return undefined;
  }
}

function iterationEnd(job: AdmittedJob | undefined, task: number, state: TerminalState): NamedEnd | undefined {
  if (job?.description.iteration === undefined) return undefined;
  return [taskName(job.description, task - job.firstTask), state];
}
