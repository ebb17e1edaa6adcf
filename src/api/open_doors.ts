/**
 * Opens the doors of an executor.
 *
 * @module
 */

import { nextTurn } from "../deno/host/next_turn.ts";
import { socketDoor } from "../doors/socket.ts";
import { Session } from "../runtime/session.ts";
import type { ExecutorOptions } from "./executor_options.ts";
import type { GuardedRun } from "./guarded_run.ts";

/**
 * Opens doors on a run.
 *
 * @param guarded The run and the way into it.
 * @param options The doors that were given, and whether there is one in the folder of the run.
 * @returns The session that they share; `undefined` without doors.
 * @throws Whatever a door throws that cannot be opened. The others are closed then, and the run is given up.
 */
export function openDoors(
  { run, admission }: GuardedRun,
  { doors = [], door = false }: Pick<ExecutorOptions, "doors" | "door">,
): Session | undefined {
  if (doors.length === 0 && !door) return undefined;
  const session = new Session({ run, admission, nextTurn });
  try {
    for (const one of doors) session.open(one);
    if (door) {
      // The socket lies in the folder of the run.
      run.open();
      session.open(socketDoor(run.folderPath));
    }
  } catch (error) {
    // The caller that gets this error has no executor, so nothing may go on; a resumed run can be resumed again.
    run.suspend();
    run.pilot.abandon(error);
    session.end().catch(() => {});
    throw error;
  }
  return session;
}
