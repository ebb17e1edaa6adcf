/**
 * What `qcgpj run - --events` writes to the standard output beside the replies: a line of JSON for each event.
 *
 * @module
 */

import type { EventStream } from "../../events/event_stream.ts";
import type { RunEvent } from "../../events/public_events.ts";
import { escapeJson } from "../../report/python_json.ts";
import type { Run } from "../../runtime/run.ts";
import type { Terminal } from "../command.ts";

/** So many characters wait for the reader of the lines at most; the next ones wait in the stream. */
const waitingMax = 1 << 16;

/**
 * Tells events until the stream ends, as fast as the reader takes them. What a slow reader misses is read from the
 * journal, if there is one, so that nothing is missing but where there is none.
 *
 * @param run Whose events are told, from now on.
 * @param keepsJournal Whether earlier events can be had.
 * @param send Sends text; resolves when there is room for more.
 */
export async function tellEvents(
  run: Pick<Run, "events">,
  keepsJournal: boolean,
  send: (text: string) => Promise<void>,
): Promise<void> {
  const lines = new LineSender(send);
  for (let stream: EventStream | undefined = run.events(); stream !== undefined;) {
    let missedFrom: number | undefined;
    for await (const event of stream) {
      if (event.event === "lagged" && keepsJournal) {
        missedFrom = event.number;
        break;
      }
      await lines.add(lineOf(event));
    }
    stream = missedFrom === undefined ? undefined : run.events({ from: missedFrom });
  }
  await lines.sent();
}

function lineOf(event: RunEvent): string {
  return `${escapeJson(JSON.stringify(event))}\n`;
}

/** Sends lines while others gather, so that a quick run costs few writes. */
class LineSender {
  readonly #send: (text: string) => Promise<void>;
  #waiting = "";
  #sending: Promise<void> | undefined;

  constructor(send: (text: string) => Promise<void>) {
    this.#send = send;
  }

  /** Takes a line in; waits only when too much waits already. */
  async add(line: string): Promise<void> {
    this.#waiting += line;
    this.#sending ??= this.#sendAll();
    if (this.#waiting.length > waitingMax) await this.#sending;
  }

  /** Resolves when everything has been sent. */
  async sent(): Promise<void> {
    await this.#sending;
  }

  async #sendAll(): Promise<void> {
    while (this.#waiting !== "") {
      const text = this.#waiting;
      this.#waiting = "";
      await this.#send(text);
    }
    this.#sending = undefined;
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
