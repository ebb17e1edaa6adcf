/**
 * Which task of a submit is meant.
 *
 * @module
 */

import type { AdmittedJob } from "../core/types.ts";
import { UnknownJobError } from "../errors.ts";
import { taskCount } from "../job/description.ts";
import { nameValue } from "../job/json.ts";
import { didYouMeanTask, parseTaskName } from "../job/name.ts";
import type { Pilot } from "../runtime/pilot.ts";
import { TaskRef } from "./output/task_ref.ts";

/**
 * Finds a task of a submit.
 *
 * @param pilot The pilot that runs it.
 * @param jobs The jobs of the submit.
 * @param which An index, a name, or nothing where there is one task only.
 * @param method Who asks, for errors.
 * @throws As `QCGPJFuture.task()`.
 */
export function findTask(
  pilot: Pilot,
  jobs: readonly AdmittedJob[],
  which: number | string | undefined,
  method: string = "task()",
): TaskRef {
  if (typeof which === "string") return findByName(pilot, jobs, which);
  if (which !== undefined && typeof which !== "number") {
    throw new TypeError(`${method} takes the index of an iteration or the name of a task, not ${nameValue(which)}`);
  }
  const [job] = jobs;
  const { iteration, name } = job?.description ?? {};
  if (jobs.length === 1 && which === undefined && iteration === undefined) return new TaskRef(pilot, job!, 0);
  if (jobs.length !== 1) {
    throw new TypeError(`${method} means one task, but the submit has ${jobs.length} jobs: ${byName(jobs)}`);
  }
  if (which === undefined) {
    const tasks = taskCount(job!.description);
    const many = tasks === 1 ? "an iteration" : `${tasks} iterations`;
    throw new TypeError(
      `${method} means one task, but job "${name}" has ${many}: take future.task(${iteration!.start}) or outputs()`,
    );
  }
  if (iteration === undefined) throw new RangeError(`Job "${name}" has no iteration ${which}: it has no iterations`);
  if (!Number.isInteger(which) || which < iteration.start || which >= iteration.stop) {
    throw new RangeError(`Job "${name}" has no iteration ${which}: it has ${iteration.start} to ${iteration.stop - 1}`);
  }
  return new TaskRef(pilot, job!, which - iteration.start);
}

function byName(jobs: readonly AdmittedJob[]): string {
  const name = jobs[0]?.description.name;
  return name === undefined ? "there is none" : `take one by its name, as by future.task(${JSON.stringify(name)})`;
}

function findByName(pilot: Pilot, jobs: readonly AdmittedJob[], text: string): TaskRef {
  const parts = parseTaskName(text);
  const job = jobs.find(({ description }) => description.name === parts?.job);
  if (parts === undefined || job === undefined) {
    const names = jobs.map(({ description }) => description.name);
    throw new UnknownJobError(`There is no task "${text}" in this submit${didYouMeanTask(text, names)}`, text);
  }
  if (parts.iteration !== undefined) return findTask(pilot, [job], parts.iteration);
  return findTask(pilot, [job], undefined, `task(${JSON.stringify(text)})`);
}
