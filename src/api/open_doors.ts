/**
 * Opens the doors of an executor.
 *
 * @module
 */

import { nextTurn } from "../deno/host/next_turn.ts";
import type { Door } from "../runtime/door.ts";
import { Session } from "../runtime/session.ts";
import type { GuardedRun } from "./guarded_run.ts";

/**
 * Opens doors on a run.
 *
 * @param guarded The run and the way into it.
 * @param doors The doors.
 * @returns The session that they share; `undefined` without doors.
 * @throws Whatever a door throws that cannot be opened. The others are closed then, and the run is given up.
 */
export function openDoors({ run, admission }: GuardedRun, doors: readonly Door[]): Session | undefined {
  if (doors.length === 0) return undefined;
  const session = new Session({ run, admission, nextTurn });
  try {
    for (const door of doors) session.open(door);
  } catch (error) {
    // Whoever gets this error has no executor, so nothing may go on; a resumed run can be resumed again.
    run.suspend();
    run.pilot.abandon(error);
    session.end().catch(() => {});
    throw error;
  }
  return session;
}
