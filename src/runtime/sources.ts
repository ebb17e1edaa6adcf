/**
 * Jobs that read the output of others: what must hold when they are let in, and where that output is when they start.
 *
 * @module
 */

import type { Intake } from "../core/intake.ts";
import { JobDescriptionError } from "../errors.ts";
import { serializeDependency } from "../job/dependencies.ts";
import type { JobDescription } from "../job/description.ts";
import { fillExecution } from "../job/filled_execution.ts";
import type { FindSource } from "../launch/plan_input.ts";
import type { Ledger } from "../report/ledger.ts";

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

/** Finds outputs by what is known of the tasks that wrote them. */
export function findSources(
  { intake, ledger, rootWd }: { readonly intake: Intake; readonly ledger: Ledger; readonly rootWd: string },
): FindSource {
  return ({ execution: { input }, iteration }, offset) => {
    if (input?.kind !== "output" || input.of.kind === "perIteration") return undefined;
    const { of } = input;
    const source = intake.find(of.job);
    if (source === undefined) return undefined;
    const index = of.kind === "aligned" ? iteration!.start + offset : of.iteration;
    const at = index === undefined ? 0 : index - source.description.iteration!.start;
    const { allocation } = ledger.task(source.firstTask + at);
    if (allocation === undefined) return undefined;
    return fillExecution({ job: source.description, offset: at, rootWd, allocation }).paths.stdout;
  };
}
