/**
 * Requests that QCG-PilotJob does not have: to pause, to go on, how far the run is, and why a task waits.
 *
 * @module
 */

import type { AdmittedJob } from "../core/types.ts";
import { taskCount, taskName } from "../job/description.ts";
import type { Ledger } from "../report/ledger.ts";
import type { ExplainedTask } from "../report/look/explained_task.ts";
import { RunView } from "../report/look/run_view.ts";
import { waitOf } from "../report/look/waits.ts";
import { describeProgress } from "../report/progress.ts";
import type { Statistics } from "../report/statistics.ts";
import { targetState } from "./replies.ts";
import { accept, refuse, refuseFor, type Reply } from "./reply.ts";
import type { ServedPilot } from "./served_pilot.ts";
import { lookUp, unknownJob } from "./target.ts";

/** A task that runs, as the replies to `pause` and `continue` tell it. */
export interface RunningTask {
  /** Its name. */
  readonly name: string;
  /** Its process id. */
  readonly pid: number;
  /** The node on which its process was started. */
  readonly node: string;
}

/** Answers `pause`: nothing more starts; what runs goes on, and is told. Asked again, it tells what runs then. */
export function answerPause(pilot: ServedPilot, statistics: Statistics): Reply {
  pilot.pause();
  return accept({ running: runningTasks(pilot, statistics) }, "nothing more is started");
}

/** Answers `continue`. */
export function answerContinue(pilot: ServedPilot, statistics: Statistics): Reply {
  if (!pilot.isPaused) return refuse("The run is not paused", { error: "NOT_PAUSED" });
  pilot.unpause();
  return accept({ running: runningTasks(pilot, statistics) }, "tasks are started again");
}

/** Answers `progress`. */
export function answerProgress(
  pilot: ServedPilot,
  statistics: Statistics,
  { startedAtMs, nowMs }: { readonly startedAtMs: number; readonly nowMs: number },
): Reply {
  const { ledger, resources, isPaused } = pilot;
  return accept(describeProgress({ statistics, ledger, resources, isPaused }, startedAtMs, nowMs));
}

/** The most dependencies that are told. */
const afterMax = 10;

/** Answers `explain`. Of a job with iterations the first that waits is explained. */
export function answerExplain(pilot: ServedPilot, names: readonly unknown[]): Reply {
  const { intake, ledger } = pilot;
  const jobs = [...intake.names()].map((name) => intake.find(name)!);
  const view = new RunView(ledger, jobs);
  const tasks: ExplainedTask[] = [];
  for (const name of names) {
    const found = lookUp(intake, name);
    if (found.kind !== "found") return refuseFor(unknownJob(intake, name, found));
    const { job, offset } = found.target;
    const waiting = offset === undefined ? queuedTasks(ledger, job) : [];
    const explained = offset ?? waiting[0] ?? 0;
    tasks.push({
      name: taskName(job.description, explained),
      state: ledger.state(job.firstTask + explained),
      after: sourcesOf(view, job, explained),
      ...pilot.explainWait(job.firstTask + explained),
      ...(waiting.length > 1 ? { alike: waiting.length - 1 } : {}),
    });
  }
  return accept({ tasks });
}

function queuedTasks(ledger: Ledger, { firstTask, description }: AdmittedJob): number[] {
  const offsets = Array.from({ length: taskCount(description) }, (_, offset) => offset);
  return offsets.filter((offset) => ledger.state(firstTask + offset) === "QUEUED");
}

function sourcesOf(view: RunView, job: AdmittedJob, offset: number): ExplainedTask["after"] {
  if (view.ledger.state(job.firstTask + offset) !== "QUEUED") return [];
  const wait = waitOf(view, { job, offset });
  if (wait.kind !== "dependencies") return [];
  return wait.on.slice(0, afterMax).map((name) => {
    const found = lookUp(view, name);
    return { name, state: found.kind === "found" ? targetState(view.ledger, found.target) : "QUEUED" };
  });
}

function runningTasks({ ledger }: ServedPilot, { running }: Statistics): RunningTask[] {
  return [...running].flatMap(([task, id]) => {
    const job = ledger.job(id)?.job;
    const { pid, allocation } = ledger.task(task);
    if (job === undefined || pid === undefined || allocation === undefined) return [];
    return [{ name: taskName(job.description, task - job.firstTask), pid, node: allocation.nodes[0]!.name }];
  });
}
