/**
 * From what a user submits to a job description: everything that can be wrong with one job is found here, before
 * anything is queued.
 *
 * @module
 */

import { nearMiss } from "../base/near_miss.ts";
import type { JobDescription } from "./description.ts";
import type { JobInput } from "./input.ts";
import { copyJson, nameValue, refuse, type Spot } from "./json.ts";
import { nameProblem } from "./name.ts";
import { parseCapture } from "./parse_capture.ts";
import { dependencyKeys, parseDependencies, withSource } from "./parse_dependencies.ts";
import { executionKeys, parseExecution } from "./parse_execution.ts";
import { parseIteration } from "./parse_iteration.ts";
import { limitKeys, parseLimits, refuseBlindLimits } from "./parse_limits.ts";
import { orderKeys, parseOrder } from "./parse_order.ts";
import { parsePermissions } from "./parse_permissions.ts";
import { parseResources, resourceKeys } from "./parse_resources.ts";
import { isContent, parseStdin, refuseRepeatedStream } from "./parse_stdin.ts";
import { fillRequestText, readRequestText } from "./request_variables.ts";
import { Field, keysOf } from "./shape.ts";
import { launchVariableNames, submitLookup, type SubmitVariables, substitute, type Variables } from "./variables.ts";

/** The keys of a job. */
const jobKeys = keysOf<JobInput>({
  name: true,
  execution: true,
  resources: true,
  iteration: true,
  dependencies: true,
  permissions: true,
  attributes: true,
  capture: true,
  ...limitKeys,
  ...orderKeys,
});

/** Keys of QCG-PilotJob's simple form, which people write directly into a job, and where they belong. */
const flatKeys: ReadonlyMap<string, string> = new Map([
  ...executionKeys.map((key) => [key, `execution.${key}`] as const),
  ...resourceKeys.map((key) => [key, `resources.${key}`] as const),
  ...dependencyKeys.map((key) => [key, `dependencies.${key}`] as const),
  ["iterate", 'iteration: { "start": …, "stop": … }'],
]);

/** What {@linkcode parseJob} needs to know beside the value. */
export interface ParseContext {
  /** The name of a job that has none. Without it such a job is refused. */
  readonly defaultName?: string;
  /**
   * What pass 1 knows of variables. Absent: the value was written by `serializeJob`, so its variables have been
   * replaced already, an escaped `${rcnt}` in it is plain text, and `stop` may stand beside `values`.
   */
  readonly variables?: SubmitVariables;
  /**
   * How variables are spelt: as in jobs that a program gives (`variables.ts`), or as QCG-PilotJob reads them in request
   * files (`request_variables.ts`). What is no text is written as JavaScript does in jobs, as Python does in request files;
   * in templates, whose text is Python's, as well.
   *
   * @default {"jobs"}
   */
  readonly spelling?: JobSpelling;
}

/** How variables and values are spelt; see {@linkcode ParseContext.spelling}. */
export type JobSpelling = "jobs" | "templates" | "requests";

/**
 * Reads one job in QCG-PilotJob's standard form.
 *
 * Keys are never ignored: an unknown one anywhere is an error that suggests the near miss. `null` counts as absent for
 * every optional key. The value is copied first, so that later changes of it play no part.
 *
 * @param value The job as a JSON value, for example what a template gave.
 * @param context The default name and the submit variables.
 * @returns The deep-frozen description.
 * @throws {JobDescriptionError} If something is wrong with it; the error carries the job's name and the path.
 */
export function parseJob(value: unknown, context: ParseContext): JobDescription {
  const { name, spot, lookup } = parseName(value, context);
  const fill = lookup === undefined ? (text: string) => text : replacer(value as object, lookup, context.spelling);
  const filled = lookup !== undefined && isIterative(value as object)
    ? (text: string, path: string) =>
      fill(isOfExecution(path) ? uniquePerIteration(text, context.spelling) : text, path)
    : fill;
  const replace = (text: string, path: string) => isContent(path) ? text : filled(text, path);
  const job = new Field(copyJson(value, spot, replace), spot).shaped(jobForm, jobKeys, flatKeys);
  const isRecorded = context.variables === undefined;
  const scalars = (context.spelling ?? "jobs") === "jobs" ? "javascript" : "python";
  const iteration = parseIteration(job.get("iteration"), isRecorded, scalars);
  const resources = parseResources(job.get("resources"), iteration !== undefined);
  const own = { name, iteration };
  const execution = parseExecution(job.get("execution"), scalars);
  const stdin = parseStdin(job.get("execution").get("stdin"), own, {
    isRecorded,
    mayHoldStream: (context.spelling ?? "jobs") === "jobs",
  });
  const dependencies = parseDependencies(job.get("dependencies"), own);
  const description: { -readonly [K in keyof JobDescription]: JobDescription[K] } = {
    name,
    execution: stdin === undefined ? execution : Object.freeze({ ...execution, ...stdin }),
    resources: resources.wanted,
    dependencies: withSource(dependencies, stdin?.input),
  };
  if (iteration !== undefined) description.iteration = iteration;
  Object.assign(description, parseLimits(job, resources.timeLimitMs));
  Object.assign(description, parseOrder(job));
  const capture = job.get("capture");
  if (!capture.absent) description.capture = parseCapture(capture, isRecorded);
  refuseBlindLimits(job, description);
  refuseRepeatedStream(job, description);
  const permissions = job.get("permissions");
  if (!permissions.absent) description.permissions = parsePermissions(permissions);
  const attributes = job.get("attributes");
  if (!attributes.absent) description.attributes = attributes.object("an object");
  return Object.freeze(description);
}

/** What pass 1 makes of the text at a path of a job. */
function replacer(
  job: object,
  lookup: Variables,
  spelling: JobSpelling = "jobs",
): (text: string, path: string) => string {
  if (spelling !== "requests") return (text) => substitute(text, lookup);
  const names = launchNamesOf(job);
  return (text, path) => isOfExecution(path) ? readRequestText(text, lookup, names) : fillRequestText(text, lookup);
}

function isOfExecution(path: string): boolean {
  return /^execution\b/.test(path);
}

/** What is unique in a submit is not in its iterations, which would write into one another's files. */
function uniquePerIteration(text: string, spelling?: JobSpelling): string {
  const name = spelling === "requests" ? /\$\{uniq\}|\$uniq(?![A-Za-z0-9_])/g : /\$\{uniq\}/g;
  return text.includes("uniq") ? text.replaceAll(name, "$&-$${it}") : text;
}

function isIterative(job: object): boolean {
  return ((job as { readonly iteration?: unknown }).iteration ?? undefined) !== undefined;
}

/** The names that pass 2 knows for a job, right or wrong. */
export function launchNamesOf(job: object): ReadonlySet<string> {
  const hasIndex = isIterative(job);
  return new Set(launchVariableNames.filter((name) => hasIndex || (name !== "it" && name !== "itval")));
}

const jobForm = 'an object such as { "name": "job", "execution": { "exec": "date" } }';

interface ParsedName {
  readonly name: string;
  readonly spot: Spot;
  readonly lookup: Variables | undefined;
}

/** Names the key that may have been meant for the name. */
function misspeltName(job: object): string {
  const meant = Object.keys(job).find((key) => !jobKeys.includes(key) && nearMiss(key, ["name"]) !== undefined);
  return meant === undefined ? "" : ` (is ${JSON.stringify(meant)} meant for it?)`;
}

/** Reads the name before anything else: errors carry it, and the variable `jname` is made of it. */
function parseName(value: unknown, { defaultName, variables, spelling = "jobs" }: ParseContext): ParsedName {
  // A Map or a Promise is an object, but has nothing of a job.
  if (typeof value !== "object" || value === null || nameValue(value) !== "an object") {
    refuse({ jobName: defaultName, path: "" }, `must be ${jobForm}, not ${nameValue(value)}`);
  }
  const given: unknown = (Object.hasOwn(value, "name") ? (value as { readonly name: unknown }).name : null) ??
    defaultName;
  const spot = { jobName: typeof given === "string" ? given : undefined, path: "name" };
  if (given === undefined) refuse(spot, `is missing${misspeltName(value)}; give every job a name of its own`, true);
  if (typeof given !== "string") refuse(spot, `must be a string, not ${nameValue(given)}`);
  const hasVariable = variables !== undefined && given.includes("$");
  const fill = spelling === "requests" ? fillRequestText : substitute;
  const name = hasVariable ? fill(given, submitLookup(variables, undefined)) : given;
  const problem = nameProblem(name);
  if (problem !== undefined) refuse({ jobName: name, path: "name" }, problem);
  const lookup = variables === undefined ? undefined : submitLookup(variables, name);
  return { name, spot: { jobName: name, path: "" }, lookup };
}
