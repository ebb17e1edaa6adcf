/**
 * What a job says about stopping and trying again: `timeoutMs`, `idleMs`, `graceMs`, `enforceMemory` and `retry`.
 * QCG-PilotJob has none of these keys.
 *
 * @module
 */

import { didYouMean } from "../base/near_miss.ts";
import type { JobDescription, RetryCause, RetryPolicy } from "./description.ts";
import type { RetryInput } from "./input.ts";
import { countMax, Field, keysOf } from "./shape.ts";

/** The keys of a job that this file reads. */
export const limitKeys = { timeoutMs: true, idleMs: true, graceMs: true, enforceMemory: true, retry: true } as const;

/** The causes that may be tried again. */
const retryCauses: readonly RetryCause[] = ["exit", "signal", "timeout", "idle", "oom", "node-lost", "start"];

type Limits = { -readonly [K in "timeLimitMs" | "idleMs" | "graceMs" | "enforceMemory" | "retry"]?: JobDescription[K] };

/**
 * Reads the limits of a job.
 *
 * @param job The job as a whole.
 * @param timeLimitMs What `resources.wt` says, if it says something.
 * @returns The limits that are given; frozen values.
 * @throws {JobDescriptionError} If one of them is wrong.
 */
export function parseLimits(job: Field, timeLimitMs: number | undefined): Limits {
  const limits: Limits = {};
  const [timeout, idle, grace] = [job.get("timeoutMs"), job.get("idleMs"), job.get("graceMs")];
  if (timeLimitMs !== undefined) limits.timeLimitMs = timeLimitMs;
  if (!timeout.absent) {
    if (timeLimitMs !== undefined) timeout.refuse('and "resources.wt" both limit the time; leave out one of them');
    limits.timeLimitMs = timeout.integer(1, Number.MAX_SAFE_INTEGER);
  }
  if (!idle.absent) limits.idleMs = idle.integer(1, Number.MAX_SAFE_INTEGER);
  if (!grace.absent) limits.graceMs = grace.integer(0, Number.MAX_SAFE_INTEGER);
  const enforce = job.get("enforceMemory");
  if (!enforce.absent) {
    limits.enforceMemory = enforce.boolean();
  }
  const retry = job.get("retry");
  if (!retry.absent) limits.retry = parseRetry(retry);
  return limits;
}

/**
 * Refuses limits that there is nothing to hold against.
 *
 * @throws {JobDescriptionError} If memory is enforced that was not stated, or output is awaited that goes nowhere.
 */
export function refuseBlindLimits(job: Field, description: JobDescription): void {
  const { enforceMemory, idleMs, resources, execution, capture } = description;
  if (enforceMemory && resources.memoryMiB === 0) {
    job.get("enforceMemory").refuseMissing('needs to know how much memory the job may use: add "resources.memory"');
  }
  const hasOutput = execution.stdout !== undefined || execution.stderr !== undefined || capture !== undefined;
  if (idleMs !== undefined && !hasOutput) {
    job.get("idleMs").refuseMissing('needs an output to watch: add "execution.stdout"');
  }
}

/** More attempts than a task may have by far; they are counted in 16 bits. */
const retriesMax = 10_000;

const retryForm = 'a number of further attempts, or an object such as { "max": 2, "on": ["exit", "timeout"] }';
const retryKeys = keysOf<RetryInput>({
  max: true,
  on: true,
  maxByCause: true,
  exitCodes: true,
  backoffMs: true,
  backoffMsMax: true,
  jitter: true,
  growMemory: true,
});

function parseRetry(field: Field): RetryPolicy {
  const isCount = typeof field.value === "number";
  const form = isCount ? undefined : field.shaped(retryForm, retryKeys);
  const get = (key: keyof RetryInput) => form?.get(key) ?? new Field(undefined, field);
  const max = isCount ? field.integer(1, retriesMax) : get("max").absent ? 1 : get("max").integer(1, retriesMax);
  const on = get("on");
  const exitCodes = get("exitCodes");
  const policy: { -readonly [K in keyof RetryPolicy]: RetryPolicy[K] } = {
    max,
    on: Object.freeze(on.absent ? retryCauses : on.elements("an array of causes").map(parseCause)),
    maxByCause: parseBudgets(get("maxByCause")),
    backoffMs: get("backoffMs").absent ? 0 : get("backoffMs").integer(0, countMax),
    backoffMsMax: get("backoffMsMax").absent ? countMax : get("backoffMsMax").integer(0, countMax),
    jitter: get("jitter").absent ? 0 : parseNumber(get("jitter"), 0, 1),
    growMemory: get("growMemory").absent ? 1 : parseNumber(get("growMemory"), 1, 1000),
  };
  if (!exitCodes.absent) {
    const codes = exitCodes.elements("an array of exit codes").map((code) => code.integer(1, 255));
    policy.exitCodes = Object.freeze(codes);
  }
  return Object.freeze(policy);
}

function parseCause(field: Field): RetryCause {
  const text = field.string("the name of a cause");
  const known = retryCauses.find((cause) => cause === text);
  if (known !== undefined) return known;
  field.refuse(`must be one of ${retryCauses.join(", ")}, not ${JSON.stringify(text)}${didYouMean(text, retryCauses)}`);
}

function parseBudgets(field: Field): RetryPolicy["maxByCause"] {
  if (field.absent) return Object.freeze({});
  field.shaped('an object such as { "oom": 1 }', retryCauses);
  return Object.freeze(
    Object.fromEntries(field.entries("an object").map(([cause, max]) => [cause, max.integer(0, countMax)])),
  );
}

function parseNumber(field: Field, min: number, max: number): number {
  const { value } = field;
  if (typeof value !== "number" || !(value >= min && value <= max)) {
    field.refuse(`must be a number from ${min} to ${max}, not ${JSON.stringify(value)}`);
  }
  return value;
}

/** Writes the limits back, as {@linkcode parseLimits} reads them; the time limit is in `resources.wt`. */
export function serializeLimits({ idleMs, graceMs, enforceMemory, retry }: JobDescription): Record<string, unknown> {
  return {
    ...(idleMs !== undefined && { idleMs }),
    ...(graceMs !== undefined && { graceMs }),
    ...(enforceMemory !== undefined && { enforceMemory }),
    ...(retry !== undefined && { retry: { ...retry } }),
  };
}
