/**
 * Runs that were never run: journals of any number of tasks, with made-up times and failures.
 *
 * @module
 */

import { join } from "@std/path";
import { Intake } from "../../../src/core/intake.ts";
import type { Event } from "../../../src/core/types.ts";
import { JournalFile } from "../../../src/deno/files/journal/journal_file.ts";
import { hostName } from "../../../src/deno/host/machine.ts";
import { taskCount } from "../../../src/job/description.ts";
import { parseJob } from "../../../src/job/parse.ts";
import { writeCoreIds } from "../../../src/report/dashboard/node_cores.ts";
import { parseNodeSpec } from "../../../src/resources/node_spec.ts";
import { Pool } from "../../../src/resources/pool.ts";

/** When it is said to have begun. */
const begunMs = Date.UTC(2026, 0, 31, 12);

/**
 * Writes the records of a run in which tasks took the cores one after the other, and every hundredth failed.
 *
 * @param directory Where its folder is made.
 * @param jobs Its jobs, in the standard form.
 * @param nodes Its nodes, as a specification.
 * @param lengthMs How long each task took, by its number.
 * @returns The folder.
 */
export async function writeRun(
  directory: string,
  jobs: readonly object[],
  nodes: string,
  lengthMs: (task: number) => number,
): Promise<string> {
  const all = parseNodeSpec(nodes);
  const places = all.flatMap(({ name, coreIds }) => coreIds.map((core) => ({ name, core, freeAtMs: begunMs })));
  const folder = join(directory, ".qcgpjm-service-written");
  Deno.mkdirSync(folder, { recursive: true });
  const journal = JournalFile.create(join(folder, "journal"), {
    runId: "5".repeat(16),
    startedMs: begunMs,
    nodeNames: all.map(({ name }) => name),
    metadata: { host: hostName(), wd: directory, cores: places.length, coreIds: writeCoreIds(all) },
  }, "process");
  const admitted = new Intake({ pool: new Pool(all) }).admit(jobs.map((job) => parseJob(job, {})));
  await journal.append(admitted.map((job): Event => ({ kind: "jobSubmitted", atMs: begunMs, job })));
  const events: Event[] = [];
  for (const { id: job, firstTask, description } of admitted) {
    const counts = { succeeded: 0, failed: 0, canceled: 0, omitted: 0 };
    let lastMs = begunMs;
    for (let task = firstTask; task < firstTask + taskCount(description); task++) {
      const place = places[task % places.length]!;
      const fromMs = place.freeAtMs;
      const untilMs = place.freeAtMs = fromMs + lengthMs(task);
      lastMs = Math.max(lastMs, untilMs);
      const isFailed = task % 100 === 42;
      counts[isFailed ? "failed" : "succeeded"]++;
      const allocation = { nodes: [{ name: place.name, cores: [place.core], gpus: [] }] };
      const which = { task, job, attempt: 1 };
      const reason = `exit code ${3 + task % 3}`;
      events.push(
        { kind: "taskScheduled", atMs: fromMs, ...which, allocation },
        { kind: "taskStarted", atMs: fromMs, ...which, pid: 1000 + task },
        {
          ...{ kind: "taskEnded", atMs: untilMs, ...which },
          outcome: isFailed
            ? { kind: "failed", cause: "exit", exit: { code: 3 + task % 3 }, reason }
            : { kind: "succeeded" },
          usage: { cpuMs: lengthMs(task) * 0.8, peakKiB: 20_000 + task % 5000 },
        },
      );
    }
    const outcome = counts.failed > 0 ? "failed" : "succeeded";
    events.push({ kind: "jobEnded", atMs: lastMs, job, outcome, counts });
  }
  events.sort((a, b) => a.atMs - b.atMs);
  events.push({ kind: "pilotDrained", atMs: events.at(-1)?.atMs ?? begunMs });
  for (let at = 0; at < events.length; at += 1000) await journal.append(events.slice(at, at + 1000));
  await journal.close();
  return folder;
}
