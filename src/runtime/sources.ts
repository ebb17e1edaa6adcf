/**
 * Jobs that read the output of others: what must hold when they are let in.
 *
 * @module
 */

import { JobDescriptionError } from "../errors.ts";
import { serializeDependency } from "../job/dependencies.ts";
import type { JobDescription } from "../job/description.ts";

/**
 * Refuses jobs that read what is kept nowhere, or what is not the output of one task. That the other job exists, is the
 * intake's to say.
 *
 * @param jobs The jobs of one submit, as they are to be queued.
 * @param findEarlier Finds a job that was submitted before.
 * @throws {JobDescriptionError} For the first of them.
 */
export function refuseLostSources(
  jobs: readonly JobDescription[],
  findEarlier: (name: string) => JobDescription | undefined,
): void {
  const batch = new Map(jobs.map((job) => [job.name, job]));
  for (const { name: jobName, execution: { input } } of jobs) {
    if (input?.kind !== "output" || input.of.kind === "perIteration") continue;
    const { of } = input;
    const source = batch.get(of.job) ?? findEarlier(of.job);
    if (source === undefined) continue;
    const path = "execution.stdin.from";
    const refuse = (problem: string) => {
      throw new JobDescriptionError(
        `Job "${jobName}" cannot read from "${serializeDependency(of)}" (${path}): ${problem}`,
        {
          jobName,
          path,
          problem,
        },
      );
    };
    if (source.execution.stdout === undefined) {
      refuse(`the output of job "${of.job}" is not kept; submit it with capture: "stdout", or with execution.stdout`);
    }
    if (of.kind === "job" && of.iteration === undefined && source.iteration !== undefined) {
      const one = `${of.job}:${source.iteration.start}`;
      refuse(`job "${of.job}" has iterations; name one of them ("${one}"), or each for each ("${of.job}:\${it}")`);
    }
  }
}
