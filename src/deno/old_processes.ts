/**
 * The processes that an earlier pilot left: found by the mark that every task carries in its environment, which nobody
 * else can have. A process id alone would not do: it may belong to somebody else by now.
 *
 * @module
 */

import { PermissionScopeError } from "../errors.ts";
import { mayDoAnything } from "./permissions.ts";

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
  const mark = `QCG_PM_STEP_ID=${runId}`;
  const endMs = performance.now() + goneMsMax;
  for (let left = findMarked(mark); left.length > 0; left = findMarked(mark)) {
    for (const pid of left) kill(pid);
    if (performance.now() > endMs) {
      throw new Error(`Cannot resume: processes ${left.join(", ")} of the earlier run cannot be ended`);
    }
    await new Promise((resolve) => setTimeout(resolve, lookMs));
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

function findMarked(mark: string): number[] {
  const found: number[] = [];
  for (const { name } of Deno.readDirSync("/proc")) {
    if (!/^\d+$/.test(name) || !readQuietly(`/proc/${name}/environ`).includes(mark)) continue;
    // A zombie has ended; it only waits for its parent to look.
    if (!/^\d+ \(.*\) Z/s.test(readQuietly(`/proc/${name}/stat`))) found.push(Number(name));
  }
  return found;
}

function readQuietly(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return ""; // It has ended, or belongs to somebody else.
  }
}

function kill(pid: number): void {
  try {
    Deno.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
