/**
 * The records of a sweep in the directory of `--run`: the journal of the run, and beside it what was asked for, so that
 * a resume can tell whether it is the same.
 *
 * @module
 */

import { crc32 } from "../../base/crc32.ts";
import { join } from "@std/path";
import { explainJournalFailure } from "../../deno/files/journal/journal_failure.ts";
import { journalName, runFolderPrefix } from "../../report/run_files.ts";
import { readJournal } from "../../deno/files/journal/journal_file.ts";
import { type CommandWords, fillCommandWords, type InputValues, type TaskPlace } from "../../job/command_words.ts";
import type { Execution } from "../../job/description.ts";
import { literalText } from "../../job/literal_text.ts";
import { dropOwnerless } from "../../journal/replay/drop_ownerless.ts";
import { UsageError } from "../../service/usage.ts";
import { commandText } from "../../report/command_text.ts";

/** The name of the run in its directory. */
export const eachInstanceId = "each";

/** What makes two calls the same. */
export interface EachIdentity {
  /** The words of the command, placeholders included. */
  readonly command: readonly string[];
  /** What stands for the value. */
  readonly valueWord: string;
  /** The working directory of the tasks. */
  readonly wd: string;
  /** Whether a shell reads the command; absent when none does. */
  readonly shell?: true;
}

/** How a task of an earlier run ended: not at all, or it has to run again; well; or not well. */
export type EarlierEnd = "open" | "succeeded" | "failed";

/** What an earlier run has left. */
export interface EarlierRun {
  /** The largest number of an input that was taken. */
  readonly count: number;
  /** What became of an input; `undefined` when nothing is known of it. */
  ended(number: number): EarlierEnd | undefined;
  /** The mark of the command that was run for an input; see {@linkcode inputMark}. */
  mark(number: number): number | undefined;
  /** The slot that the task of an input had; `undefined` when it needed none. */
  slot(number: number): number | undefined;
  /** Whether nothing is left to be done about an input that has ended: its line is in the job log, if there is one. */
  isForgotten(number: number): boolean;
  /** How many lines the job log should have of an input. */
  lines(number: number): number;
}

/** The variable that tells a task its slot, as GNU parallel has it. */
export const slotVariable = "PARALLEL_JOBSLOT";

/** The slot that a job was submitted with, if it has one. */
export function slotOf({ env }: Pick<Execution, "env">): number | undefined {
  return env[slotVariable] === undefined ? undefined : Number(env[slotVariable]);
}

/** A number that commands which differ hardly ever share: that of the command for an input. */
export function inputMark(command: CommandWords, input: InputValues, place: TaskPlace): number {
  const [exec = "", ...args] = fillCommandWords(command, input, place).map(literalText);
  return executionMark({ exec, args });
}

function executionMark({ exec, args }: Pick<Execution, "exec" | "args">): number {
  return crc32(new TextEncoder().encode(JSON.stringify([exec, ...args])));
}

/**
 * Opens the directory of a run.
 *
 * @param directory Its path.
 * @param identity What is asked for now.
 * @param mayResume Whether an earlier run may be there.
 * @returns What the earlier run has left, if there is one.
 * @throws {UsageError} If there is one and it may not be, or it was another sweep.
 */
export function openRecord(directory: string, identity: EachIdentity, mayResume: boolean): EarlierRun | undefined {
  const path = join(directory, "each.json");
  const earlier = readIfThere(path);
  const journal = join(directory, `${runFolderPrefix}${eachInstanceId}`, journalName);
  if (earlier === undefined) {
    makeDirectory(directory);
    const strange = [...Deno.readDirSync(directory)].find(({ name }) => name.startsWith(runFolderPrefix));
    if (strange !== undefined) {
      throw new UsageError(`--run ${directory} holds the records of another run (${strange.name}); choose another one`);
    }
    writeWhole(path, `${JSON.stringify(identity)}\n`);
    return undefined;
  }
  if (!mayResume) {
    throw new UsageError(`--run ${directory} holds an earlier run; add --resume to go on with it, or choose another`);
  }
  refuseOther(earlier, identity, directory);
  return isThere(journal) ? readEarlier(journal) : undefined;
}

function refuseOther(text: string, identity: EachIdentity, directory: string): void {
  let earlier: Partial<EachIdentity>;
  try {
    earlier = JSON.parse(text);
  } catch {
    throw new UsageError(`${join(directory, "each.json")} is damaged, so it cannot be told what the run was`);
  }
  for (const key of ["command", "valueWord", "wd", "shell"] as const) {
    if (JSON.stringify(earlier[key]) === JSON.stringify(identity[key])) continue;
    const shown = (value: unknown) => Array.isArray(value) ? commandText(value) : String(value);
    const what = { command: "command", valueWord: "--replace", wd: "--wd", shell: "--shell" }[key];
    throw new UsageError(
      `--resume: the run in ${directory} has another ${what}: ${shown(earlier[key])}, not ${shown(identity[key])}`,
    );
  }
}

function readEarlier(journal: string): EarlierRun {
  const numbers = new Map<number, number>();
  const marks: (number | undefined)[] = [];
  const slots: (number | undefined)[] = [];
  const ends: EarlierEnd[] = [];
  const lines: number[] = [];
  const started = new Set<number>();
  const forgotten = new Set<number>();
  readJournal(journal, (replay) => {
    for (const event of dropOwnerless(replay)) {
      switch (event.kind) {
        case "jobSubmitted": {
          const { id, description } = event.job;
          const number = Number(description.name);
          numbers.set(id, number);
          marks[number] = executionMark(description.execution);
          slots[number] = slotOf(description.execution);
          ends[number] = "open";
          forgotten.delete(number);
          break;
        }
        case "taskStarted":
          started.add(event.job);
          break;
        case "jobEnded": {
          // What was canceled runs again: the run was ended, not the task.
          const { outcome } = event;
          const number = numbers.get(event.job)!;
          if (outcome === "succeeded" || outcome === "failed") ends[number] = outcome;
          if (outcome !== "canceled" || started.has(event.job)) lines[number] = (lines[number] ?? 0) + 1;
          started.delete(event.job);
          break;
        }
        case "jobForgotten":
          forgotten.add(numbers.get(event.job)!);
          numbers.delete(event.job);
          break;
        default:
          break;
      }
    }
  });
  return {
    count: Math.max(0, ends.length - 1),
    ended: (number) => ends[number],
    mark: (number) => marks[number],
    slot: (number) => slots[number],
    isForgotten: (number) => forgotten.has(number),
    lines: (number) => lines[number] ?? 0,
  };
}

function makeDirectory(path: string): void {
  try {
    Deno.mkdirSync(path, { recursive: true });
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) throw new UsageError(`--run ${path} is a file; name a directory`);
    throw explainJournalFailure("open", path, error, undefined, "directory of the run");
  }
}

/** Writes a file or none: half of one would look like the damaged record of an earlier run. */
function writeWhole(path: string, text: string): void {
  try {
    Deno.writeTextFileSync(path, text);
  } catch (error) {
    try {
      Deno.removeSync(path);
    } catch {
      // There was none, or nothing can be changed here.
    }
    throw explainJournalFailure("write", path, error, undefined, "record of the run");
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return undefined;
    throw error;
  }
}

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
