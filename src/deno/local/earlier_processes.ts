/**
 * The processes that an earlier pilot left: found by the mark that every task carries in its environment, or by the tag
 * The processes that an earlier pilot left: found by the mark that every task carries in its environment, or by the tag
 * of those that a keeper started, which no other process can have. A process id alone would not do: it may have been
 * given to another process.
 *
 * @module
 */

import { delay } from "@std/async/delay";
import { tagsOfRun } from "../../agent/tag.ts";
import { PermissionScopeError } from "../../errors.ts";
import { mayDoAnything } from "../host/permissions.ts";
import { ProcessScanner, readTag } from "./process_scan.ts";

/** How long to wait for killed processes to be gone. */
const goneMsMax = 10_000;
/** How often to look. */
const lookMs = 20;

/**
 * Ends every process of an earlier run, and settles when none is left.
 *
 * @param runId The run's id, with which the mark of every task begins.
 * @throws {PermissionScopeError} If Deno does not let us look at processes.
 * @throws {Error} If a process cannot be ended.
 */
export async function endOldProcesses(runId: string): Promise<void> {
  requireSight();
  const endMs = performance.now() + goneMsMax;
  for (let left = findOfRun(runId); left.length > 0; left = findOfRun(runId)) {
    for (const pid of left) kill(pid);
    if (performance.now() > endMs) {
      throw new Error(`Cannot resume: processes ${left.join(", ")} of the earlier run cannot be ended`);
    }
    await delay(lookMs);
  }
}

function requireSight(): void {
  if (mayDoAnything()) return;
  throw new PermissionScopeError(
    "Resuming must make sure that no process of the earlier run is left, and Deno lets nobody look at processes " +
      "without every permission: run deno again with -A",
    "read",
    "/proc",
  );
}

function findOfRun(runId: string): number[] {
  const tags = tagsOfRun(runId);
  return [...new ProcessScanner().scan().values()]
    // A zombie has ended; it only waits for its parent to look.
    .filter(({ pid, mark, isEnded }) => !isEnded && (mark?.startsWith(runId) || readTag(pid)?.startsWith(tags)))
    .map(({ pid }) => pid);
}

function kill(pid: number): void {
  try {
    Deno.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
