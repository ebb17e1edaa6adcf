/**
 * Events as QCG-PilotJob publishes them: a topic of three letters, a blank, and a JSON object.
 *
 * | topic | tells |
 * | --- | --- |
 * | `IST`, `IFI` | an iteration is in another state; it has ended, right after `IST` |
 * | `JST`, `JFI` | a job is in another state; it has ended, right after `JST` |
 * | `NOJ` | no job is open any more |
 *
 * Unlike there, the end of a job with iterations tells the state of the job, not that of the iteration that ended last.
 *
 * @module
 */

import type { RunEvent } from "../events/public_events.ts";
import { escapeJson } from "../report/python_json.ts";

/**
 * Writes an event for subscribers.
 *
 * @param event The event.
 * @param manager The instance's id.
 * @returns The messages in order; none for what QCG-PilotJob does not publish.
 */
export function publishedEvents(event: RunEvent, manager: string): readonly string[] {
  switch (event.event) {
    case "taskScheduled":
      return taskMessages(event, "SCHEDULED", manager);
    case "taskStarted":
      return taskMessages(event, "EXECUTING", manager);
    case "attemptFailed":
      return taskMessages(event, "QUEUED", manager);
    case "iterationFinished":
    case "jobFinished": {
      const [told] = taskMessages(event, event.state, manager);
      return [told!, told!.replace(/^(.)ST/, "$1FI")];
    }
    default:
      return [];
  }
}

/** Writes that no job is open any more. */
export function idleMessage(manager: string): string {
  return `NOJ {"manager": ${text(manager)}}`;
}

function taskMessages(
  event: { readonly job: string; readonly iteration?: number },
  state: string,
  manager: string,
): readonly string[] {
  const { job, iteration } = event;
  const [topic, index] = iteration === undefined ? ["JST", ""] : ["IST", `, "it": ${iteration}`];
  return [`${topic} {"manager": ${text(manager)}, "job": ${text(job)}, "state": "${state}"${index}}`];
}

function text(value: string): string {
  return escapeJson(JSON.stringify(value));
}
