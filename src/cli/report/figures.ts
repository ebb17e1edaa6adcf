/**
 * The figures of QCG-PilotJob's `qcg-pm-report`, of runs of ours and of its own.
 *
 * @module
 */

import { didYouMean } from "../../base/near_miss.ts";
import { type FigureSource, findFigureSource } from "../../deno/files/runs/figures_reader.ts";
import { localZone } from "../../deno/host/machine.ts";
import {
  allocationFigure,
  coreFigure,
  efficiencyFigure,
  type Figure,
  gapsFigure,
  launchFigure,
  listFigure,
  nothingRan,
  recordsFigure,
  runFigure,
  type TaskChoice,
  type TaskOrder,
  tasksFigure,
  usageFigure,
} from "../../report/figures/figure.ts";
import { placeProblem } from "../../report/figures/places.ts";
import { csvLines, tableJson } from "../../report/figures/table.ts";
import { visible } from "../../report/look/last_words.ts";
import { jobStates } from "../../report/states.ts";
import type { OptionSpec } from "../../service/arguments.ts";
import { UsageError } from "../../service/usage.ts";
import { oneDirectory } from "../look/target_run.ts";
import { writePieces } from "../look/tasks.ts";
import { type ReportAction, type ReportRequest, tellNotes } from "./report_action.ts";

const orders: readonly TaskOrder[] = ["start", "finish", "runtime", "name", "state"];

/** The options of single figures. */
export const figureOptions: readonly OptionSpec[] = [
  {
    name: "state",
    value: { kind: "text" },
    placeholder: "STATE",
    help: "jobs: only those in this state",
  },
  { name: "node", value: { kind: "text" }, placeholder: "NODE", help: "jobs: only those that ran on this node" },
  { name: "core", value: { kind: "text" }, placeholder: "CORE", help: "jobs: only those that ran on this core" },
  {
    name: "sort",
    value: { kind: "choice", choices: orders },
    placeholder: "KEY",
    default: "the order of their ends",
    help: `jobs: order: ${orders.join(", ")}`,
  },
  {
    name: "wo-init",
    value: { kind: "flag" },
    help: "rusage: measures from the first start of a task to the last end of one",
  },
  {
    name: "until-last-job",
    value: { kind: "flag" },
    help: "rusage: what comes after a core's last task does not count as unused",
  },
];

/** Makes a figure of what was found; a sentence says why there is none. */
type MakeFigure = (source: FigureSource, request: ReportRequest) => Figure | string;

const forms = ["json", "csv"];

/** An action without further words than the directory. */
function wholeRun(name: string, does: string, takes: readonly string[], make: MakeFigure): ReportAction {
  const run = (request: ReportRequest) => {
    const where = oneDirectory(request.options.get("run") as string | undefined, request.words) ?? ".";
    const source = findFigureSource(where, localZone());
    tellNotes(source, request.terminal);
    return tell(make(source, request), request);
  };
  return { name, usage: "[DIR]", does, takes: ["run", ...takes, ...forms], run };
}

/** An action with words of its own, so that the directory is named by -C. */
function named(name: string, words: readonly string[], does: string, make: MakeFigure): ReportAction {
  const run = (request: ReportRequest) => {
    const given = request.words.length;
    const isOne = words.at(-1)?.endsWith("…") ?? false;
    if (isOne ? given === 0 : given !== words.length) {
      throw new UsageError(
        `qcgpj report ${name} needs ${words.join(" and ")}, got ${given === 0 ? "nothing" : request.words.join(" ")}`,
      );
    }
    const where = (request.options.get("run") as string | undefined) ?? ".";
    const source = findFigureSource(where, localZone());
    tellNotes(source, request.terminal);
    return tell(make(source, request), request);
  };
  return { name, usage: words.join(" "), does, takes: ["run", ...forms], run };
}

function tell(figure: Figure | string, { options, terminal }: ReportRequest): number {
  if (typeof figure === "string") {
    terminal.err(`qcgpj report: ${figure}\n`);
    return 1;
  }
  const absent = figure.absent ?? [];
  // The text tells of them in their places, too, as QCG-PilotJob's tool does.
  for (const problem of absent) terminal.err(`qcgpj report: ${problem}\n`);
  for (const warning of figure.warnings ?? []) terminal.err(`qcgpj report: ${warning}\n`);
  if (options.has("json") && options.has("csv")) {
    throw new UsageError("--json and --csv cannot both be given", { option: "--csv" });
  }
  const lines = function* () {
    for (const line of figure.lines) yield `${visible(line)}\n`;
  };
  const pieces = options.has("json") ? tableJson(figure.table) : options.has("csv") ? csvLines(figure.table) : lines();
  writePieces(pieces, terminal);
  return absent.length === 0 ? 0 : 1;
}

const details = ({ options }: ReportRequest) => options.has("details");

/** The actions. */
export const figureActions: readonly ReportAction[] = [
  wholeRun("stats", "How long the run took, and what of it was none of the tasks'.", ["details"], (source, request) => {
    return runFigure(source.read(), details(request));
  }),
  wholeRun("launch-stats", "How long launches took.", ["details"], (source, request) => {
    return launchFigure(source.read(), details(request));
  }),
  wholeRun(
    "rusage",
    "How much of the time each core was used.",
    ["details", "wo-init", "until-last-job"],
    (source, request) => {
      const { options } = request;
      const choice = { withoutInit: options.has("wo-init"), untilLastTask: options.has("until-last-job") };
      const run = source.read();
      return noteSource(usageFigure(run, choice, details(request)), run.knowsProcessTimes);
    },
  ),
  wholeRun(
    "efficiency",
    "As rusage, without the gaps that no order of tasks could fill.",
    ["details"],
    (source, request) => {
      const run = source.read();
      return noteSource(efficiencyFigure(run, details(request)), run.knowsProcessTimes);
    },
  ),
  named("efficiency-core", ["NODE", "CORE"], "The same of one core.", (source, { words: [node, core] }) => {
    return coreFigure(source.read(), node!, core!) ?? `no task ran on core ${core} of node ${node}`;
  }),
  named("allocation", ["NODE", "CORE"], "What ran on a core.", (source, { words: [node, core] }) => {
    const run = source.read();
    return placeProblem(run, { node, core }) ?? allocationFigure(run, node!, core!);
  }),
  wholeRun("gaps", "When nothing ran on a core.", [], (source) => gapsFigure(source.read())),
  wholeRun("text", "The job report as text.", [], (source) => recordsFigure(source.records())),
  named("job", ["NAME…"], "All of some tasks.", (source, { words }) => tasksFigure(source.read(), words)),
  wholeRun(
    "jobs",
    "The tasks that were launched, a line each.",
    ["details", "state", "node", "core", "sort"],
    (source, request) => {
      const choice = choiceOf(request);
      const run = source.read();
      return placeProblem(run, choice) ?? listFigure(run, choice, details(request));
    },
  ),
];

function choiceOf({ options }: ReportRequest): TaskChoice {
  const text = (name: string) => options.get(name) as string | undefined;
  const [state, node, core, order] = ["state", "node", "core", "sort"].map(text);
  if (state !== undefined && !jobStates.some((known) => known === state.toUpperCase())) {
    throw new UsageError(
      `Option --state must be one of ${jobStates.join(", ")}, not ${JSON.stringify(state)}` +
        didYouMean(state, jobStates),
      { option: "--state" },
    );
  }
  return {
    ...(state === undefined ? {} : { state }),
    ...(node === undefined ? {} : { node }),
    ...(core === undefined ? {} : { core }),
    ...(order === undefined ? {} : { order: order as TaskOrder }),
  };
}

/** QCG-PilotJob's tool refuses a run whose process times are not on record; what the pilot noted is nearly the same. */
function noteSource(figure: Figure | undefined, knowsProcessTimes: boolean): Figure | string {
  if (figure === undefined) return nothingRan;
  if (knowsProcessTimes) return figure;
  const note = "there are no rtimes_*.log, so the times that the pilot noted stand for those of the processes";
  return { ...figure, warnings: [note, ...figure.warnings ?? []] };
}
