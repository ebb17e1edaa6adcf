/**
 * `qcgpj report`: what became of a run, in figures.
 *
 * @module
 */

import { didYouMean } from "../../base/near_miss.ts";
import { type OptionSpec, parseArguments } from "../../service/arguments.ts";
import { UsageError } from "../../service/usage.ts";
import type { Command, Terminal } from "../command.ts";
import { jsonOption, runOption } from "../look/target_run.ts";
import { figureActions, figureOptions } from "./figures.ts";
import { compareAction, compareOptions } from "./compare.ts";
import { htmlAction } from "./html.ts";
import { pictureActions, pictureOptions } from "./pictures.ts";
import { wfformatAction } from "./wfformat.ts";
import { traceAction } from "./trace.ts";
import { csvOption, detailsOption, type ReportAction } from "./report_action.ts";

const actions: readonly ReportAction[] = [
  htmlAction,
  ...figureActions,
  ...pictureActions,
  compareAction,
  traceAction,
  wfformatAction,
];
const optionTable: readonly OptionSpec[] = [
  runOption,
  detailsOption,
  ...figureOptions,
  ...pictureOptions,
  ...compareOptions,
  jsonOption,
  csvOption,
];

/** `qcgpj report`. */
export const reportCommand: Command = {
  name: "report",
  summary: "tells in figures what became of a run",
  usage: "WHAT [DIR|NAME …] [OPTION …]",
  actions: actions.map(({ name }) => name),
  details: [
    "WHAT is one of:",
    ...actions.map(({ name, usage, does }) => `${name} ${usage}: ${does}`),
    "The run is named by -C DIR, or by DIR where no other word can stand: a run's folder, a folder that holds runs, of " +
    "which the newest is meant, an id of a run in the current directory, or a directory that QCG-PilotJob has worked " +
    "in, with all the partitions in it. Names and layout are those of qcg-pm-report.",
    "Exit code: 0 it was written, 1 there is nothing to tell, or something of what was asked for is not there, 2 wrong " +
    "usage, no such run, or a file that cannot be written.",
  ],
  examples: [
    { line: "qcgpj report html run.html", does: "All of the newest run here in one file, to open in a browser." },
    { line: "qcgpj report stats", does: "How long the newest run here took, and how much of it was overhead." },
    { line: "qcgpj report rusage work --details", does: "How well each core was used." },
    { line: "qcgpj report jobs --sort runtime --csv > jobs.csv", does: "All tasks, for a spreadsheet." },
    { line: "qcgpj report svg gantt gantt.svg", does: "What ran where, for a paper." },
    { line: "qcgpj report compare n1 n2 n4 n8 --picture scaling.svg", does: "How a study of scaling went." },
    { line: "qcgpj report job -C work sweep:17", does: "All of one task." },
  ],
  options: optionTable,
  run: async (args, terminal) => await runReport(args, terminal),
};

function runReport(args: readonly string[], terminal: Terminal): number | Promise<number> {
  const { options, rest: [word, ...words] } = parseArguments(optionTable, args);
  const names = actions.map(({ name }) => name);
  const action = actions.find(({ name }) => name === word);
  if (action === undefined) {
    const problem = word === undefined
      ? "What to report is missing"
      : `"${word}" is nothing that can be reported${didYouMean(word, names)}`;
    throw new UsageError(`${problem}; write qcgpj report and one of ${names.join(", ")}`);
  }
  for (const name of options.keys()) {
    if (action.takes.includes(name)) continue;
    const takers = actions.filter(({ takes }) => takes.includes(name)).map((one) => one.name);
    throw new UsageError(`Option --${name} is for qcgpj report ${takers.join(", ")}, not for ${action.name}`, {
      option: `--${name}`,
    });
  }
  return action.run({ options, words, terminal });
}
