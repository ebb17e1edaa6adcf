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

/** How many characters wait for the reader of the lines at most; the next ones wait in the stream. */
const waitingMax = 1 << 16;

/**
 * Tells events until the stream ends, as fast as the reader takes them. What a slow reader misses is read from the
 * journal; only without a journal events can be missing.
 *
 * @param run Whose events are told, from now on.
 * @param keepsJournal Whether earlier events can be had.
 * @param send Sends text; resolves when there is room for more.
 * @param nextTurn Lets replies go first.
 */
export async function tellEvents(
  run: Pick<Run, "events" | "pilot">,
  keepsJournal: boolean,
  send: (text: string) => Promise<void>,
  nextTurn: () => Promise<void>,
): Promise<void> {
  const lines = new LineSender(send, nextTurn);
  try {
    let missing = await tellStream(run.events(), keepsJournal, lines);
    while (missing !== undefined) {
      missing = await tellStream(run.events({ from: missing }), keepsJournal, lines, missing);
    }
  } catch (error) {
    if (run.pilot.failure?.error !== error) throw error; // What broke the run is told where its end is waited for.
  }
  await lines.sent();
}

/**
 * Tells the events of a stream to its end, or to the first that is missing, whose number it returns. Where the
 * event that was asked for (`missing`) is missing in the journal, too, the reader is told so.
 */
async function tellStream(
  stream: EventStream,
  keepsJournal: boolean,
  lines: LineSender,
  missing?: number,
): Promise<number | undefined> {
  for await (const event of stream) {
    if (event.event === "lagged" && keepsJournal && event.number !== missing) return event.number;
    await lines.add(lineOf(event));
  }
  return undefined;
}

function lineOf(event: RunEvent): string {
  return `${escapeJson(JSON.stringify(event))}\n`;
}

/** Sends lines while others gather, so that a quick run costs few writes. */
class LineSender {
  readonly #send: (text: string) => Promise<void>;
  readonly #nextTurn: () => Promise<void>;
  #waiting = "";
  #sending: Promise<void> | undefined;

  constructor(send: (text: string) => Promise<void>, nextTurn: () => Promise<void>) {
    this.#send = send;
    this.#nextTurn = nextTurn;
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
      // The reply to a submit is to come before the events of its jobs, which are on record at the same moment.
      await this.#nextTurn();
      const text = this.#waiting;
      this.#waiting = "";
      await this.#send(text);
    }
    this.#sending = undefined;
  }
}

/**
 * Sends to the standard output until its reader has gone; says so once, and then keeps quiet.
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
