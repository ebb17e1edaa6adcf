/**
 * `qcgpj processes`: what was seen of the processes of tasks, as QCG-PilotJob's `qcg-pm-processes` tells it.
 *
 * @module
 */

import { didYouMean } from "../../base/near_miss.ts";
import { localZone } from "../../deno/host/machine.ts";
import { type FigureSource, findFigureSource, readProcessFiles } from "../../deno/files/runs/figures_reader.ts";
import { findRun, readRun } from "../../deno/files/runs/run_reader.ts";
import { processLines, treeLines } from "../../report/figures/process_lines.ts";
import { absentTask } from "../../report/figures/places.ts";
import { ProcessTrees, type TreeProcess } from "../../report/figures/process_trees.ts";
import type { TimedTask } from "../../report/figures/timed_run.ts";
import { tableJson } from "../../report/figures/table.ts";
import { type OptionSpec, parseArguments } from "../../service/arguments.ts";
import { UsageError } from "../../service/usage.ts";
import type { Command, Terminal } from "../command.ts";
import { jsonOption, runOption } from "../look/target_run.ts";
import { writePieces } from "../look/tasks.ts";

const actions = ["tree", "apps"];
const optionTable: readonly OptionSpec[] = [
  runOption,
  { name: "all", value: { kind: "flag" }, help: "tree: shows processes of other names than the task's program, too" },
  jsonOption,
];

/** `qcgpj processes`. */
export const processesCommand: Command = {
  name: "processes",
  summary: "tells what was seen of the processes of tasks",
  usage: "tree|apps [-C DIR] NAME… [OPTION …]",
  details: [
    "tree shows the processes below that of a task, on all nodes; apps all of each that has the name of the task's program. " +
    "They are on record in ptrace_*.log in the working directory of a run with --enable-proc-stats, of qcgpj or of " +
    "QCG-PilotJob.",
    "Exit code: 0 it was written, 1 something of what was asked for is not on record, 2 wrong usage or no such run.",
  ],
  examples: [
    { line: "qcgpj processes tree sim --all", does: "All processes of a task of the newest run here." },
    { line: "qcgpj processes apps -C work sweep:3 --json", does: "For programs." },
  ],
  options: optionTable,
  run: (args, terminal) => Promise.resolve(runProcesses(args, terminal)),
};

function runProcesses(args: readonly string[], terminal: Terminal): number {
  const { options, rest: [action, ...names] } = parseArguments(optionTable, args);
  if (action === undefined || !actions.includes(action)) {
    const problem = action === undefined
      ? "What to tell is missing"
      : `"${action}" is neither tree nor apps${didYouMean(action, actions)}`;
    throw new UsageError(`${problem}; write qcgpj processes tree NAME or qcgpj processes apps NAME`);
  }
  if (names.length === 0) throw new UsageError(`The task is missing; write qcgpj processes ${action} NAME`);
  if (action === "apps" && options.has("all")) {
    throw new UsageError("Option --all is for qcgpj processes tree", { option: "--all" });
  }
  const where = (options.get("run") as string | undefined) ?? ".";
  const source = findFigureSource(where, localZone());
  const files = readProcessFiles(where);
  if (files.length === 0) {
    terminal.err(`qcgpj processes: ${whyNoFiles(where, source)}\n`);
    return 1;
  }
  const trees = new ProcessTrees(files);
  const { tasks } = source.read();
  const found: TreeProcess[] = [];
  let isWhole = true;
  for (const name of names.flatMap((name) => tasksNamed(tasks, name))) {
    const task = tasks.find((one) => one.name === name);
    const root = task?.pid === undefined ? undefined : trees.find(Number(task.pid));
    if (task === undefined || root === undefined) {
      const why = task === undefined ? absentTask(tasks, name) : `no process of ${name} was seen`;
      terminal.err(`qcgpj processes: ${why}\n`);
      isWhole = false;
      continue;
    }
    const { pid, program = "unknown" } = task;
    const tree = [...trees.below(root)];
    const shown = tree.filter((process) => action === "tree" || process.name === program);
    found.push(...shown);
    if (options.has("json")) continue;
    const lines = action === "tree"
      ? [
        `job ${name}, job process id ${pid}, application name ${program}`,
        ...treeLines(tree, program, options.has("all")),
      ]
      : [`found ${shown.length} target processes`, ...shown.flatMap(processLines)];
    writePieces(lines.map((line) => `${line}\n`), terminal);
  }
  if (options.has("json")) writePieces(tableJson(tableOf(found)), terminal);
  return isWhole ? 0 : 1;
}

function whyNoFiles(where: string, { view }: FigureSource): string {
  const liveness = view === undefined ? "ended" : readRun(findRun(where)).facts.liveness;
  return liveness === "alive" || liveness === "elsewhere"
    ? `there is no ptrace_*.log for ${where} yet; a run with --enable-proc-stats writes it at its end, and this one lives`
    : `there is no ptrace_*.log for ${where}; a run with --enable-proc-stats writes it`;
}

/** The name of an iterative job stands for all its iterations that ran, unless the job as a whole has a process. */
function tasksNamed(tasks: readonly TimedTask[], name: string): string[] {
  if (tasks.some((task) => task.name === name && task.pid !== undefined)) return [name];
  const iterations = tasks.filter((task) => task.name.startsWith(`${name}:`) && task.pid !== undefined);
  return iterations.length === 0 ? [name] : iterations.map((task) => task.name);
}

function tableOf(processes: readonly TreeProcess[]) {
  return {
    columns: ["level", "pid", "node", "name", "cmdline", "parent", "created", "memoryPercent"],
    rows: processes.map((one) => [
      ...[one.level, one.pid, one.node, one.name, one.cmdline.join(" "), one.parent, one.created, one.memoryPercent],
    ]),
  };
}
