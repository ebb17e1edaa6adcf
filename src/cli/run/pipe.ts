/**
 * Requests as lines of JSON on the standard input, answered by lines of JSON on the standard output: a pipe as an
 * interface.
 *
 * @module
 */

import { setImmediate } from "node:timers/promises";
import type { Event } from "../../core/types.ts";
import type { Ledger } from "../../report/ledger.ts";
import { terminalState } from "../../report/states.ts";
import { escapeJson } from "../../report/python_json.ts";
import { refuseFor, type Reply, replyLine } from "../../service/reply.ts";
import { nameValue } from "../../job/json.ts";
import { parseJsonText } from "../../job/json_text.ts";
import { asksToSubmit, RequestError } from "../../service/requests.ts";
import type { Terminal } from "../command.ts";
import { type Line, readLines } from "../lines.ts";
import { RunError, type Session } from "../session.ts";

/**
 * Answers lines until the input ends or no more requests are wanted.
 *
 * @returns Whether a line was no request, or a submit was refused.
 * @throws {RunError} If the input cannot be read.
 */
export async function answerLines(session: Session, terminal: Terminal): Promise<boolean> {
  const lines = readLines(terminal.input);
  const send = createSender(terminal);
  let hasRefused = false;
  while (true) {
    const next = await session.unlessClosed(nextLine(lines));
    if (next === undefined || next.done) return hasRefused;
    if ("text" in next.value && next.value.text.trim() === "") continue;
    const { reply, isGrave } = answerLine(session, next.value);
    if (isGrave) hasRefused = true;
    // Waiting here holds the writer of requests back while the reader of replies is slow; the jobs go on.
    await session.unlessClosed(send(replyLine(reply)));
    await setImmediate();
  }
}

/**
 * Tells when jobs and iterations have ended, one line of JSON each.
 *
 * @returns Takes events that the ledger has taken in.
 */
export function tellEnds(terminal: Terminal): (events: readonly Event[], ledger: Ledger) => void {
  const send = createSender(terminal);
  return (events, ledger) => {
    const lines = events.flatMap((event) => [...describeEnd(event, ledger)]).map((end) => JSON.stringify(end));
    if (lines.length > 0) send(lines.map((line) => `${escapeJson(line)}\n`).join(""));
  };
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

function answerLine({ service }: Session, line: Line): { readonly reply: Reply; readonly isGrave: boolean } {
  if ("problem" in line) return { reply: refuseFor(new RequestError(line.problem)), isGrave: true };
  let value: unknown;
  try {
    value = parseJsonText(line.text);
  } catch {
    return { reply: service.answerText(line.text), isGrave: true };
  }
  const strange = whyNoRequest(value);
  if (strange !== undefined) return { reply: refuseFor(new RequestError(strange)), isGrave: true };
  const reply = service.answer(value);
  const isNone = (reply.data as { readonly error?: string } | undefined)?.error === "INVALID_REQUEST";
  return { reply, isGrave: reply.code === 1 && (isNone || asksToSubmit(value)) };
}

/** Where a file may hold jobs alone, a pipe may not; and QCG-PilotJob says of both no more than that they are wrong. */
function whyNoRequest(value: unknown): string | undefined {
  if (typeof value === "object" && value !== null && "request" in value) return undefined;
  const isJob = typeof value === "object" && value !== null && "execution" in value;
  return `${isJob ? "a job" : nameValue(value)} stands where a request must, such as ` +
    '{ "request": "submit", "jobs": […] }';
}

async function nextLine(lines: AsyncGenerator<Line>): Promise<IteratorResult<Line>> {
  try {
    return await lines.next();
  } catch (error) {
    throw new RunError(`Cannot read standard input: ${(error as Error).message}`, { cause: error });
  }
}

/** Sends until nobody reads any more; says so once, and then keeps quiet. */
function createSender(terminal: Terminal): (text: string) => Promise<void> {
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
