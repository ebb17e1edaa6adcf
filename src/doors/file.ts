/**
 * The door of a file: requests that are all there already, one after the other.
 *
 * @module
 */

import type { Door, DoorSession } from "../runtime/door.ts";
import type { Reply } from "../service/reply.ts";
import { asksToSubmit } from "../service/requests.ts";
import { ReplyLine } from "./reply_line.ts";

/** After this many requests others get a turn, as in QCG-PilotJob; what is submitted and canceled before never runs. */
const requestsMax = 50;
/** After this many jobs, too: they take time. */
const jobsMax = 2000;

/** A request of a file, and whatever else is known of it. */
export interface StoredRequest {
  /** The request as a JSON value, not yet checked. */
  readonly value: unknown;
}

/** Hears what becomes of the requests. */
export interface FileListener<T> {
  /** A request has got its reply. */
  readonly answered?: (request: T, reply: Reply) => void;
  /** The session was stopped before every request had its reply. */
  readonly abandoned?: () => void;
}

/**
 * Makes a door of requests. Those behind a request to end are answered all the same, as in QCG-PilotJob; after an
 * interruption no more of them are read, and {@linkcode FileListener.abandoned} is called. An executor whose scope is left
 * takes all of them first; one that is shut down with `cancelFutures` refuses the rest.
 *
 * @param requests The requests in order; read one at a time.
 * @param listener Is told what becomes of them.
 *
 * @example A request that is known before
 * ```ts
 * import { QCGPJExecutor } from "@qcg/pilotjob";
 * import { fileDoor } from "@qcg/pilotjob/doors";
 * import { assertEquals } from "@std/assert";
 *
 * const { promise: answered, resolve } = Promise.withResolvers<number>();
 * const jobs = [{ name: "hello", execution: { exec: "echo", args: ["hello"] } }];
 * const door = fileDoor([{ value: { request: "submit", jobs } }], { answered: (_, { code }) => resolve(code) });
 *
 * await using executor = new QCGPJExecutor({ wd: await Deno.makeTempDir(), doors: [door] });
 * assertEquals(await answered, 0);
 * assertEquals(await executor.manager.wait4("hello"), { hello: "SUCCEED" });
 * ```
 */
export function fileDoor<T extends StoredRequest>(requests: Iterable<T>, listener: FileListener<T> = {}): Door {
  return (session) => ({
    label: "FILE",
    ended: answerAll(session, requests, listener),
    isAwaited: true,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  });
}

async function answerAll<T extends StoredRequest>(
  session: DoorSession,
  requests: Iterable<T>,
  { answered, abandoned }: FileListener<T>,
): Promise<void> {
  await session.nextTurn(); // A door answers when it is open, not while it opens.
  const replies = new ReplyLine();
  let [requestCount, jobCount, isAbandoned] = [0, 0, false];
  for (const request of requests) {
    isAbandoned = session.isStopped;
    if (isAbandoned) break;
    replies.add(session.answer(request.value), (reply) => answered?.(request, reply));
    [requestCount, jobCount] = [requestCount + 1, jobCount + jobsIn(request.value)];
    if (requestCount < requestsMax && jobCount < jobsMax) continue;
    [requestCount, jobCount] = [0, 0];
    await session.nextTurn();
    await replies.room();
  }
  await session.nextTurn();
  await replies.given();
  if (isAbandoned) abandoned?.();
}

/** How many jobs a request has, if it is right. */
function jobsIn(request: unknown): number {
  return asksToSubmit(request) ? (request as { readonly jobs: readonly unknown[] }).jobs.length : 0;
}
