/**
 * What a job says about its place among the others: `priority`, `maxRunning`, `group`, and what goes on
 * after failures: `onFailure` and `finally`. QCG-PilotJob has none of these keys.
 *
 * @module
 */

import { didYouMean } from "../base/near_miss.ts";
import { countedNameForm, isCountedName } from "../resources/request.ts";
import type { JobDescription } from "./description.ts";
import { countMax, type Field } from "./shape.ts";

/** The keys of a job that this file reads. */
export const orderKeys = {
  priority: true,
  maxRunning: true,
  group: true,
  onFailure: true,
  finally: true,
} as const;

/** The greatest priority; the least one is its negative. */
export const priorityMax = 1_000_000;

/** What a priority is, in words. */
export const priorityForm: string = `a whole number from -${priorityMax} to ${priorityMax}`;

/** Says whether a value can be a priority. */
export function isPriority(value: unknown): value is number {
  return Number.isInteger(value) && Math.abs(value as number) <= priorityMax;
}

type Order = { -readonly [K in keyof typeof orderKeys]?: JobDescription[K] };

/**
 * Reads the place of a job among the others.
 *
 * @param job The job as a whole.
 * @returns What is given; a priority of 0 is what every job has.
 * @throws {JobDescriptionError} If something of it is wrong.
 */
export function parseOrder(job: Field): Order {
  const order: Order = {};
  const [priority, maxRunning, group] = [job.get("priority"), job.get("maxRunning"), job.get("group")];
  if (!priority.absent) {
    const value = priority.integer(-priorityMax, priorityMax);
    if (value !== 0) order.priority = value;
  }
  if (!maxRunning.absent) order.maxRunning = maxRunning.integer(1, countMax);
  if (!group.absent) {
    const name = group.string("the name of a group");
    if (!isCountedName(name)) group.refuse(`must be ${countedNameForm}, not ${JSON.stringify(name)}`);
    order.group = name;
  }
  const [onFailure, last] = [job.get("onFailure"), job.get("finally")];
  if (!onFailure.absent) {
    const word = onFailure.string('"omit" or "continue"');
    if (word !== "omit" && word !== "continue") {
      const near = didYouMean(word, ["omit", "continue"]);
      onFailure.refuse(`must be "omit" or "continue", not ${JSON.stringify(word)}${near}`);
    }
    if (word === "continue") order.onFailure = word;
  }
  if (!last.absent) {
    if (typeof last.value !== "boolean") last.refuseType("true or false");
    if (last.value) order.finally = true;
  }
  return order;
}

/** Writes the place of a job among the others. */
export function serializeOrder(job: JobDescription): Record<string, unknown> {
  const { priority, maxRunning, group, onFailure } = job;
  return {
    ...(priority !== undefined && { priority }),
    ...(maxRunning !== undefined && { maxRunning }),
    ...(group !== undefined && { group }),
    ...(onFailure !== undefined && { onFailure }),
    ...(job.finally && { finally: true }),
  };
}
