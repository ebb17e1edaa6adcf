/**
 * The door of a pipe: requests as lines of JSON on a stream, answered by lines of JSON on another.
 *
 * @module
 */

import { nameValue } from "../job/json.ts";
import { parseJsonText } from "../job/json_text.ts";
import type { Door, DoorSession } from "../runtime/door.ts";
import { type Reply, replyLine } from "../service/reply.ts";
import { asksToSubmit } from "../service/requests.ts";
import { type Line, readLines } from "./lines.ts";
import { ReplyLine } from "./reply_line.ts";

/** The two ends of a pipe. */
export interface PipeEnds {
  /** The requests, in pieces of bytes. */
  readonly input: AsyncIterable<Uint8Array>;
  /** What the input is called when it cannot be read, for example `standard input`. */
  readonly inputName: string;
  /** Sends text to the reader of replies; resolves when there is room for more. Never rejects. */
  readonly send: (text: string) => Promise<void>;
  /** Is told of a line that is no request, and of a submit that is refused. */
  readonly refused?: () => void;
}

/**
 * Makes a door of a pipe. Each line gets a reply, in the same order. It ends with the input, or when no more requests
 * are wanted.
 *
 * @param ends The two ends of the pipe.
 *
 * @example Requests from a stream
 * ```ts
 * import { QCGPJExecutor } from "@qcg/pilotjob";
 * import { pipeDoor } from "@qcg/pilotjob/doors";
 * import { assertEquals } from "@std/assert";
 *
 * const { promise: answered, resolve } = Promise.withResolvers<string>();
 * const input = new Blob(['{"request": "resourcesInfo"}\n']).stream();
 * const send = (line: string) => Promise.resolve(resolve(line));
 * const door = pipeDoor({ input, inputName: "the stream", send });
 *
 * await using _executor = new QCGPJExecutor({ wd: await Deno.makeTempDir(), resources: "2", doors: [door] });
 * assertEquals(JSON.parse(await answered).data.total_cores, 2);
 * ```
 */
export function pipeDoor(ends: PipeEnds): Door {
  return (session) => ({
    label: "PIPE",
    ended: answerLines(session, ends),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  });
}

async function answerLines(session: DoorSession, { input, inputName, send, refused }: PipeEnds): Promise<void> {
  const lines = readLines(input);
  const nextLine = () =>
    lines.next().catch((error: Error) => {
      throw new Error(`Cannot read ${inputName}: ${error.message}`, { cause: error });
    });
  const replies = new ReplyLine();
  const give = ({ reply, isGrave }: LineAnswer) => {
    if (isGrave) refused?.();
    return session.unlessClosed(send(replyLine(reply)));
  };
  try {
    while (true) {
      const next = await session.unlessClosed(nextLine());
      if (next === undefined || next.done) return;
      if ("text" in next.value && next.value.text.trim() === "") continue;
      replies.add(answerLine(session, next.value), give);
      await session.nextTurn();
      // Waiting here holds the writer of requests back while the reader of replies is slow; the jobs go on.
      await replies.room();
    }
  } finally {
    await replies.given();
  }
}

/** What a line is answered with. */
interface LineAnswer {
  readonly reply: Reply;
  /** Whether it is no request, or a submit that is refused. */
  readonly isGrave: boolean;
}

async function answerLine(session: DoorSession, line: Line): Promise<LineAnswer> {
  if ("problem" in line) return { reply: await session.refuse(line.problem), isGrave: true };
  let value: unknown;
  try {
    value = parseJsonText(line.text);
  } catch {
    return { reply: await session.answerText(line.text), isGrave: true };
  }
  const strange = whyNoRequest(value);
  if (strange !== undefined) return { reply: await session.refuse(strange), isGrave: true };
  const reply = await session.answer(value);
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
