/**
 * The events of a run with one iterative job, as a pilot with a few cores gives them: at each turn either a process
 * started, or a task ended and the next one was scheduled on its cores. The worst case for the journal: no two tasks
 * share a turn.
 *
 * @module
 */

import type { AdmittedJob, Event } from "../../../src/core/types.ts";
import { parseJob } from "../../../src/job/parse.ts";
import type { JournalHeader } from "../../../src/journal/codec/header.ts";

/** Cores of the pilot. */
const cores = 64;
/** A node's name as clusters have them. */
const node = "nid001234.cluster";

/** The header of the run. */
export const header: JournalHeader = {
  runId: "bench",
  startedMs: 1_795_000_000_000,
  nodeNames: [node],
  metadata: { nodes: [{ name: node, cores }] },
};

/** Gives the events turn by turn: three for each iteration. */
export function* turnsOf(iterations: number): Generator<readonly Event[]> {
  let atMs = header.startedMs;
  const job = jobOf(iterations);
  const turnAtMs = (): number => atMs = Math.round((atMs + 0.377) * 1000) / 1000;
  const schedule = (task: number): Event => ({
    kind: "taskScheduled",
    atMs,
    task,
    job: 0,
    attempt: 1,
    allocation: { nodes: [{ name: node, cores: [String(task % cores)], gpus: [] }] },
  });
  yield [{ kind: "jobSubmitted", atMs: turnAtMs(), job }];
  for (let task = 0; task < Math.min(cores, iterations); task++) yield [schedule(task)];
  for (let task = 0; task < iterations; task++) {
    yield [started(turnAtMs(), task)];
    turnAtMs();
    const next = task + cores < iterations ? [schedule(task + cores)] : [];
    yield [ended(atMs, task), ...next];
  }
  const counts = { succeeded: iterations, failed: 0, canceled: 0, omitted: 0 };
  yield [{ kind: "jobEnded", atMs: turnAtMs(), job: 0, outcome: "succeeded", counts }];
}

function started(atMs: number, task: number): Event {
  return { kind: "taskStarted", atMs, task, job: 0, attempt: 1, pid: 300_000 + task % 4_000_000 };
}

function ended(atMs: number, task: number): Event {
  const usage = { cpuMs: 1 + task % 5000 / 1000, peakKiB: 3000 + task % 64 };
  return { kind: "taskEnded", atMs, task, job: 0, attempt: 1, outcome: { kind: "succeeded" }, usage };
}

function jobOf(iterations: number): AdmittedJob {
  const value = { name: "sweep", iteration: { stop: iterations }, execution: { exec: "simulate", args: ["${it}"] } };
  const request = { cores: { min: 1, max: 1 }, gpus: 0, memoryMiB: 0 };
  const description = parseJob(value, {});
  return { id: 0, firstTask: 0, description, requests: [{ count: iterations, request }], edges: [] };
}
