/**
 * Ends what is left of a task's process group after its main process has ended.
 *
 * @module
 */

import { delay } from "@std/async/delay";
import type { StopSignal } from "../../runtime/ports.ts";
import { mayDoAnything } from "../host/permissions.ts";
import { readProcess } from "./process_scan.ts";

/** What is sent to a group; 0 only asks whether any process is there. */
export type GroupSignal = StopSignal | "SIGSTOP" | "SIGCONT" | 0;

/** How long what is left may take to end after SIGTERM. */
const graceMs = 500;
/** How long to look for the end after SIGKILL; a process that waits for a device cannot be ended any sooner. */
const goneMsMax = 5000;
const lookMsFirst = 1;
const lookMsMax = 32;
/** From this wait on it is worth the trouble to tell the living from the dead. */
const lookCloserMs = 8;

/**
 * Ends a group: SIGTERM, a short grace, SIGKILL, until none is left.
 *
 * @param group The group's number.
 * @param send Sends a signal to the group and tells whether it reached a process.
 */
export async function endGroup(group: number, send: (signal: StopSignal | 0) => boolean): Promise<void> {
  if (!send("SIGTERM")) return;
  if (await isGone(group, send, graceMs)) return;
  if (!send("SIGKILL")) return;
  await isGone(group, send, goneMsMax);
}

async function isGone(group: number, send: (signal: StopSignal | 0) => boolean, limitMs: number): Promise<boolean> {
  const endMs = performance.now() + limitMs;
  let members: readonly number[] = [];
  for (let waitMs = lookMsFirst; performance.now() < endMs; waitMs = Math.min(2 * waitMs, lookMsMax)) {
    if (!send(0)) return true;
    // Without every permission Deno would ask the user, where it can.
    if (waitMs >= lookCloserMs && mayDoAnything()) {
      // An orphan stays in its group until the first process of the system reaps it, which may take a second.
      members = members.filter((pid) => isLivingMember(pid, group));
      if (members.length === 0) members = findLivingMembers(group) ?? [group];
      if (members.length === 0) return true;
    }
    await delay(waitMs);
  }
  return false;
}

/** The processes of a group that have not ended; `undefined` where that cannot be seen. */
function findLivingMembers(group: number): number[] | undefined {
  try {
    const pids = Array.from(Deno.readDirSync("/proc"), (entry) => Number(entry.name));
    return pids.filter((pid) => pid > 0 && isLivingMember(pid, group));
  } catch {
    return undefined;
  }
}

function isLivingMember(pid: number, group: number): boolean {
  const seen = readProcess(pid);
  return seen !== undefined && seen.group === group && !seen.isEnded;
}
