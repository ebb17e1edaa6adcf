/**
 * The `resources` element of a job: what each task asks of the pool, and its time limit.
 *
 * @module
 */

import { memoryForm, parseMemoryMiB } from "../base/byte_size.ts";
import { parseWallTime, wallTimeForm } from "../base/duration.ts";
import { didYouMean } from "../base/near_miss.ts";
import {
  countedNameForm,
  type Counts,
  gpuCountForm,
  isCountedName,
  isGpuCount,
  type Size,
} from "../resources/request.ts";
import type { JobResources, SizeRequest, SizeScheduler } from "./description.ts";
import type { JsonObject } from "./json.ts";
import type { ResourcesInput, SchedulerInput, SchedulerParameters, SizeInput } from "./resources_input.ts";
import { countMax, Field, keysOf } from "./shape.ts";

const sizeForm = 'a number or an object such as { "exact": 4 } or { "min": 1, "max": 4 }';

/** The keys of `resources`. */
export const resourceKeys: readonly string[] = keysOf<ResourcesInput>({
  numCores: true,
  numNodes: true,
  nodeCrs: true,
  memory: true,
  counted: true,
  wt: true,
});
const sizeKeys = keysOf<SizeInput>({ exact: true, min: true, max: true, scheduler: true });
const schedulerKeys = keysOf<SchedulerInput>({ name: true, params: true });
const parameterKeys = keysOf<SchedulerParameters>({ parts: true });

/** What `resources` holds. */
export interface ParsedResources {
  /** What each task asks for; one core when the element is absent. */
  readonly wanted: JobResources;
  /** `wt` in milliseconds. */
  readonly timeLimitMs?: number;
}

/**
 * Reads `resources`.
 *
 * Unlike QCG-PilotJob it refuses at submit what fails there later: `min` without `max`, generic resources without
 * `numNodes`, zero sizes, a scheduler on a job without iterations.
 *
 * @param field The element.
 * @param iterative Whether the job has iterations, so that a size may have a scheduler.
 * @returns What is asked for, frozen, and the time limit.
 * @throws {JobDescriptionError} If something is wrong in it.
 */
export function parseResources(field: Field, iterative: boolean): ParsedResources {
  if (field.absent) {
    return { wanted: freezeResources({ cores: exactly(1), hasDefaultCores: true, gpus: 0, memoryMiB: 0 }) };
  }
  field.shaped('an object such as { "numCores": 1 }', resourceKeys);
  const cores = parseSize(field.get("numCores"), "core", iterative);
  const memory = field.get("memory");
  // Memory is on one node, so a task that states it and no nodes stays on one.
  const nodes = parseSize(field.get("numNodes"), "node", iterative) ?? (memory.absent ? undefined : exactly(1));
  const counted = parseCounted(field.get("counted"));
  if (memory.absent && counted === undefined && cores === undefined && nodes === undefined) {
    field.refuseMissing('defines no resources; it needs "numCores" or "numNodes", for example { "numCores": 1 }');
  }
  const generic = parseGenericResources(field.get("nodeCrs"));
  const { gpus } = generic;
  const memoryMiB = memory.absent ? generic.memoryMiB : parseMemory(memory, generic.memoryMiB);
  if ((gpus > 0 || memoryMiB > 0) && nodes === undefined) {
    field.get("nodeCrs").refuse(
      'counts on each node, so "numNodes" must be given too (Number of nodes is required when CR are used)',
    );
  }
  const isDefault = cores === undefined && field.get("numNodes").absent;
  const some = isDefault ? { cores: exactly(1), hasDefaultCores: true as const } : { ...(cores && { cores }) };
  const amounts = { gpus, memoryMiB, ...(counted && { counted }) };
  const wanted = freezeResources({ ...some, ...(nodes && { nodes }), ...amounts });
  const timeLimitMs = parseTimeLimit(field.get("wt"));
  return timeLimitMs === undefined ? { wanted } : { wanted, timeLimitMs };
}

function parseMemory(field: Field, generic: number): number {
  if (generic > 0) field.refuse('and "nodeCrs.mem" both state the memory; leave out one of them');
  const text = field.string(memoryForm);
  return parseMemoryMiB(text) ?? field.refuse(`must be ${memoryForm}, not ${JSON.stringify(text)}`);
}

function freezeResources(wanted: JobResources): JobResources {
  for (const size of [wanted.cores, wanted.nodes]) if (size !== undefined) Object.freeze(size);
  return Object.freeze(wanted);
}

function parseSize(field: Field, unit: "core" | "node", iterative: boolean): SizeRequest | undefined {
  if (field.absent) return undefined;
  if (typeof field.value === "number" || typeof field.value === "string") return exactly(field.integer(1, countMax));
  field.shaped(sizeForm, sizeKeys);
  const [exact, scheduler] = [field.get("exact"), field.get("scheduler")];
  const [min, max] = [field.get("min"), field.get("max")];
  if (!exact.absent) {
    for (const [key, other] of Object.entries({ min, max, scheduler })) {
      if (!other.absent) other.refuse(`cannot be given together with "exact"; leave out "exact" or "${key}"`);
    }
    return exactly(exact.integer(1, countMax));
  }
  if (!scheduler.absent) return { scheduler: parseScheduler(scheduler, min, max, iterative) };
  return parseRange(field, min, max, unit);
}

function exactly(count: number): Size {
  return { min: count, max: count };
}

function parseRange(field: Field, min: Field, max: Field, unit: string): Size {
  if (min.absent && max.absent) field.refuse(`is empty, so it defines no resources; it must be ${sizeForm}`);
  if (min.absent || max.absent) {
    const [given, missing] = min.absent ? ["max", "min"] : ["min", "max"];
    field.refuse(
      `has "${given}" but not "${missing}": Both ${unit}'s range boundaries (min, max) must be defined ` +
        '(or use "exact")',
    );
  }
  const size = { min: min.integer(1, countMax), max: max.integer(1, countMax) };
  if (size.min > size.max) field.refuse(`has a "min" (${size.min}) that is greater than its "max" (${size.max})`);
  return size;
}

/** The names of the iteration schedulers. */
const schedulerNames = ["maximum-iters", "split-into"] as const;

function parseScheduler(field: Field, min: Field, max: Field, iterative: boolean): SizeScheduler {
  if (!iterative) {
    field.refuse(
      'divides resources among iterations, but the job has no "iteration"; give "exact", or "min" and "max"',
    );
  }
  if (!max.absent) max.refuse('cannot be given together with "scheduler", which decides how much each iteration gets');
  const atLeast = min.absent ? 1 : min.integer(1, countMax);
  const isName = typeof field.value === "string";
  if (!isName) {
    field.shaped('a name such as "split-into", or an object { "name": …, "params": {…} }', schedulerKeys);
  }
  const name = parseSchedulerName(isName ? field : field.get("name"));
  const parts = isName ? undefined : parseParts(field.get("params"), name);
  return Object.freeze(parts === undefined ? { name, min: atLeast } : { name, min: atLeast, parts });
}

/** Reads a scheduler's name, case ignored. QCG-PilotJob takes an unknown one for `maximum-iters`. */
function parseSchedulerName(field: Field): SizeScheduler["name"] {
  const text = field.string("the name of a scheduler: maximum-iters or split-into").toLowerCase();
  const near = didYouMean(text, schedulerNames);
  return schedulerNames.find((name) => name === text) ??
    field.refuse(`must be ${schedulerNames.join(" or ")}, not ${JSON.stringify(text)}${near}`);
}

function parseParts(params: Field, name: SizeScheduler["name"]): number | undefined {
  if (params.absent) return undefined;
  params.shaped('an object such as { "parts": 4 }', parameterKeys);
  const parts = params.get("parts");
  if (parts.absent) return undefined;
  if (name !== "split-into") parts.refuse(`belongs to the scheduler split-into, not to ${name}`);
  // QCG-PilotJob takes numeric text too.
  const isDigits = typeof parts.value === "string" && /^ *[0-9]+ *$/.test(parts.value);
  return (isDigits ? new Field(Number(parts.value), parts) : parts).integer(1, countMax);
}

function parseGenericResources(field: Field): { readonly gpus: number; readonly memoryMiB: number } {
  const counts = new Map<string, number>([["gpu", 0], ["mem", 0]]);
  if (field.absent) return { gpus: 0, memoryMiB: 0 };
  for (const [key, count] of field.entries('an object such as { "gpu": 1, "mem": 1024 }')) {
    const name = key.toLowerCase();
    const before = counts.get(name);
    if (before === undefined) {
      return count.refuse(`is not a generic resource${didYouMean(key, counts.keys())}; there are gpu and mem (in MiB)`);
    }
    if (before > 0) count.refuse(`is given twice: ${keysLike(field.object("an object"), name).join(" and ")}`);
    counts.set(name, name === "gpu" ? parseGpuCount(count) : count.integer(1, countMax));
  }
  return { gpus: counts.get("gpu")!, memoryMiB: counts.get("mem")! };
}

/** Reads whole GPUs or a share of one. One and a half would be one alone and half of another: refused. */
function parseGpuCount(field: Field): number {
  const { value } = field;
  if (typeof value !== "number" || Number.isInteger(value)) return field.integer(1, countMax);
  return isGpuCount(value) ? value : field.refuse(`must be ${gpuCountForm}, not ${value}`);
}

function parseCounted(field: Field): Counts | undefined {
  if (field.absent) return undefined;
  const counts = field.entries('an object such as { "licences": 1 }').map(([name, count]) => {
    if (!isCountedName(name)) count.refuse(`cannot be the name of a counted resource: it must be ${countedNameForm}`);
    return [name, count.integer(1, countMax)] as const;
  });
  return counts.length === 0 ? undefined : Object.freeze(Object.fromEntries(counts));
}

function keysLike(object: JsonObject, name: string): readonly string[] {
  return Object.keys(object).filter((key) => key.toLowerCase() === name);
}

function parseTimeLimit(field: Field): number | undefined {
  if (field.absent) return undefined;
  const text = field.string(`a text: ${wallTimeForm}`);
  return parseWallTime(text) ??
    field.refuse(`must be greater than 0 and written as ${wallTimeForm}, not ${JSON.stringify(text)}`);
}
