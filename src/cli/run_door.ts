/**
 * The door by which other commands ask a run of the command line: a socket in its folder.
 *
 * @module
 */

import { mayDoAnything } from "../deno/host/permissions.ts";
import { socketDoor } from "../doors/socket.ts";
import type { Pilot } from "../runtime/pilot.ts";
import type { Session } from "../runtime/session.ts";

/**
 * Opens the socket of a run, where everything is permitted.
 *
 * @param session Answers what is asked.
 * @param folder The folder of the run, which must be there; `undefined` for a run without records.
 * @returns Whether it was opened, so that further jobs may come.
 */
export function openRunDoor(session: Session, folder: string | undefined): boolean {
  if (folder === undefined || !mayDoAnything()) return false;
  session.open(socketDoor(folder));
  return true;
}

/** Waits until no job is open, however many come meanwhile. What breaks the run is told where its end is waited for. */
export async function untilIdle(pilot: Pick<Pilot, "openJobs" | "idle">): Promise<void> {
  try {
    while (pilot.openJobs > 0) await pilot.idle();
  } catch { /* It broke. */ }
}
