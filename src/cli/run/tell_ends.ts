/**
 * What `qcgpj run -` writes to the standard output beside the replies: a line for each job and iteration that has ended.
 *
 * @module
 */

import type { Event } from "../../core/types.ts";
import type { EventReader } from "../../events/event_reader.ts";
import type { Ledger } from "../../report/ledger.ts";
import { escapeJson } from "../../report/python_json.ts";
import { terminalState } from "../../report/states.ts";
import type { Terminal } from "../command.ts";

/** Tells when jobs and iterations have ended, one line of JSON each. */
export class EndLines implements EventReader {
  readonly #send: (text: string) => Promise<void>;
  #lines = "";

  /** Takes the terminal to tell. */
  constructor(terminal: Terminal) {
    this.#send = createSender(terminal);
  }

  apply(event: Event, ledger: Ledger): void {
    for (const end of describeEnd(event, ledger)) this.#lines += `${escapeJson(JSON.stringify(end))}\n`;
  }

  flush(): void {
    if (this.#lines === "") return;
    this.#send(this.#lines);
    this.#lines = "";
  }
}

function* describeEnd(event: Event, ledger: Ledger): Generator<object> {
  if (event.kind !== "taskEnded" && event.kind !== "tasksDropped" && event.kind !== "jobEnded") return;
  const job = ledger.job(event.job)?.job;
  if (job === undefined) return;
  const { name, iteration } = job.description;
  if (event.kind === "jobEnded") {
    const reason = iteration === undefined ? ledger.task(job.firstTask).reason : undefined;
    yield { event: "jobFinished", job: name, state: terminalState(event.outcome), ...(reason && { reason }) };
    return;
  }
  if (iteration === undefined) return;
  const [first, count] = event.kind === "taskEnded" ? [event.task, 1] : [event.first, event.count];
  const state = terminalState(event.outcome.kind);
  const reason = event.outcome.kind === "succeeded" ? {} : { reason: event.outcome.reason };
  for (let i = 0; i < count; i++) {
    const index = iteration.start + first - job.firstTask + i;
    yield { event: "iterationFinished", job: name, iteration: index, state, ...reason };
  }
}

/**
 * Sends to the standard output until nobody reads there any more; says so once, and then keeps quiet.
 *
 * @returns Sends text; resolves when there is room for more. Never rejects.
 */
export function createSender(terminal: Terminal): (text: string) => Promise<void> {
  let isHeard = true;
  return async (text) => {
    if (!isHeard) return;
    try {
      await terminal.send(text);
    } catch (error) {
      if (isHeard) terminal.err(`qcgpj run: nobody gets the replies any more (${(error as Error).message})\n`);
      isHeard = false;
    }
  };
}
