/**
 * Everything that is wrong with one job. The parser stops at the first problem; here the job is mended at that place and
 * parsed again, until it is right or cannot be mended.
 *
 * @module
 */

import { isWrittenNumber } from "../base/written_number.ts";
import { JobDescriptionError } from "../errors.ts";
import type { JobDescription } from "./description.ts";
import { problemAt } from "./json.ts";
import { type ParseContext, parseJob } from "./parse.ts";

/** What was found. */
export interface JobProblems {
  /** What is wrong, in the order in which it was found. */
  readonly problems: readonly JobDescriptionError[];
  /** The job, or what is left of it once it was mended; absent when nothing could be made of it. */
  readonly description?: JobDescription;
}

/** More problems than these are not looked for in one job. */
const problemsMax = 50;

type Key = string | number;

/**
 * Finds everything that is wrong with a job.
 *
 * @param value The job as it came.
 * @param context As for {@linkcode parseJob}.
 */
export function findJobProblems(value: unknown, context: ParseContext): JobProblems {
  const problems: JobDescriptionError[] = [];
  const mender = new Mender(value);
  while (problems.length < problemsMax) {
    try {
      return { problems, description: parseJob(mender.value, context) };
    } catch (error) {
      if (!(error instanceof JobDescriptionError)) throw error;
      const keys = readPath(error.path);
      // What is missing only because it was mended away is no problem of the user's.
      if (!mender.madeUp(keys, error.isMissing)) problems.push(mender.asWritten(error, keys));
      if (!mender.mend(keys)) break;
    }
  }
  return { problems };
}

/** Mends a copy of a job, and remembers what it took away. */
class Mender {
  value: unknown;
  readonly #removed: (readonly Key[])[] = [];
  /** The job's name as it was written, once another had to stand for it. */
  #name: { readonly written: unknown } | undefined;

  constructor(value: unknown) {
    this.value = copy(value);
  }

  /** The error of the job as it came: its own name, and the path before anything was taken away. */
  asWritten(error: JobDescriptionError, keys: readonly Key[]): JobDescriptionError {
    const path = formatPath(this.#original(keys));
    const { jobName: given, problem, isMissing } = error;
    const written = this.#name?.written;
    const jobName = this.#name === undefined ? given : typeof written === "string" ? written : undefined;
    return path === error.path && jobName === given ? error : problemAt({ jobName, path }, problem, isMissing);
  }

  /** Whether a problem follows from what was taken away: then something is said to lack there. */
  madeUp(keys: readonly Key[], isMissing: boolean): boolean {
    const isPoorer = this.#removed.some((one) => one.length > keys.length && keys.every((key, i) => one[i] === key));
    return isPoorer && (isMissing || isEmpty(this.#at(keys)));
  }

  /** The path in the job as it came: elements of arrays may have been taken away before it. */
  #original(keys: readonly Key[]): readonly Key[] {
    const result = [...keys];
    for (const removed of this.#removed.toReversed()) {
      const last = removed.length - 1;
      const [index, own] = [removed[last], result[last]];
      if (typeof index !== "number" || typeof own !== "number" || own < index) continue;
      if (removed.slice(0, last).every((key, i) => result[i] === key)) result[last] = own + 1;
    }
    return result;
  }

  /** Makes the place right, or takes it away. Says whether something was changed. */
  mend(keys: readonly Key[]): boolean {
    const first = keys[0];
    if (!isContainer(this.value) || Array.isArray(this.value) || first === undefined) return false;
    const job = this.value as Record<string, unknown>;
    if (first === "name" || (first === "execution" && keys.length === 1)) {
      const good = first === "name" ? "unnamed" : mendExecution(job["execution"]);
      if (JSON.stringify(job[first]) === JSON.stringify(good)) return false;
      if (first === "name") this.#name = { written: job["name"] };
      job[first] = good;
      this.#removed.push([first, ""]);
      return true;
    }
    const place = this.#at(keys.slice(0, -1));
    const last = keys.at(-1)!;
    if (!isContainer(place) || !Object.hasOwn(place, last)) return false;
    if (Array.isArray(place)) place.splice(last as number, 1);
    else delete (place as Record<Key, unknown>)[last];
    this.#removed.push(keys);
    return true;
  }

  #at(keys: readonly Key[]): unknown {
    let place: unknown = this.value;
    for (const key of keys) {
      if (!isContainer(place) || !Object.hasOwn(place, key)) return undefined;
      place = (place as Record<Key, unknown>)[key];
    }
    return place;
  }
}

function isEmpty(value: unknown): boolean {
  return isContainer(value) && Object.keys(value).length === 0;
}

/** Keeps of an execution what there is, so that the rest of it can be looked at. */
function mendExecution(execution: unknown): unknown {
  if (!isContainer(execution) || Array.isArray(execution)) return { exec: "true" };
  const { script: _, ...rest } = execution as Record<string, unknown>;
  return { ...rest, exec: "true" };
}

function isContainer(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** Copies plain objects and arrays; everything else is shared. */
function copy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copy);
  if (!isContainer(value) || isWrittenNumber(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, copy(entry)]));
}

/** Reads a path such as `execution.env["my var"]` or `dependencies.after[2]`. */
function readPath(path: string): Key[] {
  const tokens = path.matchAll(/\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|([^.[]+)/g);
  return [...tokens].map(([, index, quoted, key]) =>
    index !== undefined ? Number(index) : quoted !== undefined ? JSON.parse(quoted) as string : key!
  );
}

function formatPath(keys: readonly Key[]): string {
  return keys.reduce<string>(
    (text, key) =>
      typeof key === "number"
        ? `${text}[${key}]`
        : !/^[A-Za-z_$][\w$]*$/.test(key)
        ? `${text}[${JSON.stringify(key)}]`
        : text === ""
        ? key
        : `${text}.${key}`,
    "",
  );
}
