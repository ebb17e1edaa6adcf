/**
 * What QCG-PilotJob answers to a submit that it refuses, so that programs that look for its texts find them.
 *
 * It looks at one job after the other, each by all its checks, and then once more at how each is to be scheduled. This
 * is asked only of submits that we have refused; what we refuse and QCG-PilotJob would take has no such text.
 *
 * @module
 */

import type { JobDescription } from "../../job/description.ts";
import { fillRequestText } from "../../job/request_variables.ts";
import type { Variables } from "../../job/variables.ts";
import { findJobRefusal } from "./job_refusal.ts";
import { isDict, keyValue, notInt, notText, numberValue, typeName } from "./python_values.ts";
import { compareWithNodes, type NodeCores } from "./resources_refusal.ts";

/** What a submit is held against. */
export interface SubmitSurroundings {
  /** What the variables stand for in this submit. */
  readonly variables: Variables;
  /** Looks up a job that was taken before. */
  readonly find: (name: string) => JobDescription | undefined;
  /** What there is. */
  readonly nodeCores: NodeCores;
}

/** The indexes of a job's iterations: from `start` to before `stop`; `undefined` for a plain job. */
type Indexes = { readonly start: number; readonly stop: number } | undefined;

/**
 * Says why QCG-PilotJob would refuse a submit.
 *
 * @param jobs The jobs as they came; each is an object with a name and an execution.
 * @param surroundings What they are held against.
 * @returns Its message, or `undefined` if it would take them.
 */
export function findSubmitRefusal(jobs: readonly object[], surroundings: SubmitSurroundings): string | undefined {
  const batch = new Map<string, object>();
  for (const job of jobs) {
    const name = Object.hasOwn(job, "name") ? (job as { readonly name: unknown }).name : undefined;
    if (typeof name !== "string") return notText(name);
    const filled = fillRequestText(name, surroundings.variables);
    const refusal = firstRefusal(filled, job, batch, surroundings);
    if (refusal !== undefined) return refusal;
    batch.set(filled, job);
  }
  for (const job of batch.values()) {
    const refusal = dependencyRefusal(job, batch, surroundings) ?? schedulerRefusal(job, surroundings.nodeCores);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/** The checks of one job, before any is registered. */
function firstRefusal(
  name: string,
  job: object,
  batch: ReadonlyMap<string, object>,
  { find, nodeCores }: SubmitSurroundings,
): string | undefined {
  if (/[${}()'" \t\n]/.test(name)) return `Job identifier '(${name})' contains invalid characters or unknown variables`;
  if (batch.has(name) || find(name) !== undefined) return `Job ${name} already exist`;
  const refusal = findJobRefusal(name, job);
  if (refusal !== undefined) return `Wrong submit request: ${refusal}`;
  const resources = keyValue(job, "resources");
  if (!isDict(resources)) return undefined;
  const compared = compareWithNodes(resources, nodeCores);
  if ("refusal" in compared) return `Wrong submit request: ${compared.refusal}`;
  return compared.fits ? undefined : `Not enough resources for job ${name}`;
}

/** Looks up what a job waits for, as far as the first that is unknown. */
function dependencyRefusal(
  job: object,
  batch: ReadonlyMap<string, object>,
  { find }: SubmitSurroundings,
): string | undefined {
  const dependencies = keyValue(job, "dependencies");
  const after = isDict(dependencies) ? keyValue(dependencies, "after") : undefined;
  const isIterated = keyValue(job, "iteration") !== undefined;
  for (const written of new Set((after ?? []) as readonly string[])) {
    if (isIterated && written.includes("${it}")) continue;
    const [name, index] = splitOnce(written, ":");
    const wrong = index === undefined ? undefined : notInt(index);
    if (wrong !== undefined) return wrong;
    const [inBatch, known] = [batch.get(name), find(name)];
    if (inBatch === undefined && known === undefined) return undefined;
    if (index === undefined) continue;
    const indexes = inBatch === undefined ? known!.iteration : indexesOf(inBatch);
    if (indexes === undefined) return "'Job' object has no attribute '_subjobs'";
    const [place, length] = [Number(index) - indexes.start, indexes.stop - indexes.start];
    if (place >= length || place < -length) return "list index out of range";
  }
  return undefined;
}

function indexesOf(job: object): Indexes {
  const iteration = keyValue(job, "iteration");
  if (!isDict(iteration)) return undefined;
  const values = keyValue(iteration, "values");
  if (values !== undefined) return { start: 0, stop: Object.keys(values as object).length };
  const at = (key: string) => numberValue(keyValue(iteration, key) ?? 0);
  return { start: at("start"), stop: at("stop") };
}

/** How the iterations share the resources: both schedulers refuse a `max`. */
function schedulerRefusal(job: object, nodeCores: NodeCores): string | undefined {
  const [indexes, resources] = [indexesOf(job), keyValue(job, "resources")];
  if (indexes === undefined || !isDict(resources)) return undefined;
  const totals = { numCores: nodeCores.reduce((sum, count) => sum + count, 0), numNodes: nodeCores.length };
  const shared = (["numCores", "numNodes"] as const).flatMap((key) => {
    const size = keyValue(resources, key);
    const scheduler = isDict(size) ? keyValue(size, "scheduler") : undefined;
    return scheduler === undefined ? [] : [{ size: size as object, scheduler, total: totals[key] }];
  });
  for (const { scheduler } of shared) {
    const refusal = schedulerFormRefusal(scheduler);
    if (refusal !== undefined) return refusal;
  }
  for (const { size, scheduler, total } of shared) {
    if (keyValue(size, "max") !== undefined) {
      return "Wrong submit request - split-into directive mixed with max directive";
    }
    const { name } = scheduler as { readonly name: string };
    if (name.toLowerCase() !== "split-into") continue;
    const params = keyValue(scheduler as object, "params") ?? {};
    const parts = numberValue(keyValue(params, "parts") ?? indexes.stop - indexes.start);
    if (Math.floor(total / Math.trunc(parts)) <= 0) return "Wrong submit request - split-into resolved to zero";
  }
  return undefined;
}

function schedulerFormRefusal(scheduler: unknown): string | undefined {
  if (typeof scheduler === "string") return "string indices must be integers, not 'str'";
  if (Array.isArray(scheduler)) return "list indices must be integers or slices, not str";
  if (!isDict(scheduler)) return `'${typeName(scheduler)}' object is not subscriptable`;
  if (!Object.hasOwn(scheduler, "name")) return "'name'";
  const { name, params } = scheduler;
  if (typeof name !== "string") return `'${typeName(name)}' object has no attribute 'lower'`;
  if (params === undefined || isDict(params)) return undefined;
  const className = name.toLowerCase() === "split-into" ? "SplitInto" : "MaximumIters";
  return `qcg.pilotjob.iterscheduler.${className}() argument after ** must be a mapping, not ${typeName(params)}`;
}

function splitOnce(text: string, mark: string): readonly [string, string | undefined] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + mark.length)];
}
