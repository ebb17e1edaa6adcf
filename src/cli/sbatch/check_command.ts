/**
 * What is wrong with the command of a batch job: it is better told now than hours later, when the job begins.
 *
 * @module
 */

import { parseArguments } from "../../service/arguments.ts";
import { UsageError } from "../../service/usage.ts";
import { foreignOptions } from "../each/foreign_options.ts";
import { splitSources } from "../each/input_sources.ts";
import { eachOptionTable } from "../each/option_table.ts";
import { parseEachOptions } from "../each/options.ts";
import { readJobsFile, RequestFileError } from "../request_file.ts";
import { parseRunOptions, type RunOptions } from "../run/options.ts";
import { examineFile, locate } from "../validate/validate.ts";

/**
 * Checks the arguments of `qcgpj run`, and the file of jobs where it is there already.
 *
 * @param mayComeLater Whether the file may be made by another batch job that goes before.
 * @throws {UsageError} If the arguments are wrong.
 * @throws {RequestFileError} If the file cannot be read, or something is wrong with a job.
 */
export function checkRun(args: readonly string[], mayComeLater: boolean): RunOptions {
  const options = parseRunOptions(args);
  const { file, from, common: { resume, groups = {} } } = options;
  if (file === "-") {
    throw new UsageError("A batch job has no standard input: write the requests to a file, and name it");
  }
  if (file === undefined || resume !== undefined || (mayComeLater && !exists(file))) return options;
  const source = readJobsFile(file, from);
  const [first, ...more] = examineFile(source, { groups }).findings;
  if (first === undefined) return options;
  const error = locate(source, first);
  if (more.length === 0) throw error;
  const others = `${more.length} more problem${more.length === 1 ? "" : "s"}; qcgpj validate ${file} shows all`;
  throw new RequestFileError(`${error.problem}; ${others}`, {
    file,
    path: error.path,
    ...(error.line === undefined || error.column === undefined ? {} : { line: error.line, column: error.column }),
  });
}

/**
 * Checks the arguments of `qcgpj each`.
 *
 * @throws {UsageError} If they are wrong.
 */
export function checkEach(args: readonly string[]): void {
  const given = parseArguments(eachOptionTable, args, { stopsAtWord: true, instead: foreignOptions });
  const { inputs } = parseEachOptions(given);
  const { sources } = splitSources(given.rest, inputs.separators);
  if (sources.length + inputs.argFiles.length > 0) return;
  throw new UsageError("A batch job has no standard input: give the inputs behind :::, or by :::: FILE");
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
