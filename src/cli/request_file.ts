/**
 * Request files: what was written in one, and where in it something stands.
 *
 * @module
 */

import { concatenate } from "../base/bytes.ts";
import type { LearntTimes } from "../core/estimates.ts";
import { fileProblem } from "../deno/files/file_problem.ts";
import { PilotJobError, type PilotJobErrorOptions } from "../errors.ts";
import { nameValue } from "../job/json.ts";
import { jobsOfWorkflow, workflowTasks } from "../job/wfformat.ts";
import type { OptionSpec } from "../service/arguments.ts";
import { findPlace, formatSteps, JsonTextError, parseJsonText, type Place, type Step } from "../job/json_text.ts";

/** A file that cannot be read, is no JSON, or holds what cannot be run. */
export class RequestFileError extends PilotJobError {
  /** The name of the class. */
  override readonly name = "RequestFileError";
  /** Always `"REQUEST_FILE"`. */
  override readonly code = "REQUEST_FILE";
  /** The file's path, as it was given. */
  readonly file: string;
  /** The line, from 1; `undefined` when it is not about a place. */
  readonly line: number | undefined;
  /** The column, from 1; `undefined` when it is not about a place. */
  readonly column: number | undefined;
  /** The path to the value in the JSON, such as `[0].jobs[1].execution.args`; empty for the whole. */
  readonly path: string;
  /** What is wrong and what would be right, without the place. */
  readonly problem: string;

  /** Creates the error; `problem` says what is wrong and what would be right. */
  constructor(
    problem: string,
    where: { readonly file: string; readonly path?: string } & Partial<Place> & PilotJobErrorOptions,
  ) {
    const { file, line, column, path = "" } = where;
    const place = line === undefined ? file : `${file}:${line}:${column}`;
    super(`${place}: ${path === "" ? "" : `${path}: `}${withoutPath(problem, path)}`, where);
    this.file = file;
    this.line = line;
    this.column = column;
    this.path = path;
    this.problem = problem;
  }
}

/**
 * What is wrong with a job, without the path in the job: the path in the file that stands before it says that already. The
 * name of the job comes behind it then, so that path and problem are one sentence.
 */
function withoutPath(problem: string, path: string): string {
  const [whole, name, own] = /^Job (?:("(?:[^"\\]|\\.)*")|without a name): (\S+) /.exec(problem) ?? [];
  if (whole === undefined || !path.endsWith(own!)) return problem;
  return `${problem.slice(whole.length)}${name === undefined ? "" : ` (job ${name})`}`;
}

/** A request of a file. */
export interface FileRequest {
  /** The request, as it would come on a wire; not yet checked. */
  readonly value: unknown;
  /** The way to it in the file; to the list of jobs, if the file has no request around it. */
  readonly steps: readonly Step[];
  /** The way to its job of an index. */
  readonly jobSteps: (index: number) => readonly Step[];
}

/** What was read. */
export interface RequestFile {
  /** The file's path, as it was given. */
  readonly file: string;
  /** The whole text. */
  readonly text: string;
  /** The requests in order. */
  readonly requests: readonly FileRequest[];
  /** How long the tasks took when they were run before, as far as the file tells it; only a workflow does. */
  readonly times?: LearntTimes;
}

/**
 * What a file may hold: `"requests"`, an array of requests as in QCG-PilotJob; `"any"`, also a single request, one job,
 * an array of jobs, or an object with `jobs`.
 */
export type RequestFileForm = "requests" | "any";

/**
 * Reads a request file.
 *
 * @param file Its path.
 * @param form What it may hold.
 * @throws {RequestFileError} If it cannot be read, is no JSON, or holds something else.
 */
export function readRequestFile(file: string, form: RequestFileForm = "any"): RequestFile {
  return parseRequestFile(decode(readBytes(file), file), file, form);
}

/**
 * Reads the text of a request file.
 *
 * @param text The text.
 * @param file The path, for errors.
 * @param form What it may hold.
 * @throws {RequestFileError} If it is no JSON, or holds something else.
 */
export function parseRequestFile(text: string, file: string, form: RequestFileForm = "any"): RequestFile {
  let value: unknown;
  try {
    value = parseJsonText(text);
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    const { steps, problem, line, column } = error.where;
    const path = formatSteps(steps);
    const beginning = form === "requests" ? "Wrong job description: " : "";
    const said = text.trim() === "" ? "the file is empty; it must hold requests or jobs" : problem;
    throw new RequestFileError(`${beginning}${said}${formHint(file, text)}`, {
      file,
      line,
      column,
      path,
      cause: error,
    });
  }
  return { file, text, requests: form === "any" ? findRequests(value, file, text) : listRequests(value, file) };
}

/** Says what to do with a file that looks like YAML, or like a value on each line. */
function formHint(file: string, text: string): string {
  const looksLikeYaml = /\.ya?ml$/i.test(file) || /^(?:---|- |[A-Za-z_]\w*:(?:\s|$))/.test(text);
  if (looksLikeYaml) return "; this looks like YAML, which is not read: convert it to JSON";
  const looksLikeLines = /^\s*\{.*\}[ \t\r]*\n\s*\{/.test(text);
  return looksLikeLines ? "; this looks like JSON lines: make them one array, with [ ] around and commas between" : "";
}

/**
 * Reads a workflow of WfCommons as if it were a request file; what is wrong with a job is told at its task.
 *
 * @param file Its path.
 * @throws {RequestFileError} If it cannot be read, is no JSON, or no workflow that can be run.
 */
function readWorkflowFile(file: string): RequestFile {
  const text = decode(readBytes(file), file);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return parseRequestFile(text, file); // It says what is wrong, and where.
  }
  const found = jobsOfWorkflow(value);
  if ("problem" in found) throw problemAt({ file, text }, found.steps, found.problem);
  const jobSteps = (index: number) => [...workflowTasks, index];
  const request = { request: "submit", jobs: found.jobs };
  return { file, text, requests: [{ value: request, steps: workflowTasks, jobSteps }], times: found.times };
}

/** What a file of jobs may be written in, beside the form of QCG-PilotJob. */
export const fromOption: OptionSpec = {
  name: "from",
  value: { kind: "choice", choices: ["wfformat"] },
  placeholder: "FORMAT",
  help:
    "what FILE is written in, if not as requests: wfformat, a workflow of WfCommons with its commands and run times",
};

/** Reads a file of jobs in the form that {@linkcode fromOption} names. */
export function readJobsFile(file: string, from: string | undefined): RequestFile {
  return from === "wfformat" ? readWorkflowFile(file) : readRequestFile(file);
}

/**
 * Says where in a file something is wrong.
 *
 * @param source The file.
 * @param steps The way to what is wrong.
 * @param problem What is wrong and what would be right.
 * @param cause What found it.
 */
export function problemAt(
  source: Pick<RequestFile, "file" | "text">,
  steps: readonly Step[],
  problem: string,
  cause?: unknown,
): RequestFileError {
  const place = findPlace(source.text, steps);
  return new RequestFileError(problem, { file: source.file, ...place, path: formatSteps(steps), cause });
}

function readBytes(file: string): Uint8Array {
  try {
    return file === "-" ? readStandardInput() : Deno.readFileSync(file);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const problem = fileProblem("read", file, error);
    throw new RequestFileError(`${problem[0]!.toUpperCase()}${problem.slice(1)}`, { file, cause: error });
  }
}

function readStandardInput(): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (;;) {
    const piece = new Uint8Array(1 << 16);
    const length = Deno.stdin.readSync(piece);
    if (length === null) return concatenate(pieces);
    pieces.push(piece.subarray(0, length));
  }
}

function decode(bytes: Uint8Array, file: string): string {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  try {
    return decoder.decode(bytes);
  } catch {
    const mark = `${bytes[0]},${bytes[1]}`;
    if (mark === "255,254" || mark === "254,255") {
      throw new RequestFileError("It is UTF-16 text; save it as UTF-8", { file, line: 1, column: 1 });
    }
    // An intact text ends its lines at line feeds, which are no part of any other character.
    let line = 1;
    for (let start = 0; start < bytes.length; line++) {
      const end = bytes.indexOf(10, start);
      const part = bytes.subarray(start, end < 0 ? bytes.length : end);
      const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(part);
      if (new TextEncoder().encode(text).length !== part.length || text.includes("\ufffd")) {
        const column = [...text.slice(0, text.indexOf("\ufffd"))].length + 1;
        throw new RequestFileError("It is not UTF-8 text", { file, line, column });
      }
      start += part.length + 1;
    }
    throw new RequestFileError("It is not UTF-8 text", { file });
  }
}

function listRequests(value: unknown, file: string): FileRequest[] {
  if (!Array.isArray(value)) throw new RequestFileError("Not an array of requests in json file", { file });
  return value.map((one, i) => requestAt(one, [i]));
}

function findRequests(value: unknown, file: string, text: string): FileRequest[] {
  if (isObject(value)) {
    if (Object.hasOwn(value, "request")) return [requestAt(value, [])];
    if (Object.hasOwn(value, "execution")) return [jobsAt([value], [], () => [])];
    if (Array.isArray(value["jobs"])) return [jobsAt(value["jobs"], ["jobs"])];
    if (isJob(value)) return [jobsAt([value], [], () => [])];
  }
  if (Array.isArray(value)) {
    // With one job among them, and no request, they are meant as jobs: what is wrong with the others is told of each.
    if (value.some(isJob) && !value.some(isRequest)) return [jobsAt(value, [])];
    const strange = value.findIndex((one) => !isRequest(one));
    if (strange < 0) return value.map((one, i) => requestAt(one, [i]));
    const problem = isJob(value[strange])
      ? 'a job stands among requests; put it into { "request": "submit", "jobs": […] }'
      : `${nameValue(value[strange])} stands where a request must, such as { "request": "submit", "jobs": […] }`;
    throw problemAt({ file, text }, [strange], problem);
  }
  const problem = `The file holds ${nameValue(value)}; it must hold an array of requests, one request, or jobs`;
  throw problemAt({ file, text }, [], problem);
}

function requestAt(value: unknown, steps: readonly Step[]): FileRequest {
  return { value, steps, jobSteps: (index) => [...steps, "jobs", index] };
}

/** Jobs without a request around them. */
function jobsAt(
  jobs: readonly unknown[],
  steps: readonly Step[],
  jobSteps: FileRequest["jobSteps"] = (index) => [...steps, index],
): FileRequest {
  return { value: { request: "submit", jobs }, steps, jobSteps };
}

function isRequest(value: unknown): boolean {
  return isObject(value) && Object.hasOwn(value, "request");
}

/** Whether an object is meant as a job, right or wrong: it is no request, and has a key that only jobs have. */
function isJob(value: unknown): boolean {
  return isObject(value) && !isRequest(value) && Object.keys(value).some((key) => jobWords.has(key));
}

/** Keys of a job, and keys inside them that are often written one level too high. */
const jobWords: ReadonlySet<string> = new Set([
  ...["name", "execution", "resources", "iteration", "dependencies", "attributes"],
  ...["exec", "script", "args", "numCores", "numNodes", "after", "iterate"],
]);

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
