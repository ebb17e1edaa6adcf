/**
 * `qcgpj failures`: what of a run did not succeed, in groups, and how to run it again.
 *
 * @module
 */

import { dirname } from "@std/path";
import { commandText } from "../../report/command_text.ts";
import { type Failures, groupFailures } from "../../report/look/failure_groups.ts";
import { failuresHeading, formatFailures } from "../../report/look/failures_text.ts";
import { nameOf, type RunFacts } from "../../report/look/run_status.ts";
import { wordsReader } from "../../deno/files/runs/words_reader.ts";
import type { OptionSpec } from "../../service/arguments.ts";
import type { Command, Terminal } from "../command.ts";
import { eachInstanceId } from "../each/record.ts";
import { jsonOption, namingText, outputPainter, parseTarget, readTarget, runOption } from "./target_run.ts";

const optionTable: readonly OptionSpec[] = [
  runOption,
  { name: "names", value: { kind: "flag" }, help: "writes nothing but the names of the failed tasks, one a line" },
  jsonOption,
];

/** `qcgpj failures`. */
export const failuresCommand: Command = {
  name: "failures",
  summary: "shows what of a run failed, and why",
  usage: "[DIR] [OPTION …]",
  details: [
    "Tasks that did not succeed, in groups by cause, exit code or signal, and last line of the standard error (of the " +
    "standard output, where that is empty); numbers, ids and paths in the line count as equal. The commonest group " +
    "stands first, with the last lines of its first task. At the end stands the command that runs them again.",
    namingText,
    "Exit code: 0 nothing failed, 1 something did, 2 there is no such run.",
  ],
  examples: [
    { line: "qcgpj failures", does: "Shows what failed in the newest run here." },
    { line: "qcgpj failures --names | head", does: "Names for another program." },
  ],
  options: optionTable,
  run: (args, terminal) => Promise.resolve(runFailures(args, terminal)),
};

function runFailures(args: readonly string[], terminal: Terminal): number {
  const target = parseTarget(optionTable, args, "directory");
  const run = readTarget(target);
  const readWords = wordsReader(run);
  const failures = groupFailures(run.view, readWords, nameOf);
  const { options } = target;
  if (options.has("names")) {
    for (const { state, tasks } of failures.groups) {
      if (state === "FAILED") terminal.out(tasks.map((name) => `${name}\n`).join(""));
    }
  } else if (options.has("json")) terminal.out(`${JSON.stringify(failuresJson(failures), null, 2)}\n`);
  else terminal.out(failuresText(failures, run.facts, readWords, terminal));
  return failures.groups.length === 0 ? 0 : 1;
}

function failuresText(
  failures: Failures,
  facts: RunFacts,
  readWords: ReturnType<typeof wordsReader>,
  terminal: Terminal,
): string {
  const paint = outputPainter(terminal);
  const again = failures.failed === 0 ? "" : `run them again: ${againCommand(facts)}\n`;
  return `run ${facts.id}: ${failuresHeading(failures)}\n` +
    formatFailures(failures, { readWords, groupsMax: Infinity, namesMax: 8, linesMax: [5, 3], paint }) + again +
    (facts.damage === undefined ? "" : `damage: ${facts.damage}\n`);
}

/** The command that runs what failed again. */
export function againCommand({ folder, id }: Pick<RunFacts, "folder" | "id">): string {
  if (id !== eachInstanceId) return `qcgpj run --resume ${commandText([folder])} --failed`;
  return `the same qcgpj each line, with --run ${commandText([dirname(folder)])} --resume-failed`;
}

/** What did not succeed, as plain values. */
export function failuresJson({ groups, ...counts }: Failures): object {
  return { ...counts, groups: groups.map(({ first, ...group }) => ({ ...group, first: nameOf(first) })) };
}
