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

/** A request that cannot be understood. The message begins with `Invalid request: `, as in QCG-PilotJob. */
export class RequestError extends PilotJobError {
  /** The name of the class. */
  override readonly name = "RequestError";
  /** Always `"INVALID_REQUEST"`. */
  override readonly code = "INVALID_REQUEST";

  /** What was probably meant, as the rest of a sentence; empty when nothing is near. Replies do not carry it. */
  readonly hint: string;

  /** Creates the error; `problem` is what follows the prefix. */
  constructor(problem: string, hint: string = "") {
    super(`Invalid request: ${problem}`);
    this.hint = hint;
  }
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
  | { readonly request: "resourcesInfo" }
  | { readonly request: "control"; readonly command: ControlCommand }
  | { readonly request: "status"; readonly options: { readonly allJobsFinished: boolean } }
  /** `now` is ours: it cancels what is queued and running, instead of waiting for it. */
  | { readonly request: "finish"; readonly params: { readonly now: boolean } }
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
    params: { withChilds: isTruthy(property(property(value, "params"), "withChilds")) },
  }),
  cancelJob: (value) => ({ request: "cancelJob", jobNames: parseNames(value, "cancel job") }),
  removeJob: (value) => ({ request: "removeJob", jobNames: parseNames(value, "remove job") }),
  resourcesInfo: () => ({ request: "resourcesInfo" }),
  control: (value) => ({ request: "control", command: parseCommand(value) }),
  status: (value) => ({
    request: "status",
    options: { allJobsFinished: isTruthy(property(property(value, "options"), "allJobsFinished")) },
  }),
  finish: (value) => ({
    request: "finish",
    params: { now: property(property(value, "params"), "now") === true },
  }),
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
  if (typeof name !== "string" || !Object.hasOwn(parsers, name)) {
    const hint = typeof name === "string" ? didYouMean(name, Object.keys(parsers)) : "";
    throw new RequestError(`Unknown request name: ${shown(name)}`, hint);
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
  if (!isObject(job)) throw new RequestError("Wrong submit request - wrong job data");
  if (property(job, "name") === undefined) throw new RequestError("Missing name in job description");
  if (property(job, "execution") === undefined) {
    throw new RequestError("Missing execution element in job description");
  }
  const iteration = property(job, "iteration");
  if (iteration === undefined) return;
  const stop = property(iteration, "stop");
  if (stop === undefined && property(iteration, "values") === undefined) {
    throw new RequestError("Wrong format of iteration directive: not a dictionary");
  }
  const start = property(iteration, "start") ?? 0;
  if (typeof start === "number" && typeof stop === "number" && start > stop) {
    throw new RequestError("Wrong format of iteration directive: start index larger then stop one");
  }
}

function parseNames(value: object, what: string): readonly unknown[] {
  const names = property(value, "jobNames");
  if (Array.isArray(names) && names.length > 0) return names;
  throw new RequestError(`Wrong ${what} request - missing job names`);
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
  const params = property(value, "params");
  if (!isTruthy(params)) throw new RequestError(`Wrong ${request} request - missing register parameters`);
  if (keys.some((key) => property(params, key) === undefined)) {
    throw new RequestError(`Wrong ${request} request - missing key ${request} parameters`);
  }
}

/** The value of an own key of an object; `undefined` if the value is no object, or the key is absent or `null`. */
function property(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key] ?? undefined
    : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Python's idea of true: empty texts, arrays and objects are not. */
function isTruthy(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return isObject(value) ? Object.keys(value).length > 0 : Boolean(value);
}

/** Shows what was given instead of a name. */
function shown(value: unknown): string {
  if (typeof value === "object") return Array.isArray(value) ? "an array" : "an object";
  const text = String(value);
  return text.length <= 200 ? text : `${text.slice(0, 197)}...`;
}
