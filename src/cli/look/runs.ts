/**
 * `qcgpj runs`: the runs in a directory, and how they ended; `--prune` removes old ones.
 *
 * @module
 */

import { basename, dirname, join, resolve } from "@std/path";
import { formatColumns } from "../../base/columns.ts";
import { formatSpan } from "../../base/duration.ts";
import { errorText } from "../../base/error_text.ts";
import { lockHolder } from "../../deno/files/journal/journal_lock.ts";
import { readRun, runFolders } from "../../deno/files/runs/run_reader.ts";
import { localZone } from "../../deno/host/machine.ts";
import { PilotJobError } from "../../errors.ts";
import { elapsedTime } from "../../report/breaks.ts";
import { jsonLines } from "../../report/json_lines.ts";
import type { RunFacts } from "../../report/look/run_status.ts";
import type { TaskCounts } from "../../report/look/run_view.ts";
import { formatKiB } from "../../report/look/row_table.ts";
import { countsText, livenessText } from "../../report/look/status_text.ts";
import { journalName, runFolderPrefix } from "../../report/run_files.ts";
import { formatTime } from "../../report/times.ts";
import { countOf } from "../../resources/request.ts";
import { type OptionSpec, parseArguments } from "../../service/arguments.ts";
import { UsageError } from "../../service/usage.ts";
import type { Command, Terminal } from "../command.ts";
import { jsonOption, oneDirectory, runOption } from "./target_run.ts";
import { writePieces } from "./tasks.ts";

const optionTable: readonly OptionSpec[] = [
  { ...runOption, help: "the directory that the runs lie in, or the folder of one of them" },
  {
    name: "prune",
    value: { kind: "flag" },
    help: "removes the folders of runs that are over; needs --older or --keep",
  },
  {
    name: "older",
    value: { kind: "time", takesZero: true },
    placeholder: "TIME",
    help: "with --prune: only runs that were last written longer ago, such as 30d, 12h, 90m",
  },
  {
    name: "keep",
    value: { kind: "integer", min: 0, max: Number.MAX_SAFE_INTEGER },
    placeholder: "N",
    help: "with --prune: the newest N stay, whatever their age",
  },
  { name: "dry-run", value: { kind: "flag" }, help: "with --prune: only tells what would be removed" },
  jsonOption,
];

/** `qcgpj runs`. */
export const runsCommand: Command = {
  name: "runs",
  summary: "lists the runs in a directory",
  usage: "[DIR] [OPTION …]",
  details: [
    "For each run, the newest first: its id, when it was begun, how long it took, whether it lives, how many tasks ended " +
    "how, and the size of its folder.",
    "--prune removes folders of runs (.qcgpjm-service-ID) with all that is in them, and nothing else: not the files that " +
    "tasks have written elsewhere. A run that lives is never removed, and one that was broken off only if it is old " +
    "enough: it could still be gone on with.",
    "Exit code: 0 they were listed or removed, 1 one could not be removed, 2 wrong usage, or there is no such directory.",
  ],
  examples: [
    { line: "qcgpj runs work", does: "Lists the runs in work." },
    { line: "qcgpj runs --prune --older 30d --keep 5 --dry-run", does: "What would be removed." },
  ],
  options: optionTable,
  run: (args, terminal) => Promise.resolve(runRuns(args, terminal)),
};

/** A run in the list. */
interface ListedRun {
  readonly folder: string;
  readonly changedAtMs: number;
  readonly bytes: number;
  readonly facts?: RunFacts & { readonly elapsedMs: number; readonly counts: TaskCounts };
  /** Why nothing more is known of it. */
  readonly problem?: string;
}

function runRuns(args: readonly string[], terminal: Terminal): number {
  const { options, rest } = parseArguments(optionTable, args);
  const given = resolve(Deno.cwd(), oneDirectory(options.get("run") as string | undefined, rest) ?? ".");
  const directory = basename(given).startsWith(runFolderPrefix) ? dirname(given) : given;
  for (const name of ["older", "keep", "dry-run"]) {
    if (!options.has(name) || options.has("prune")) continue;
    throw new UsageError(`Option --${name} says what --prune removes; add --prune`, { option: `--${name}` });
  }
  const older = options.get("older") as number | undefined;
  const keep = options.get("keep") as number | undefined;
  if (options.has("prune") && older === undefined && keep === undefined) {
    throw new UsageError("Option --prune needs --older TIME or --keep N, so that not all runs are removed");
  }
  const folders = runFolders(directory)
    .map((folder) => ({ folder, changedAtMs: Deno.statSync(join(folder, journalName)).mtime?.getTime() ?? 0 }))
    .sort((a, b) => b.changedAtMs - a.changedAtMs);
  if (options.has("prune")) {
    return prune(folders, { older: older ?? 0, keep: keep ?? 0, isDry: options.has("dry-run") }, terminal);
  }
  const runs = folders.map(({ folder, changedAtMs }) => listRun(folder, changedAtMs));
  if (options.has("json")) writePieces(jsonLines(runs.map(runJson)), terminal);
  else if (runs.length === 0) terminal.err(`qcgpj runs: there are no runs in ${directory}\n`);
  else terminal.out(formatRuns(runs));
  return 0;
}

function listRun(folder: string, changedAtMs: number): ListedRun {
  const bytes = folderBytes(folder);
  try {
    const { view, facts } = readRun(folder);
    const { begunAtMs = view.firstAtMs ?? changedAtMs, liveness } = facts;
    const untilMs = liveness === "alive" ? Date.now() : view.lastAtMs ?? begunAtMs;
    const elapsedMs = elapsedTime(facts.breaks, begunAtMs, untilMs);
    return { folder, changedAtMs, bytes, facts: { ...facts, elapsedMs, counts: view.counts() } };
  } catch (error) {
    if (!(error instanceof PilotJobError)) throw error;
    return { folder, changedAtMs, bytes, problem: errorText(error) };
  }
}

function runJson({ facts, ...rest }: ListedRun): object {
  return { ...rest, ...facts };
}

function formatRuns(runs: readonly ListedRun[]): string {
  const zone = localZone();
  const rows = runs.map(({ folder, bytes, facts, problem }) => {
    const size = formatKiB(bytes / 1024);
    if (facts === undefined) return [basename(folder).slice(runFolderPrefix.length), "-", "-", size, problem ?? "", ""];
    const { id, begunAtMs, elapsedMs, counts } = facts;
    const begun = begunAtMs === undefined ? "-" : formatTime(begunAtMs, zone).slice(0, 19);
    return [id, begun, formatSpan(elapsedMs), size, livenessText(facts), countsText(counts)];
  });
  const lines = formatColumns([["run", "begun", "took", "size", "state", "tasks"], ...rows]);
  return lines.map((line) => `${line.trimEnd()}\n`).join("");
}

interface PruneOptions {
  readonly older: number;
  readonly keep: number;
  readonly isDry: boolean;
}

function prune(
  folders: readonly { readonly folder: string; readonly changedAtMs: number }[],
  { older, keep, isDry }: PruneOptions,
  terminal: Terminal,
): number {
  let removed = 0;
  let hasFailed = false;
  for (const { folder, changedAtMs } of folders.slice(keep)) {
    if (Date.now() - changedAtMs < older || lockHolder(join(folder, journalName)) !== undefined) continue;
    const size = formatKiB(folderBytes(folder) / 1024);
    try {
      if (!isDry) Deno.removeSync(folder, { recursive: true });
      removed++;
      terminal.out(`${isDry ? "would remove" : "removed"} ${folder} (${size})\n`);
    } catch (error) {
      hasFailed = true;
      terminal.err(`qcgpj runs: ${folder} cannot be removed: ${errorText(error)}\n`);
    }
  }
  terminal.err(`${countOf(removed, "run")} of ${folders.length} ${isDry ? "would be removed" : "removed"}\n`);
  return hasFailed ? 1 : 0;
}

/** The size of all files below a folder; what cannot be read counts as nothing. */
function folderBytes(folder: string): number {
  let bytes = 0;
  try {
    for (const { name, isDirectory, isFile } of Deno.readDirSync(folder)) {
      const path = join(folder, name);
      if (isDirectory) bytes += folderBytes(path);
      else if (isFile) bytes += Deno.statSync(path).size;
    }
  } catch { /* It is going, or not ours to look into. */ }
  return bytes;
}
