/**
 * The door of a sweep: it can be asked, paused and ended as any run; but its jobs are its own.
 *
 * @module
 */

import { mayDoAnything } from "../../deno/host/permissions.ts";
import { nextTurn } from "../../deno/host/next_turn.ts";
import { socketDoor } from "../../doors/socket.ts";
import type { Admission } from "../../runtime/admission.ts";
import type { Door, DoorSession } from "../../runtime/door.ts";
import type { Run } from "../../runtime/run.ts";
import { Session } from "../../runtime/session.ts";
import { accept, refuse, type Reply } from "../../service/reply.ts";
import { parseRequest, RequestError } from "../../service/requests.ts";

/** What only a run that is fed by requests takes. */
const refused: ReadonlySet<unknown> = new Set(["submit", "removeJob", "control"]);

/** What the doors of a sweep need of it. */
export interface EachDoors {
  /** The folder of its records, which can have a socket; `undefined` when it keeps none. */
  readonly records: string | undefined;
  /** Doors that only tell: a dashboard, a file of numbers. */
  readonly watchers: readonly Door[];
  /** Starts nothing any more and, if that is asked for, stops what runs. */
  readonly stop: (isNow: boolean) => void;
}

/**
 * Opens the doors of a sweep: the socket of one that keeps records, where everything is permitted, and those that only
 * tell.
 *
 * @param run The run; its records are begun.
 * @param admission Lets its jobs in.
 * @param doors Which doors.
 * @returns The session, by which the run is to be ended; `undefined` where there is no door.
 * @throws Whatever keeps one of them shut.
 */
export function openEachDoors(
  run: Run,
  admission: Admission,
  { records, watchers, stop }: EachDoors,
): Session | undefined {
  const hasSocket = records !== undefined && mayDoAnything();
  if (!hasSocket && watchers.length === 0) return undefined;
  run.open();
  const session = new Session({ run, admission, nextTurn });
  try {
    for (const door of watchers) session.open((session) => door(limited(session, stop)));
  } catch (error) {
    run.pilot.abandon(error);
    session.end().catch(() => {});
    throw error;
  }
  if (hasSocket) session.open((session) => socketDoor(records)(limited(session, stop)));
  return session;
}

/** Whether a request to finish asks for that at once; `undefined` where something is wrong with it, which is told. */
function wantsNow(request: unknown): boolean | undefined {
  try {
    const parsed = parseRequest(request);
    return parsed.request === "finish" ? parsed.params.now : undefined;
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    return undefined;
  }
}

/** A session that leaves the jobs to the sweep. */
function limited(session: DoorSession, stop: (isNow: boolean) => void): DoorSession {
  const answerOwn = (request: unknown): Reply | undefined => {
    const { request: name } = (request ?? {}) as { readonly request?: unknown };
    if (refused.has(name)) return refuse("A sweep takes no jobs but its own", { error: "NOT_SUPPORTED" });
    if (name !== "finish") return undefined;
    const isNow = wantsNow(request);
    if (isNow === undefined) return undefined;
    stop(isNow);
    return accept({ when: "0s" });
  };
  const answer: DoorSession["answer"] = async (request) => answerOwn(request) ?? await session.answer(request);
  const { freeze } = session;
  return {
    answer,
    ...(freeze === undefined ? {} : { freeze }),
    answerText: (text) => {
      let request: unknown;
      try {
        request = JSON.parse(text);
      } catch {
        return session.answerText(text); // It says what is wrong.
      }
      return answer(request);
    },
    refuse: (problem) => session.refuse(problem),
    events: (options) => session.events(options),
    show: () => session.show(),
    get isClosed() {
      return session.isClosed;
    },
    get isIdle() {
      return session.isIdle;
    },
    get isStopped() {
      return session.isStopped;
    },
    unlessClosed: (awaited) => session.unlessClosed(awaited),
    nextTurn: () => session.nextTurn(),
    warn: (text) => session.warn(text),
  };
}
