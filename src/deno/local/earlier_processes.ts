/**
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
import { ProcessScanner } from "./process_scan.ts";
import { Standstill } from "./standstill.ts";
import { type TagFilter, TagSearch, tagsFrom, type TagSight } from "./tag_search.ts";

/** How long to wait for killed processes to be gone, when nothing else shows any more. */
const goneMsMax = 10_000;
/** What was just being forked by a process that was killed is not seen at once. */
const cleanLooks = 4;
const lookMs = 20;
/** The same where nothing slips through, as new numbers are looked at only. */
const tagLookMs = 5;

/**
 * Ends every process of an earlier run, and settles when none is left.
 *
 * @param runId The run's id, with which the mark of every task begins.
 * @param isOwn Whether a process is of this pilot, although it carries a tag of the run.
 * @throws {PermissionScopeError} If Deno does not let us look at processes.
 * @throws {Error} If a process cannot be ended.
 */
export async function endOldProcesses(runId: string, isOwn: (pid: number) => boolean = () => false): Promise<void> {
  requireSight();
  using tagged = new TagSearch(tagsFrom(tagsOfRun(runId)));
  const scanner = new ProcessScanner();
  const left = await endFound(function* () {
    let isCrowded = false;
    for (const pid of tagged.look()) {
      if (isOwn(pid)) continue;
      isCrowded = true;
      yield pid;
    }
    // A look at all processes takes so long that of a crowd others would be there by its end.
    if (isCrowded) return;
    // A zombie has ended; it only waits for its parent to look.
    for (const { pid, mark, isEnded } of scanner.scan().values()) if (!isEnded && mark?.startsWith(runId)) yield pid;
  }, (pid) => tagged.kill(pid));
  if (left.length === 0) return;
  throw new Error(`Cannot resume: processes ${left.join(", ")} of the earlier run cannot be ended`);
}

/**
 * Kills what carries some tags and what comes of it meanwhile, and settles when several looks in a row have found nothing.
 *
 * @param isWanted Which tags.
 * @param sight What to look with; it is opened for this when absent.
 * @returns Process ids of what could not be ended.
 */
export async function endTagged(isWanted: TagFilter, sight?: TagSight): Promise<number[]> {
  using search = new TagSearch(isWanted, sight);
  return await endFound(() => search.look(), (pid) => search.kill(pid), tagLookMs);
}

/**
 * Kills what is found, and settles when several looks in a row have found nothing.
 *
 * @param find Looks for living processes.
 * @param end Kills one.
 * @param pauseMs How long to wait after a look that has found nothing.
 * @returns Process ids of what could not be ended: the looks of ten seconds have shown nothing else.
 */
async function endFound(
  find: () => Iterable<number>,
  end: (pid: number) => void,
  pauseMs: number = lookMs,
): Promise<number[]> {
  const standstill = new Standstill(goneMsMax);
  for (let clean = 0; clean < cleanLooks;) {
    const found: number[] = [];
    for (const pid of find()) {
      end(pid); // At once: what forks all the time has another number a moment later.
      found.push(pid);
    }
    clean = found.length === 0 ? clean + 1 : 0;
    if (standstill.isReached(found, performance.now()) && clean === 0) return found;
    await delay(found.length === 0 ? pauseMs : 0);
  }
  return [];
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
