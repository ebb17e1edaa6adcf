/**
 * From a JSON value to a request, with QCG-PilotJob's texts for what is wrong with it.
 *
 * A request is kept in the shape in which it came, without what plays no part, so that it survives being written as
 * JSON and parsed again. Only own properties are looked at, and nothing is called on the value. As everywhere, `null`
 * counts as absent.
 *
 * @module
 */

import { didYouMean } from "../base/near_miss.ts";
import { PilotJobError } from "../errors.ts";
import { nameValue } from "../job/json.ts";
import { isPriority, priorityForm } from "../job/parse_order.ts";
import { pythonText } from "./python_text.ts";
import { compare, isDict, isTruthy, keyValue, typeName } from "./refusals/python_values.ts";

/** A request that cannot be understood. The message begins with `Invalid request: `, as in QCG-PilotJob. */
export class RequestError extends PilotJobError {
  /** The name of the class. */
  override readonly name = "RequestError";
  /** Always `"INVALID_REQUEST"`. */
  override readonly code = "INVALID_REQUEST";

  /** What was probably meant, as the rest of a sentence; empty when nothing is near. Replies do not carry it. */
  readonly hint: string;
  /** The message of the reply, where QCG-PilotJob only tells a class of Python's; else the same. */
  readonly wireMessage: string;

  /** Creates the error; `problem` is what follows the prefix, `wireProblem` what follows it in the reply. */
  constructor(problem: string, { hint = "", wireProblem = problem }: { hint?: string; wireProblem?: string } = {}) {
    super(`Invalid request: ${problem}`);
    this.hint = hint;
    this.wireMessage = `Invalid request: ${wireProblem}`;
  }
}

/** A request on which QCG-PilotJob stumbles, and what of Python it then tells. */
function stumble(problem: string, className: "TypeError" | "AttributeError"): RequestError {
  return new RequestError(problem, { wireProblem: `<class '${className}'>` });
}

/** A request whose form is right; what it names may still be unknown, and its jobs may still be wrong. */
export type Request =
  /** Jobs in the standard form, as they came. */
  | { readonly request: "submit"; readonly jobs: readonly object[] }
  | { readonly request: "listJobs" }
  | { readonly request: "jobStatus"; readonly jobNames: readonly unknown[] }
  | {
    readonly request: "jobInfo";
    readonly jobNames: readonly unknown[];
    readonly params: { readonly withChilds: boolean };
  }
  | { readonly request: "cancelJob"; readonly jobNames: readonly unknown[] }
  | { readonly request: "removeJob"; readonly jobNames: readonly unknown[] }
  /** Ours: `priority` is a whole number. */
  | { readonly request: "setPriority"; readonly jobNames: readonly unknown[]; readonly priority: number }
  | { readonly request: "resourcesInfo" }
  | { readonly request: "control"; readonly command: ControlCommand }
  | { readonly request: "status"; readonly options: { readonly allJobsFinished: boolean } }
  /** `now` is ours: it cancels what is queued and running, instead of waiting for it. */
  | { readonly request: "finish"; readonly params: { readonly now: boolean } }
  /** Those of ours, which QCG-PilotJob does not have: see `own_requests.ts`. */
  | { readonly request: "pause" }
  | { readonly request: "continue" }
  | { readonly request: "progress" }
  | { readonly request: "explain"; readonly jobNames: readonly unknown[] }
  | { readonly request: "notify" }
  | { readonly request: "register" };

/** The only command of `control`. */
export type ControlCommand = "finishAfterAllTasksDone";

/** The names of all requests. */
export type RequestName = Request["request"];

const parsers: { readonly [N in RequestName]: (value: object) => Request & { readonly request: N } } = {
  submit: (value) => ({ request: "submit", jobs: parseJobs(value) }),
  listJobs: () => ({ request: "listJobs" }),
  jobStatus: (value) => ({ request: "jobStatus", jobNames: parseNames(value, "job status") }),
  jobInfo: (value) => ({
    request: "jobInfo",
    jobNames: parseNames(value, "job info"),
    params: { withChilds: isTruthy(optionOf(value, "params", "withChilds")) },
  }),
  cancelJob: (value) => ({ request: "cancelJob", jobNames: parseNames(value, "cancel job") }),
  removeJob: (value) => ({ request: "removeJob", jobNames: parseNames(value, "remove job") }),
  setPriority: (value) => ({
    request: "setPriority",
    jobNames: parseNames(value, "set priority"),
    priority: parsePriority(property(value, "priority")),
  }),
  resourcesInfo: () => ({ request: "resourcesInfo" }),
  pause: () => ({ request: "pause" }),
  continue: () => ({ request: "continue" }),
  progress: () => ({ request: "progress" }),
  explain: (value) => ({ request: "explain", jobNames: parseNames(value, "explain") }),
  control: (value) => ({ request: "control", command: parseCommand(value) }),
  status: (value) => ({
    request: "status",
    options: { allJobsFinished: isTruthy(optionOf(value, "options", "allJobsFinished")) },
  }),
  finish: (value) => ({ request: "finish", params: { now: parseNow(property(value, "params")) } }),
  notify: (value) => {
    requireParams(value, "notify", "job", ["name", "state", "attributes"]);
    return { request: "notify" };
  },
  register: (value) => {
    requireParams(value, "register", "manager", ["id", "address", "resources"]);
    return { request: "register" };
  },
};

/**
 * Reads one request.
 *
 * @param value What came, as a JSON value.
 * @throws {RequestError} If it is no request, or its form is wrong.
 */
export function parseRequest(value: unknown): Request {
  const name = property(value, "request");
  if (!isTruthy(name)) throw new RequestError("Invalid request");
  if (["list", "dict"].includes(typeName(name))) {
    throw stumble(`The name of a request is a text, not ${nameValue(name)}`, "TypeError");
  }
  if (typeof name !== "string" || !Object.hasOwn(parsers, name)) {
    const hint = typeof name === "string" ? didYouMean(name, Object.keys(parsers)) : "";
    throw new RequestError(`Unknown request name: ${shown(name)}`, { hint });
  }
  return parsers[name as RequestName](value as object);
}

/** Says whether a value counts as a submit request: it asks for one and has a list of jobs, right or wrong. */
export function asksToSubmit(value: unknown): boolean {
  return property(value, "request") === "submit" && Array.isArray(property(value, "jobs"));
}

function parseJobs(value: object): readonly object[] {
  const jobs = property(value, "jobs");
  if (!Array.isArray(jobs) || jobs.length === 0) throw new RequestError("Wrong submit request - missing jobs data");
  for (const job of jobs as readonly unknown[]) checkJob(job);
  return jobs;
}

/** What QCG-PilotJob checks before it looks into a job; the rest is found when the job is parsed. */
function checkJob(job: unknown): void {
  if (!isDict(job)) throw new RequestError("Wrong submit request - wrong job data");
  if (!Object.hasOwn(job, "name")) throw new RequestError("Missing name in job description");
  if (!Object.hasOwn(job, "execution")) throw new RequestError("Missing execution element in job description");
  const iteration = property(job, "iteration");
  if (iteration !== undefined) checkIteration(iteration);
}

function checkIteration(iteration: unknown): void {
  if (!isDict(iteration) || !["stop", "values"].some((key) => Object.hasOwn(iteration, key))) {
    throw new RequestError("Wrong format of iteration directive: not a dictionary");
  }
  const stop = keyValue(iteration, "stop");
  if (stop === undefined && !Object.hasOwn(iteration, "stop")) return;
  const order = compare(keyValue(iteration, "start") ?? 0, ">", stop);
  if (stop === undefined && keyValue(iteration, "values") !== undefined) return; // Absent and `null` are the same here.
  if ("refusal" in order) throw stumble(`The indexes of an iteration are numbers: ${order.refusal}`, "TypeError");
  if (order.holds) throw new RequestError("Wrong format of iteration directive: start index larger then stop one");
}

function parseNames(value: object, what: string): readonly unknown[] {
  const names = property(value, "jobNames");
  if (Array.isArray(names) && names.length > 0) return names;
  throw new RequestError(`Wrong ${what} request - missing job names`);
}

function parsePriority(value: unknown): number {
  if (isPriority(value)) return value;
  throw new RequestError(`Wrong set priority request - priority must be ${priorityForm}, not ${shown(value)}`);
}

/** QCG-PilotJob passes over the parameters of `finish`, as it knows none; a misspelt one would wait for all tasks here. */
function parseNow(params: unknown): boolean {
  if (!isDict(params)) return false;
  const strange = Object.keys(params).find((key) => key !== "now");
  if (strange !== undefined) {
    const hint = didYouMean(strange, ["now"]);
    throw new RequestError(`Wrong finish request - unknown parameter "${shown(strange)}"`, { hint });
  }
  const now = property(params, "now") ?? false;
  if (typeof now === "boolean") return now;
  throw new RequestError(`Wrong finish request - now must be true or false, not ${shown(now)}`);
}

function parseCommand(value: object): ControlCommand {
  const command = property(value, "command");
  if (typeof command !== "string") throw new RequestError("Wrong control request - missing command");
  if (command === "finishAfterAllTasksDone") return command;
  throw new RequestError(`Wrong control request - unknown command "${shown(command)}"`);
}

function requireParams(value: object, request: "notify" | "register", entity: string, keys: readonly string[]): void {
  if (property(value, "entity") !== entity) {
    throw new RequestError(`Wrong ${request} request - missing/unknown entity`);
  }
  if (!Object.hasOwn(value, "params")) throw new RequestError(`Wrong ${request} request - missing register parameters`);
  const { params } = value as { readonly params: unknown };
  if (typeof params !== "object" && typeof params !== "string" || params === null) {
    throw stumble(`"params" of ${request} must be an object, not ${nameValue(params)}`, "TypeError");
  }
  if (keys.some((key) => !isDict(params) || !Object.hasOwn(params, key) || params[key] === undefined)) {
    throw new RequestError(`Wrong ${request} request - missing key ${request} parameters`);
  }
}

/** The value of an own key of an object; `undefined` if the value is no object, or the key is absent or `null`. */
function property(value: unknown, key: string): unknown {
  return isDict(value) && Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] ?? undefined : undefined;
}

/** The value of an option in an object of options, which may be left out. */
function optionOf(value: object, key: string, option: string): unknown {
  const options = property(value, key);
  if (options === undefined || isDict(options)) return property(options, option);
  throw stumble(`"${key}" must be an object, not ${nameValue(options)}`, "AttributeError");
}

/** Shows what was given instead of a name. */
function shown(value: unknown): string {
  const text = typeof value === "string" ? value : pythonText(value);
  return text.length <= 200 ? text : `${text.slice(0, 197)}...`;
}
