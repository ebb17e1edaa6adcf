/**
 * Reads a run to look at it: finds its folder by what a user calls it, replays its journal without locking it, also while
 * it is written and when it is damaged, and says whether the run lives.
 *
 * @module
 */

import { basename, dirname, join, resolve } from "@std/path";
import { didYouMean } from "../../../base/near_miss.ts";
import type { Event } from "../../../core/types.ts";
import { JournalError } from "../../../errors.ts";
import { dropOwnerless } from "../../../journal/replay/drop_ownerless.ts";
import { findLoss } from "../../../journal/replay/loss.ts";
import { BreakFinder, type RunBreak } from "../../../report/breaks.ts";
import type { NodeCores } from "../../../report/dashboard/dashboard_model.ts";
import { readCoreIds } from "../../../report/dashboard/node_cores.ts";
import { isTerminal } from "../../../report/states.ts";
import type { Liveness, RunFacts } from "../../../report/look/run_status.ts";
import { RunView } from "../../../report/look/run_view.ts";
import { finalStatusName, journalName, runFolderPrefix } from "../../../report/run_files.ts";
import { hostName } from "../../host/machine.ts";
import { findRunFolder } from "./find_run.ts";
import { readJournal } from "../journal/journal_file.ts";
import { lockHolder } from "../journal/journal_lock.ts";

/** A run that was read. */
export interface ReadRun {
  /** Its events. */
  readonly view: RunView;
  /** What else is known of it. */
  readonly facts: RunFacts;
  /** The working directory of its tasks, absolute. */
  readonly rootWd: string;
  /** Its nodes, with the ids of their cores where these are on record. */
  readonly nodes: readonly NodeCores[];
  /** How many bytes of its journal are read, without what is half there at its end. */
  readonly bytesRead: number;
}

/** Who hears the events of a run while it is read, each after the view. */
export interface RunHearer {
  /** Hears an event. */
  readonly apply: (event: Event) => void;
  /** Hears that another pilot has begun to go on with the run, before its first event. */
  readonly takeBreak?: (one: RunBreak) => void;
}

/** Begins to hear the events of a run. */
export type BeginHearing = (view: RunView, begunAtMs: number | undefined) => RunHearer;

/**
 * Finds the folder of a run.
 *
 * @param word The folder itself; a folder that holds runs, of which the newest is meant; or the id of a run in the
 * current directory, or a part of it that no other has.
 * @throws {JournalError} If there is no such run, or several.
 */
export function findRun(word: string): string {
  const path = resolve(Deno.cwd(), word);
  if (isThere(path)) return findRunFolder(path);
  const { ids, found } = runsOfId(word);
  if (found.length === 1) return join(Deno.cwd(), runFolderPrefix + found[0]);
  const why = found.length === 0
    ? `there is no such folder, and no run here has this id${didYouMean(word, ids)}`
    : `the runs ${found.join(", ")} have this in their ids`;
  throw new JournalError(`Cannot tell which run "${word}" is: ${why}`, { path });
}

/**
 * The path that a word means where a run is to be gone on with: the folder of the run in the current directory that has
 * this id, unless there is something of that name; else the word as a path, whatever is there.
 */
export function pathToResume(word: string): string {
  const path = resolve(Deno.cwd(), word);
  if (isThere(path)) return path;
  try {
    const { found } = runsOfId(word);
    return found.length === 1 ? join(Deno.cwd(), runFolderPrefix + found[0]) : path;
  } catch {
    return path; // What is wrong with the current directory is said when the run is opened.
  }
}

/** The folders of all runs in a directory, in no order. */
export function runFolders(directory: string): string[] {
  try {
    return [...Deno.readDirSync(directory)]
      .filter(({ isDirectory, name }) => isDirectory && name.startsWith(runFolderPrefix))
      .map(({ name }) => join(directory, name))
      .filter((folder) => isThere(join(folder, journalName)));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      throw new JournalError(`There is no folder ${directory}`, { path: directory });
    }
    throw error;
  }
}

/** The ids of all runs in the current directory, and those that a word means: one that is the same, else all that hold it. */
function runsOfId(word: string): { readonly ids: readonly string[]; readonly found: readonly string[] } {
  const ids = runFolders(Deno.cwd()).map((folder) => idOf(folder));
  return { ids, found: ids.includes(word) ? [word] : ids.filter((id) => id.includes(word)) };
}

/** The id in the name of a run's folder. */
function idOf(folder: string): string {
  const name = basename(folder);
  return name.startsWith(runFolderPrefix) ? name.slice(runFolderPrefix.length) : name;
}

/**
 * Reads a run.
 *
 * @param folder Its folder, absolute.
 * @param begin Begins to hear its events.
 * @throws {JournalError} If its journal cannot be read at all.
 */
export function readRun(folder: string, begin?: BeginHearing): ReadRun {
  const path = join(folder, journalName);
  return readJournal(path, (replay) => {
    const view = new RunView();
    const hearer = begin?.(view, replay.header?.startedMs);
    const known = dropOwnerless(replay);
    const breaks = new BreakFinder();
    const look = () => {
      const ended = breaks.look(replay.header);
      if (ended !== undefined) hearer?.takeBreak?.(ended);
    };
    for (const event of known) {
      look();
      breaks.apply(event);
      view.apply(event);
      hearer?.apply(event);
    }
    look(); // A pilot may have gone on with the run, and done nothing yet.
    const { header } = replay;
    const holder = lockHolder(path);
    const report = replay.report();
    const found = findLoss(path, report, known.ownerless.size, 0);
    // While it is written, a record at the end that is half there is nothing that is lost.
    const loss = holder !== undefined && found?.records === 0 ? undefined : found;
    const text = (key: string) => typeof header?.metadata[key] === "string" ? header.metadata[key] : undefined;
    const host = text("host");
    const slurmJob = text("slurmJob");
    const cores = header?.metadata["cores"];
    return {
      view,
      rootWd: text("wd") ?? dirname(folder),
      nodes: readCoreIds(header?.nodeNames ?? [], header?.metadata["coreIds"]),
      bytesRead: report.tornTail?.offset ?? report.bytes,
      facts: refreshFacts(view, {
        id: idOf(folder),
        folder,
        ...(host === undefined ? {} : { host }),
        ...(slurmJob === undefined ? {} : { slurmJob }),
        ...(header === undefined ? {} : { begunAtMs: header.startedMs }),
        ...(typeof cores === "number" ? { cores } : {}),
        ...(header === undefined ? {} : { nodes: header.nodeNames.length }),
        ...(breaks.found.length === 0 ? {} : { breaks: breaks.found }),
        ...(loss === undefined ? {} : { damage: loss.text }),
      }),
    };
  });
}

/** What is known of a run by now, where its events are read already: who has it, and whether it lives. */
export function refreshFacts(
  view: RunView,
  { processId: _, ...facts }: Omit<RunFacts, "liveness">,
): RunFacts {
  const holder = lockHolder(join(facts.folder, journalName));
  // A run that was stopped in order has written its status last; what still ran then is not on record as ended.
  const heardAtMs = holder === undefined ? changedAtMs(join(facts.folder, finalStatusName)) : undefined;
  return {
    ...facts,
    ...(heardAtMs === undefined || heardAtMs <= (view.lastAtMs ?? 0) || view.isFinished ? {} : { heardAtMs }),
    ...(typeof holder === "number" ? { processId: holder } : {}),
    liveness: livenessOf(view, holder !== undefined, facts.host),
  };
}

function livenessOf(view: RunView, isLocked: boolean, host: string | undefined): Liveness {
  if (isLocked) return "alive";
  if (view.isFinished || isOver(view)) return "ended";
  const here = hostName();
  return host === undefined || host === here || here === "local" ? "brokenOff" : "elsewhere";
}

/** Whether all jobs have ended, so that there is nothing to go on with. */
function isOver(view: RunView): boolean {
  for (const { job, offset } of view.tasks()) if (!isTerminal(view.ledger.state(job.firstTask + offset))) return false;
  return true;
}

function changedAtMs(path: string): number | undefined {
  try {
    return Deno.statSync(path).mtime?.getTime();
  } catch {
    return undefined;
  }
}

function isThere(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
