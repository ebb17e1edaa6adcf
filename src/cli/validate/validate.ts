/**
 * `qcgpj validate`: everything that is wrong with a request file, at once.
 *
 * @module
 */

import { localZone } from "../../deno/host/machine.ts";
import { submitVariablesAt } from "../../job/variables.ts";
import { countOf } from "../../resources/request.ts";
import { parseNodeSpec } from "../../resources/node_spec.ts";
import { type OptionSpec, parseArguments } from "../../service/arguments.ts";
import { type Examination, examineRequests, type Finding } from "../../service/examine.ts";
import { serviceOptionTable } from "../../service/option_table.ts";
import { readCounted } from "../../service/options.ts";
import { readGroups } from "../../service/order_options.ts";
import { UsageError } from "../../service/usage.ts";
import type { Command, Terminal } from "../command.ts";
import { parsePath } from "../../job/json_text.ts";
import { onlyArgument } from "../only_argument.ts";
import { fromOption, problemAt, readJobsFile, type RequestFile, RequestFileError } from "../request_file.ts";

const options: readonly OptionSpec[] = [
  fromOption,
  {
    name: "nodes",
    value: { kind: "text" },
    placeholder: "SPEC",
    help: 'also finds what could never fit on these nodes, for example 4 or "n1:16,n2:16"',
  },
  ...serviceOptionTable.filter(({ name }) => name === "counted" || name === "groups"),
  { name: "system-core", value: { kind: "flag" }, help: "with --nodes: keeps the first core for the pilot itself" },
  { name: "json", value: { kind: "flag" }, help: "writes the problems as JSON" },
];

/** `qcgpj validate`. */
export const validateCommand: Command = {
  name: "validate",
  summary: "finds everything that is wrong with a request file, and runs nothing",
  usage: "FILE|- [OPTION …]",
  details: [
    "FILE is a request file as for qcgpj run, - the standard input. Each problem is a line, FILE:LINE:COLUMN: PATH: what " +
    "is wrong, as compilers write it. Problems are malformed JSON, unknown keys, wrong values, names that are taken, " +
    "dependencies on jobs or iterations that do not exist, jobs that wait for one another in a ring, and with --nodes " +
    "requests that could never fit.",
    "Lines with the word warning tell what is right, but may not mean what it seems: dollars that are read as in " +
    "QCG-PilotJob, which makes one of two; tasks that write one file and do not wait for one another.",
    "Exit code: 0 nothing is wrong, 2 something is.",
  ],
  examples: [
    { line: "qcgpj validate jobs.json", does: "Checks the file." },
    { line: "qcgpj validate jobs.json --nodes n1:16,n2:16 --json", does: "Checks for two nodes, too; for programs." },
  ],
  options,
  run: (args, terminal) => Promise.resolve(runValidate(args, terminal)),
};

/** A problem as `--json` writes it. */
export interface ProblemJson {
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  /** The path in the file. */
  readonly path: string;
  readonly job?: string | undefined;
  readonly problem: string;
}

function runValidate(args: readonly string[], terminal: Terminal): number {
  const given = parseArguments(options, args);
  const file = onlyArgument(given.rest, "The file is missing; write qcgpj validate FILE");
  const nodes = given.options.get("nodes") as string | undefined;
  const counted = readCounted(given.options.get("counted") as readonly string[] | undefined);
  if (nodes === undefined && counted.counted !== undefined) {
    throw new UsageError("Option --counted needs --nodes, as only then it is found out what could never fit", {
      option: "--counted",
    });
  }
  const asJson = given.options.has("json");
  let source: RequestFile;
  try {
    source = readJobsFile(file, given.options.get("from") as string | undefined);
  } catch (error) {
    if (!(error instanceof RequestFileError)) throw error;
    writeProblems({ problems: [{ error, job: undefined }], warnings: [] }, undefined, asJson, terminal);
    return 2;
  }
  const examination = examineFile(source, {
    ...(nodes === undefined ? {} : { nodes: parseNodeSpec(nodes) }),
    ...counted,
    ...readGroups(given.options.get("groups") as readonly string[] | undefined),
    reserveCore: given.options.has("system-core"),
  });
  const placed = (finding: Finding) => ({ error: locate(source, finding), job: finding.jobName });
  const problems = examination.findings.map(placed).toSorted(({ error: a }, { error: b }) =>
    (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0)
  );
  writeProblems({ problems, warnings: examination.warnings.map(placed) }, examination, asJson, terminal);
  return problems.length === 0 ? 0 : 2;
}

/** Examines the requests of a file. */
export function examineFile(
  source: RequestFile,
  how: Omit<Parameters<typeof examineRequests>[1], "variables">,
): Examination {
  const variables = (submitNumber: number) => submitVariablesAt(Date.now(), localZone(), submitNumber, "validate");
  return examineRequests(source.requests.map(({ value }) => value), { ...how, variables });
}

/** Where in a file a finding is, and what it says. */
export function locate(source: RequestFile, finding: Finding): RequestFileError {
  const request = source.requests[finding.request]!;
  const steps = finding.job === undefined ? request.steps : request.jobSteps(finding.job);
  return problemAt(source, [...steps, ...parsePath(finding.path)], finding.problem);
}

interface Problem {
  readonly error: RequestFileError;
  readonly job: string | undefined;
}

/** What was found in a file. */
interface Found {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

function writeProblems(
  { problems, warnings }: Found,
  examination: Examination | undefined,
  asJson: boolean,
  terminal: Terminal,
): void {
  const { jobs = 0, submits = 0 } = examination ?? {};
  if (asJson) {
    const plain = ({ error: { line, column, path, problem }, job }: Problem): ProblemJson => (
      { line, column, path, job, problem }
    );
    const found = { problems: problems.map(plain), warnings: warnings.map(plain) };
    terminal.out(`${JSON.stringify({ isValid: problems.length === 0, jobs, submits, ...found }, undefined, 2)}\n`);
    return;
  }
  for (const { error } of problems) terminal.out(`${error.message}\n`);
  for (const { error: { file, line, column, path, problem } } of warnings) {
    terminal.out(`${file}:${line}:${column}: warning: ${path} ${problem}\n`);
  }
  const all = `${countOf(jobs, "job")} in ${countOf(submits, "request")}`;
  const warned = warnings.length === 0 ? "" : `, ${countOf(warnings.length, "warning")}`;
  const result = problems.length === 0 ? `Nothing is wrong: ${all}` : countOf(problems.length, "problem");
  terminal.err(`${result}${warned}\n`);
}
