/**
 * `qcgpj status`: how a run stands.
 *
 * @module
 */

import { localZone } from "../../deno/host/machine.ts";
import { groupFailures } from "../../report/look/failure_groups.ts";
import { describeRun, nameOf, type RunStatus } from "../../report/look/run_status.ts";
import { formatStatus } from "../../report/look/status_text.ts";
import { wordsReader } from "../../deno/files/runs/words_reader.ts";
import type { OptionSpec } from "../../service/arguments.ts";
import type { Command, Terminal } from "../command.ts";
import { failuresJson } from "./failures.ts";
import {
  jsonOption,
  lookExitText,
  namingText,
  outputPainter,
  parseTarget,
  readTarget,
  runOption,
  type TargetRun,
} from "./target_run.ts";

const optionTable: readonly OptionSpec[] = [
  runOption,
  { name: "watch", short: "w", value: { kind: "flag" }, help: "looks again and again until the run has ended" },
  jsonOption,
];

/** How many milliseconds pass between two looks at a run at least, and how many times as long as a look takes. */
const watchMs = 1000;
const watchFactor = 10;

/** `qcgpj status`. */
export const statusCommand: Command = {
  name: "status",
  summary: "shows how a run stands",
  usage: "[DIR] [OPTION …]",
  details: [
    "Counts of tasks by state, cores in use, the tasks that run longest, what did not succeed (in groups), what the others " +
    "wait for, and how long it may still take: each task as long as those of its job took so far.",
    namingText,
    lookExitText,
  ],
  examples: [
    { line: "qcgpj status", does: "Shows how the newest run here stands." },
    { line: "qcgpj status --watch work", does: "Looks until it has ended." },
    { line: "qcgpj status --json | jq .counts.FAILED", does: "For programs." },
  ],
  options: optionTable,
  run: (args, terminal) => runStatus(args, terminal),
};

async function runStatus(args: readonly string[], terminal: Terminal): Promise<number> {
  const target = parseTarget(optionTable, args, "directory");
  for (let shownLines = 0;;) {
    const beganMs = performance.now();
    const { status, text } = look(target, terminal);
    // On a terminal the new picture replaces the old one.
    terminal.out(shownLines > 0 ? `\x1b[${shownLines}A\x1b[J${text}` : text);
    if (!target.options.has("watch") || status.liveness !== "alive") return 0;
    shownLines = Deno.stdout.isTerminal() && !target.options.has("json") ? text.split("\n").length - 1 : 0;
    await new Promise((resolve) => setTimeout(resolve, Math.max(watchMs, watchFactor * (performance.now() - beganMs))));
  }
}

function look(target: TargetRun, terminal: Terminal): { readonly status: RunStatus; readonly text: string } {
  const run = readTarget(target);
  const readWords = wordsReader(run);
  const failures = groupFailures(run.view, readWords, nameOf);
  const status = describeRun(run.view, run.facts, failures, Date.now());
  if (target.options.has("json")) {
    const text = `${JSON.stringify({ ...status, failures: failuresJson(failures) }, null, watchIndent(target))}\n`;
    return { status, text };
  }
  const options = { readWords, groupsMax: 3, namesMax: 5, linesMax: [0, 0] as const };
  return { status, text: formatStatus(status, localZone(), { ...options, paint: outputPainter(terminal) }) };
}

/** With `--watch` each look is a line of its own. */
function watchIndent({ options }: TargetRun): number {
  return options.has("watch") ? 0 : 2;
}
