/**
 * The checker: what must hold between two looks at a run, and at its end, whatever was done to it. It knows nothing of
 * the program but its records, and of the tasks what they wrote themselves.
 *
 * @module
 */

import type { Expected } from "./workload.ts";

/** What was seen of a run at one moment in which nobody writes its records. */
export interface Observation {
  /** Jobs that are on record as submitted. */
  readonly submitted: ReadonlySet<string>;
  /** Tasks and jobs that are on record as ended. */
  readonly ended: ReadonlySet<string>;
  /** The states of the records of the job report that are not about an attempt that another followed, by name. */
  readonly reported: readonly { readonly name: string; readonly state: string }[];
  /** Jobs that a reply or the log has said to be accepted. */
  readonly told: ReadonlySet<string>;
  /** How often each task has begun. */
  readonly begun: ReadonlyMap<string, number>;
  /** How often each task has come to its end by itself. */
  readonly finished: ReadonlyMap<string, number>;
  /** Tasks that found themselves running already. */
  readonly twice: readonly string[];
}

/** What a disturbance excuses. */
export interface Excuses {
  /** The records were damaged, so that what ended last may not be on record. */
  readonly areRecordsDamaged: boolean;
  /** The user was told that something is lost. */
  readonly isLossTold: boolean;
}

/** Finds what is wrong at one moment. */
export function checkMoment(now: Observation, { areRecordsDamaged }: Excuses): string[] {
  const wrong = now.twice.map((name) => `${name} ran twice at once`);
  if (areRecordsDamaged) return wrong;
  for (const name of now.told) if (!now.submitted.has(name)) wrong.push(`${name} was accepted, and is not on record`);
  for (const { name } of now.reported) {
    if (!now.ended.has(name)) wrong.push(`${name} was reported, and its end is not on record`);
  }
  return wrong;
}

/** Finds what went wrong between two moments. */
export function checkStep(before: Observation, now: Observation, excuses: Excuses): string[] {
  const wrong = checkMoment(now, excuses);
  if (excuses.isLossTold) return wrong;
  for (const name of before.submitted) if (!now.submitted.has(name)) wrong.push(`the job ${name} was lost`);
  if (excuses.areRecordsDamaged) return wrong;
  for (const name of before.ended) {
    if (!now.ended.has(name)) wrong.push(`the end of ${name} was lost`);
    const again = (now.begun.get(name) ?? 0) - (before.begun.get(name) ?? 0);
    if (again > 0) wrong.push(`${name} ran again although its end was on record`);
  }
  return wrong;
}

/**
 * Finds what is wrong at the end.
 *
 * @param now What was seen last.
 * @param expected How tasks and jobs end that nobody disturbs; `undefined` when tasks were disturbed.
 * @param isLossTold Whether the user was told that something is lost. Then a job with iterations may have ended twice:
 * it is open again where its end is on record, and cannot tell how tasks ended whose ends are lost.
 */
export function checkEnd(now: Observation, expected: Expected | undefined, isLossTold = false): string[] {
  const wrong: string[] = [];
  const states = new Map<string, string>();
  const isIterative = (name: string) => now.reported.some((other) => other.name.startsWith(`${name}:`));
  for (const { name, state } of now.reported) {
    if (states.has(name) && !(isLossTold && isIterative(name))) wrong.push(`${name} was reported twice`);
    states.set(name, state);
  }
  for (const name of now.ended) if (!states.has(name)) wrong.push(`${name} has ended, and was not reported`);
  for (const name of now.submitted) if (!now.ended.has(name)) wrong.push(`${name} was submitted, and has not ended`);
  for (const [name, state] of states) {
    if (state === "SUCCEED" && !isIterative(name) && !now.finished.has(name)) {
      wrong.push(`${name} succeeded without coming to its end`);
    }
    const right = expected?.get(name);
    if (right !== undefined && state !== right) wrong.push(`${name} is ${state}, and not ${right}`);
  }
  return wrong;
}
