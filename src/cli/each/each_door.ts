/**
 * The door of a sweep: it can be asked, paused and ended as any run; but its jobs are its own.
 *
 * @module
 */

import { mayDoAnything } from "../../deno/host/permissions.ts";
import { nextTurn } from "../../deno/host/next_turn.ts";
import { socketDoor } from "../../doors/socket.ts";
import type { Admission } from "../../runtime/admission.ts";
import type { DoorSession } from "../../runtime/door.ts";
import type { Run } from "../../runtime/run.ts";
import { Session } from "../../runtime/session.ts";
import { accept, refuse, type Reply } from "../../service/reply.ts";

/** What only a run that is fed by requests takes. */
const refused: ReadonlySet<unknown> = new Set(["submit", "removeJob", "control"]);

/**
 * Opens the door of a sweep that keeps records, where everything is permitted.
 *
 * @param run The run; its records are begun.
 * @param admission Lets its jobs in.
 * @param stop Starts nothing any more and, if that is asked for, stops what runs.
 * @returns The session, by which the run is to be ended; `undefined` where there is no door.
 */
export function openEachDoor(run: Run, admission: Admission, stop: (isNow: boolean) => void): Session | undefined {
  if (!mayDoAnything()) return undefined;
  run.open();
  const session = new Session({ run, admission, nextTurn });
  session.open((session) => socketDoor(run.folderPath)(limited(session, stop)));
  return session;
}

/** A session that leaves the jobs to the sweep. */
function limited(session: DoorSession, stop: (isNow: boolean) => void): DoorSession {
  const answerOwn = (request: unknown): Reply | undefined => {
    const { request: name, params } = (request ?? {}) as { readonly request?: unknown; readonly params?: unknown };
    if (refused.has(name)) return refuse("A sweep takes no jobs but its own", { error: "NOT_SUPPORTED" });
    if (name !== "finish") return undefined;
    stop((params as { readonly now?: unknown } | undefined)?.now === true);
    return accept({ when: "0s" });
  };
  const answer: DoorSession["answer"] = async (request) => answerOwn(request) ?? await session.answer(request);
  return {
    answer,
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
