/**
 * The pilot: intake, loop and ledger as one, over ports. It is what futures and the manager talk to, and runs as well
 * on simulated ports as on real ones.
 *
 * @module
 */

import { invariant } from "../base/assert.ts";
import { Core } from "../core/core.ts";
import type { WaitExplanation } from "../core/explain_wait.ts";
import { Intake } from "../core/intake.ts";
import type { CancelCause } from "../core/stop.ts";
import type { AdmittedJob, CancelTarget, Event, JobId, TaskId } from "../core/types.ts";
import { ExecutorClosedError } from "../errors.ts";
import { EventHub } from "../events/event_hub.ts";
import type { JobDescription } from "../job/description.ts";
import { requireModel } from "../launch/models/launch_model.ts";
import { launchTag, planTask } from "../launch/plan_task.ts";
import { Ledger } from "../report/ledger.ts";
import { sourceFile } from "../report/source_file.ts";
import type { Node } from "../resources/node.ts";
import type { PoolPresence } from "../resources/pool.ts";
import type { ReplayedRun } from "./replayed_run.ts";
import { Driver } from "./driver.ts";
import { removeFiles } from "./remove_files.ts";
import { isJobEvent, JobWatchers, type Watcher } from "./job_watchers.ts";
import { noTaskFiles, type TaskFiles } from "./task_files.ts";
import type { PilotOptions, PilotPorts } from "./pilot_options.ts";
import type { Clock, NodeSink } from "./ports.ts";

export type { JobEvent, Watcher } from "./job_watchers.ts";
export type { PilotOptions, PilotPorts } from "./pilot_options.ts";

/** Takes jobs and sees them through. */
export class Pilot {
  /** Knows the names. */
  readonly intake: Intake;
  /** Knows what became of jobs and tasks. */
  readonly ledger: Ledger = new Ledger();
  /** Tells the time. */
  readonly clock: Clock;
  /** The nodes that we own. */
  readonly nodes: readonly Node[];
  /** Working directory of the tasks, absolute. */
  readonly rootWd: string;
  readonly files: TaskFiles;
  readonly #core: Core;
  readonly #driver: Driver;
  readonly #watchers = new JobWatchers();
  readonly #hub: EventHub;
  readonly #told: Record<string, string> = {};
  /** Whether its nodes are those of an allocation. */
  readonly isInSlurm: boolean;
  #openJobs = 0;
  #haltReason: string | undefined;
  #isDraining = false;
  #isPaused = false;
  #idle: PromiseWithResolvers<void> | undefined;

  /** Joins the ports. Nothing happens until a job is submitted. */
  constructor(options: PilotOptions, ports: PilotPorts) {
    invariant(options.rootWd.startsWith("/"), "Tasks have an absolute working directory");
    this.#core = new Core(options);
    this.intake = new Intake({ ...options, pool: this.#core.pool });
    this.clock = ports.clock;
    this.files = ports.files ?? noTaskFiles;
    this.nodes = options.nodes;
    this.rootWd = options.rootWd;
    this.isInSlurm = options.hostOf !== undefined;
    this.#hub = ports.hub ?? new EventHub();
    const context = { ...options, told: this.#told, findSource: this.#findSource };
    this.#driver = new Driver({
      ...ports,
      core: this.#core,
      plan: ({ job, task, attempt, allocation, nodes, memoryMiB }) =>
        planTask({
          job: job.description,
          offset: task - job.firstTask,
          allocation,
          nodes,
          tag: launchTag(options.runId, task, attempt),
          attempt,
          memoryMiB,
          hasGpuJobs: this.intake.hasGpuJobs,
        }, context),
      publish: (events) => this.#publish(events),
    });
    this.#driver.stopped.catch((error) => this.#break(error));
    ports.launcher.watchNodes?.(this.nodeSink);
  }

  /**
   * Takes jobs in, all or none. They are queued right after the caller's turn.
   *
   * @throws {JobDescriptionError} If one of them is refused, or its model does not work here; see {@linkcode Intake.admit}.
   * @throws {ExecutorClosedError} If the pilot broke or drains: the jobs would never run.
   */
  submit(descriptions: readonly JobDescription[]): AdmittedJob[] {
    if (this.failure !== undefined) {
      throw new ExecutorClosedError("Cannot submit a job: the executor broke", { cause: this.failure.error });
    }
    if (this.#isDraining) throw new ExecutorClosedError("Cannot submit a job: the executor was shut down");
    for (const job of descriptions) requireModel(job, this.isInSlurm);
    const jobs = this.intake.admit(descriptions);
    this.#openJobs += jobs.length;
    this.#driver.push({ kind: "jobsSubmitted", jobs });
    // After a halt they are canceled in the same turn, so that nothing of them starts.
    const unwanted = this.#haltReason === undefined ? [] : jobs.filter(({ description }) => !description.finally);
    for (const { id } of unwanted) this.cancel({ kind: "job", job: id }, "cancel", this.#haltReason);
    return jobs;
  }

  /**
   * Goes on where an earlier pilot stopped: finished tasks stay finished, the others wait again. To be called before
   * the first submit.
   *
   * @param earlier What the earlier pilot recorded; this pilot's ledger knows it already.
   * @param ready Settles when the processes of the earlier pilot have gone; nothing is launched before.
   * @throws {JobDescriptionError} If an unfinished job is of a group for which no cap is known.
   */
  resume(earlier: ReplayedRun, ready: Promise<unknown>): void {
    invariant(this.#openJobs === 0, "A run is resumed before the first submit");
    invariant(!this.#isDraining && this.#haltReason === undefined, "A run is resumed before it is asked to end");
    this.intake.checkGroups(earlier.jobs.filter(({ outcome }) => outcome === undefined).map(({ job }) => job));
    this.intake.restore(earlier.jobs.map(({ job }) => job), earlier.forgotten);
    const output = this.#core.restore(earlier, this.clock.nowMs());
    this.#openJobs = earlier.jobs.filter(({ outcome }) => outcome === undefined).length;
    const ended = output.events.filter(({ kind }) => kind === "jobEnded").length;
    invariant(this.#openJobs === this.#core.openJobs + ended, "Core and pilot know of the same open jobs");
    this.#driver.resume(output, ready);
    for (const job of earlier.forgotten) this.#driver.push({ kind: "jobForgotten", job });
  }

  /** How far what was asked of the pilot has come by now, for {@linkcode recorded}. */
  get askedSoFar(): number {
    return this.#driver.inputs;
  }

  /**
   * Resolves when all that was asked of the pilot is on record, as durable as was asked for.
   *
   * @param asked Wait for no more than was asked by then, as {@linkcode askedSoFar} gave it.
   * @throws What broke the pilot before that, as a rejection.
   */
  recorded(asked: number = this.askedSoFar): Promise<void> {
    return this.#driver.recorded(asked);
  }

  /** Stops what the target names; returns at once. The outcomes tell the `reason`, or what the cause says of itself. */
  cancel(target: CancelTarget, cause: CancelCause = "cancel", reason?: string): void {
    this.#driver.push({ kind: "cancelRequested", target, cause, ...(reason === undefined ? {} : { reason }) });
  }

  /** Starts nothing more until {@linkcode unpause}; what runs goes on. */
  pause(): void {
    this.#isPaused = true;
    this.#driver.push({ kind: "pauseRequested" });
  }

  /** Starts tasks again after {@linkcode pause}. */
  unpause(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#driver.push({ kind: "pauseEnded" });
  }

  /** Gives a job that has not ended another priority: what of it waits takes its new place. */
  setPriority(job: AdmittedJob, priority: number): void {
    this.#driver.push({ kind: "prioritySet", job: job.id, priority });
  }

  /** Lets the processes of all tasks stand still, or go on: see {@linkcode Driver.freeze}. */
  freeze(isFrozen: boolean): Promise<boolean> {
    return this.#driver.freeze(isFrozen);
  }

  /** Whether nothing more is started for now. */
  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Explains why a task waits. */
  explainWait(task: TaskId): WaitExplanation {
    return this.#core.explain(task, this.clock.nowMs());
  }

  /** Cancels what waits (or all), and what is submitted from now on; the outcomes tell the `reason`. */
  halt(target: "queued" | "all", reason: string): void {
    invariant(this.#haltReason === undefined, "A run halts once");
    this.cancel({ kind: target }, "cancel", this.#haltReason = reason);
  }

  /** Frees the name and the memory of a job that has ended. */
  forget(job: AdmittedJob): void {
    invariant(this.ledger.job(job.id)?.outcome !== undefined, "A job has ended when it is forgotten");
    removeFiles(job, this);
    this.intake.forget(job.description.name);
    this.#driver.push({ kind: "jobForgotten", job: job.id });
  }

  /** Gives variables to all tasks that are launched from now on. They win over those of a job. */
  tellTasks(variables: Readonly<Record<string, string>>): void {
    Object.assign(this.#told, variables);
  }

  /** Hears of nodes that come and go. What runs on a lost node fails, and so does what can never fit again. */
  get nodeSink(): NodeSink {
    return {
      ready: (node) => this.#driver.push({ kind: "nodeReady", node }),
      suspected: (node) => this.#driver.push({ kind: "nodeSuspected", node }),
      lost: (node, reason) => this.#driver.push({ kind: "nodeLost", node, reason }),
      failed: (error) => this.abandon(error),
    };
  }

  /** All work stops at this time, or never: what could not end before is not started any more. */
  setStopTime(stopAtMs: number | undefined): void {
    this.#driver.push({ kind: "stopTimeSet", ...(stopAtMs === undefined ? {} : { stopAtMs }) });
  }

  /** Whether what is left waits for nothing but more time than there is until all work stops. */
  get isOutOfTime(): boolean {
    return this.#core.isOutOfTime;
  }

  /** Ends the loop as soon as every job has ended. */
  drain(): void {
    this.#isDraining = true;
    this.#driver.push({ kind: "drainRequested" });
  }

  /** Ends the loop and kills what runs, at once: whatever is not settled will never be, and is told `error`. */
  abandon(error: unknown): void {
    this.#driver.fail(error);
  }

  /** Settles when the loop has ended. */
  get stopped(): Promise<void> {
    return this.#driver.stopped;
  }

  /** What broke the pilot, if something did. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#driver.failure;
  }

  /** Resolves when no job is open. */
  idle(): Promise<void> {
    if (this.failure !== undefined) return Promise.reject(this.failure.error);
    if (this.#openJobs === 0) return Promise.resolve();
    return (this.#idle ??= Promise.withResolvers<void>()).promise;
  }

  /** Jobs that have not ended. */
  get openJobs(): number {
    return this.#openJobs;
  }

  /** What there is of nodes and cores now. */
  get resources(): PoolPresence {
    return this.#core.pool.present;
  }

  /** Throws an `InvariantError` when the books do not add up. For tests; costs by tasks. */
  checkInvariants(): void {
    this.#core.checkInvariants();
  }

  /** Watches a job until it has ended; the returned function ends it before. */
  watch(job: JobId, watcher: Watcher): () => void {
    return this.#watchers.add(job, watcher);
  }

  readonly #findSource = (job: JobDescription, offset: number): string | undefined =>
    sourceFile({ find: (name) => this.intake.find(name), ledger: this.ledger, rootWd: this.rootWd }, job, offset);

  /** Ledger and watchers are our own and must not fail; readers of the hub may. */
  #publish(events: readonly Event[]): void {
    this.#hub.tell(events, this.ledger);
    for (const event of events) {
      if (!isJobEvent(event)) continue;
      this.#watchers.tell(event);
      if (event.kind !== "jobEnded") continue;
      this.#openJobs--;
      invariant(this.#openJobs >= 0, "More jobs have ended than were let in");
    }
    const isDrained = events.at(-1)?.kind === "pilotDrained";
    invariant(!isDrained || this.#openJobs === 0, "A pilot that is drained has no open job");
    invariant(this.#openJobs >= this.#core.openJobs, "A job that is open in the core is open for all others");
    if (this.#openJobs === 0) {
      this.#idle?.resolve();
      this.#idle = undefined;
    }
  }

  #break(error: unknown): void {
    this.#watchers.broken(error);
    this.#idle?.reject(error);
  }
}
