/**
 * `qcgpj journal`: what is intact in the journal of a run and what is lost, and the job report that it makes.
 *
 * @module
 */

import { dirname, resolve } from "@std/path";
import { didYouMean } from "../../base/near_miss.ts";
import { readJournal } from "../../deno/files/journal/journal_file.ts";
import { localZone } from "../../deno/host/machine.ts";
import { findRun } from "../../deno/files/runs/run_reader.ts";
import { journalName } from "../../report/run_files.ts";
import { dropOwnerless } from "../../journal/replay/drop_ownerless.ts";
import { findLoss } from "../../journal/replay/loss.ts";
import type { ReplayReport } from "../../journal/replay/replay.ts";
import { formatSalvage } from "../../journal/replay/salvage.ts";
import type { ReportFormat } from "../../report/jobs_report.ts";
import { replayReport } from "../../report/replay_report.ts";
import { parseArguments } from "../../service/arguments.ts";
import { UsageError } from "../../service/usage.ts";
import type { Command, Terminal } from "../command.ts";
import { oneDirectory, runOption } from "../look/target_run.ts";

const actions = ["salvage", "report"];
const formats: readonly ReportFormat[] = ["json", "text"];
/** The report is written in pieces of about this many characters. */
const pieceMax = 1 << 20;

/** `qcgpj journal`. */
export const journalCommand: Command = {
  name: "journal",
  summary: "looks into the journal of a run",
  usage: "salvage|report [DIR|FILE] [OPTION …]",
  details: [
    "salvage reads the whole journal, changes nothing, and tells which records are intact and which bytes are damaged " +
    "and why. What is intact is what a resume goes on with.",
    "report writes the whole job report (jobs.report) to standard output, as the journal has it: where the file itself " +
    "could not be written, or was lost. The dates are in this machine's time zone.",
    "The run is named as for qcgpj status, by -C DIR or by DIR alone; or its journal is, by the path of the file.",
    "Exit code: 0 nothing is lost, 1 something is, 2 there is no journal, or it cannot be read at all.",
  ],
  examples: [
    { line: "qcgpj journal salvage .", does: "Looks at the newest run in this directory." },
    { line: "qcgpj journal salvage .qcgpjm-service-n1.42/journal", does: "Looks at one file." },
    { line: "qcgpj journal report . > jobs.report", does: "Writes the job report of the newest run anew." },
  ],
  options: [runOption, {
    name: "report-format",
    value: { kind: "choice", choices: formats },
    placeholder: "FORMAT",
    default: "json",
    help: "report: its form, json or text",
  }],
  run: (args, terminal) => Promise.resolve(runJournal(args, terminal)),
};

function runJournal(args: readonly string[], terminal: Terminal): number {
  const { options, rest: [action, ...words] } = parseArguments(journalCommand.options, args);
  if (action === undefined || !actions.includes(action)) {
    const problem = action === undefined
      ? "What to do is missing"
      : `"${action}" is nothing that can be done with a journal${didYouMean(action, actions)}`;
    throw new UsageError(`${problem}; write ${actions.map((name) => `qcgpj journal ${name} DIR`).join(" or ")}`);
  }
  const target = oneDirectory(options.get("run") as string | undefined, words) ?? ".";
  const format = options.get("report-format") as ReportFormat | undefined;
  if (action === "report") return writeReport(findJournal(target), format ?? "json", terminal);
  if (format !== undefined) {
    throw new UsageError("Option --report-format is for qcgpj journal report alone", { option: "--report-format" });
  }
  return salvage(findJournal(target), terminal);
}

function findJournal(target: string): string {
  const path = resolve(Deno.cwd(), target);
  return isFile(path) ? path : resolve(findRun(target), journalName);
}

function salvage(path: string, terminal: Terminal): number {
  const { report, ownerless } = readJournal(path, (replay) => {
    const known = dropOwnerless(replay);
    for (const _ of known);
    return { report: replay.report(), ownerless: known.ownerless };
  });
  terminal.out(formatSalvage(path, report, ownerless));
  return isWhole(path, report, ownerless.size) ? 0 : 1;
}

function writeReport(path: string, format: ReportFormat, terminal: Terminal): number {
  return readJournal(path, (replay) => {
    const known = dropOwnerless(replay);
    const wd = replay.header?.metadata["wd"];
    const rootWd = typeof wd === "string" ? wd : dirname(dirname(path));
    let piece = "";
    for (const record of replayReport(known, { rootWd, format, zone: localZone() })) {
      piece += record;
      if (piece.length < pieceMax) continue;
      terminal.out(piece);
      piece = "";
    }
    terminal.out(piece);
    if (isWhole(path, replay.report(), known.ownerless.size)) return 0;
    terminal.err("qcgpj journal: something of the journal is lost, so the report may lack records\n");
    return 1;
  });
}

function isWhole(path: string, report: ReplayReport, ownerless: number): boolean {
  return ownerless === 0 && findLoss(path, report, ownerless, 0) === undefined;
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false; // What is wrong with it is said when it is read.
  }
}
