/**
 * `qcgpj journal salvage`: what is intact in the journal of a run, and what is lost.
 *
 * @module
 */

import { resolve } from "@std/path";
import { didYouMean } from "../../base/near_miss.ts";
import { readJournal } from "../../deno/files/journal_file.ts";
import { findRunFolder } from "../../deno/files/run_folder.ts";
import { journalName } from "../../report/run_files.ts";
import { dropOwnerless } from "../../journal/replay/drop_ownerless.ts";
import { formatSalvage } from "../../journal/replay/salvage.ts";
import { parseArguments } from "../../service/arguments.ts";
import { UsageError } from "../../service/usage.ts";
import type { Command, Terminal } from "../command.ts";

const actions = ["salvage"];

/** `qcgpj journal`. */
export const journalCommand: Command = {
  name: "journal",
  summary: "looks into the journal of a run",
  usage: "salvage DIR|FILE",
  details: [
    "salvage reads the whole journal, changes nothing, and tells which records are intact and which bytes are damaged " +
    "and why. DIR is the auxiliary directory of a run or the working directory that it lies in. What is intact is what " +
    "a resume goes on with.",
    "Exit code: 0 nothing is lost, 1 something is, 2 there is no journal, or it cannot be read at all.",
  ],
  examples: [
    { line: "qcgpj journal salvage .", does: "Looks at the newest run in this directory." },
    { line: "qcgpj journal salvage .qcgpjm-service-n1.42/journal", does: "Looks at one file." },
  ],
  options: [],
  run: (args, terminal) => Promise.resolve(runJournal(args, terminal)),
};

function runJournal(args: readonly string[], terminal: Terminal): number {
  const [action, target, ...more] = parseArguments(journalCommand.options, args).rest;
  if (action === undefined || !actions.includes(action)) {
    const problem = action === undefined
      ? "What to do is missing"
      : `"${action}" is nothing that can be done with a journal${didYouMean(action, actions)}`;
    throw new UsageError(`${problem}; write qcgpj journal salvage DIR`);
  }
  if (target === undefined) throw new UsageError("The directory or file is missing; write qcgpj journal salvage DIR");
  if (more.length > 0) throw new UsageError(`Argument ${JSON.stringify(more[0])} is not expected after ${target}`);
  return salvage(resolve(Deno.cwd(), target), terminal);
}

function salvage(target: string, terminal: Terminal): number {
  const path = isFile(target) ? target : resolve(findRunFolder(target), journalName);
  const { report, orphans } = readJournal(path, (replay) => {
    const known = dropOwnerless(replay);
    for (const _ of known);
    return { report: replay.report(), orphans: known.orphans };
  });
  terminal.out(formatSalvage(path, report, orphans));
  const isWhole = report.losses.length === 0 && !report.tornTail?.isDamaged && orphans.size === 0;
  return isWhole ? 0 : 1;
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false; // Whoever reads it says what is wrong with it.
  }
}
