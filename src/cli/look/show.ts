/**
 * `qcgpj show`: all that is known of a task.
 *
 * @module
 */

import { join } from "@std/path";
import { readEvents } from "../../deno/files/journal/journal_file.ts";
import { localZone } from "../../deno/host/machine.ts";
import { jsonLines } from "../../report/json_lines.ts";
import { formatDetails } from "../../report/look/details_text.ts";
import { gatherAttempts } from "../../report/look/attempts.ts";
import { describeTask } from "../../report/look/task_details.ts";
import { journalName } from "../../report/run_files.ts";
import { wordsReader } from "../../deno/files/runs/words_reader.ts";
import type { OptionSpec } from "../../service/arguments.ts";
import { UsageError } from "../../service/usage.ts";
import type { Command, Terminal } from "../command.ts";
import { findTasks, jsonOption, lookExitText, namingText, parseTarget, readTarget, runOption } from "./target_run.ts";
import { writePieces } from "./tasks.ts";

const optionTable: readonly OptionSpec[] = [runOption, jsonOption];

/** More tasks than these are not shown: their table is `qcgpj tasks`. */
const tasksMax = 100;

/** `qcgpj show`. */
export const showCommand: Command = {
  name: "show",
  summary: "shows all that is known of a task",
  usage: "[-C DIR] TASK … [OPTION …]",
  details: [
    "The command, ready to be pasted into a shell (its output goes to the terminal there), the variables that the job " +
    "sets, folder and files, what it needs and waits for, and each attempt: where and when, how it ended and why, CPU " +
    "time, memory, and what became of its processes. The ends of its streams stand last.",
    namingText,
    lookExitText,
  ],
  examples: [
    { line: "qcgpj show sweep:17", does: "One iteration, of the newest run here." },
    { line: "qcgpj show -C work fit --json | jq .launches", does: "For programs." },
  ],
  options: optionTable,
  run: (args, terminal) => Promise.resolve(runShow(args, terminal)),
};

function runShow(args: readonly string[], terminal: Terminal): number {
  const target = parseTarget(optionTable, args, "tasks");
  if (target.names.length === 0) throw new UsageError("The task is missing; write for example qcgpj show sweep:17");
  const run = readTarget(target);
  const tasks = findTasks(run, target.names);
  if (tasks.length > tasksMax) {
    const job = target.names[0]!;
    throw new UsageError(
      `These are ${tasks.length} tasks; name one, such as ${job}:0, or list them: qcgpj tasks --job ${job}`,
    );
  }
  const { view, rootWd, facts: { liveness } } = run;
  const readWords = wordsReader(run);
  const nowMs = liveness === "alive" ? Date.now() : view.lastAtMs ?? 0;
  const all = tasks.map((task) =>
    describeTask(view, task, {
      launches: gatherAttempts(readEvents(join(target.folder, journalName)), task.job.firstTask + task.offset),
      rootWd,
      lastWords: readWords(task),
      nowMs,
    })
  );
  if (target.options.has("json")) {
    if (all.length === 1) terminal.out(`${JSON.stringify(all[0], null, 2)}\n`);
    else writePieces(jsonLines(all), terminal);
  } else terminal.out(all.map((details) => formatDetails(details, localZone())).join("\n"));
  return 0;
}
