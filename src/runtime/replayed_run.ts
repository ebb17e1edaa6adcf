/**
 * From the events that an earlier pilot recorded to what the core is restored from. Records may be lost; then only what
 * is certain counts, and what is uncertain runs again.
 *
 * @module
 */

import { invariant, present } from "../base/assert.ts";
import type { RecordedJob, RecordedRun } from "../core/restore.ts";
import type { Stop } from "../core/state.ts";
import type { AdmittedJob, Event, JobId, JobOutcome, TaskId } from "../core/types.ts";
import { taskCount } from "../job/description.ts";
import type { Ledger } from "../report/ledger.ts";
import { isTerminal, outcomeOfState } from "../report/states.ts";

/** A task that was launched and is not known to have ended. */
export interface InFlight {
  readonly task: TaskId;
  readonly attempt: number;
}

/** Takes in the events of an earlier pilot, in their order, and tells the ledger too. */
export class ReplayedRun implements RecordedRun {
  readonly #ledger: Ledger;
  readonly #jobs: Map<JobId, AdmittedJob> = new Map();
  readonly #outcomes: Map<JobId, JobOutcome> = new Map();
  readonly #canceled: Set<JobId> = new Set();
  readonly #priorities: Map<JobId, number> = new Map();
  readonly #stops: Map<TaskId, Stop> = new Map();
  readonly #forgotten: Set<JobId> = new Set();
  /** Jobs of which something was launched after their end: that they were opened again is lost. */
  readonly #goneOn: Set<JobId> = new Set();
  #isFinished = false;

  /** Starts with nothing replayed; `ledger` must be empty too. */
  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** Takes in one event. Events of jobs whose submit is lost must have been left out. */
  apply(event: Event): void {
    invariant(!this.#isFinished, "Events are replayed before the end is drawn");
    switch (event.kind) {
      case "jobForgotten":
        // Others may have waited for it, so it is forgotten only when everything has been linked.
        this.#forgotten.add(event.job);
        return;
      case "jobSubmitted":
        this.#jobs.set(event.job.id, event.job);
        break;
      case "jobCanceled":
        this.#canceled.add(event.job);
        break;
      case "prioritySet":
        this.#priorities.set(event.job, event.priority);
        break;
      case "jobEnded":
        this.#outcomes.set(event.job, event.outcome);
        this.#goneOn.delete(event.job);
        break;
      case "taskScheduled":
        if (this.#outcomes.has(event.job)) this.#goneOn.add(event.job);
        break;
      case "tasksReopened":
        this.#outcomes.delete(event.job);
        break;
      case "stopRequested":
        this.#stops.set(event.task, { cause: event.cause, reason: event.reason });
        break;
      case "attemptEnded":
      case "taskEnded":
        this.#stops.delete(event.task);
        break;
      default:
        break;
    }
    this.#ledger.apply(event);
  }

  /** Settles what lost records left open. To be called once, after the last event. */
  finish(): void {
    invariant(!this.#isFinished, "The end is drawn once");
    this.#isFinished = true;
    for (const [id, outcome] of this.#outcomes) {
      const job = present(this.#jobs.get(id), `job ${id}`);
      const lost = [...this.#open(job)];
      if (lost.length === 0) continue;
      const kind = outcome === "succeeded" ? outcome : this.#endOfAll(job, lost.length);
      if (kind !== undefined) {
        for (const task of lost) this.#ledger.apply(lostEnd(id, task, kind, this.#ledger));
      } else {
        this.#outcomes.delete(id);
        this.#ledger.reopen(id);
      }
    }
  }

  /** Lets tasks that had ended run again. To be called after the end was drawn. */
  reopen(event: Event & { readonly kind: "tasksReopened" }): void {
    invariant(this.#isFinished, "Tasks are reopened when all events are replayed");
    invariant(this.#jobs.has(event.job), "What is reopened was submitted");
    this.#outcomes.delete(event.job);
    this.#ledger.apply(event);
  }

  /** What was launched and may still run. */
  *inFlight(): Generator<InFlight> {
    for (const [id, job] of this.#jobs) {
      if (this.#outcomes.has(id)) continue;
      for (const task of this.#open(job)) {
        const { state, attempts } = this.#ledger.task(task);
        if (state !== "QUEUED") yield { task, attempt: attempts };
      }
    }
  }

  /** The jobs to be forgotten once the core is restored. */
  get forgotten(): ReadonlySet<JobId> {
    return this.#forgotten;
  }

  get jobs(): readonly RecordedJob[] {
    return [...this.#jobs.values()].map((job) => {
      const outcome = this.#outcomes.get(job.id);
      const priority = this.#priorities.get(job.id);
      return {
        job,
        isCanceled: this.#canceled.has(job.id),
        ...(outcome === undefined ? {} : { outcome }),
        ...(priority === undefined ? {} : { priority }),
      };
    });
  }

  outcomeOf(task: TaskId): JobOutcome | undefined {
    const state = this.#ledger.state(task);
    return isTerminal(state) ? outcomeOfState(state) : undefined;
  }

  attemptsOf(task: TaskId): number {
    return this.#ledger.task(task).attempts;
  }

  stopOf(task: TaskId): Stop | undefined {
    return this.#stops.get(task);
  }

  /** How the tasks of a job ended whose ends are lost, if its own end leaves only one way. */
  #endOfAll({ id, firstTask, description }: AdmittedJob, lost: number): JobOutcome | undefined {
    const counts = this.#goneOn.has(id) ? undefined : this.#ledger.job(id)?.counts;
    if (counts === undefined) return undefined;
    const left = { ...counts };
    const stop = firstTask + taskCount(description);
    for (let task = firstTask; task < stop; task++) {
      const outcome = this.outcomeOf(task);
      if (outcome !== undefined) left[outcome]--;
    }
    // Where what is known contradicts the counts, as a task ran once more and that is lost, they prove nothing.
    return outcomes.find((kind) => outcomes.every((other) => left[other] === (other === kind ? lost : 0)));
  }

  *#open(job: AdmittedJob): Generator<TaskId> {
    const stop = job.firstTask + taskCount(job.description);
    for (let task = job.firstTask; task < stop; task++) {
      if (!isTerminal(this.#ledger.state(task))) yield task;
    }
  }
}

const outcomes: readonly JobOutcome[] = ["succeeded", "failed", "canceled", "omitted"];
/** The likeliest cause of an end of which the record is lost. */
const likelyCauses = { failed: "exit", canceled: "cancel", omitted: "dependency" } as const;

/** The end of a task that its job's end leaves no doubt about, although its own record is lost. */
function lostEnd(job: JobId, task: TaskId, kind: JobOutcome, ledger: Ledger): Event {
  const { attempts } = ledger.task(task);
  const atMs = ledger.job(job)?.endedAtMs ?? 0;
  const ended = { kind: "taskEnded", atMs, task, job, attempt: attempts, usage: {} } as const;
  if (kind === "succeeded") return { ...ended, outcome: { kind } };
  const outcome = { kind, cause: likelyCauses[kind], reason: `${kind}; the record of how is lost` } as const;
  return attempts > 0 ? { ...ended, outcome } : { kind: "tasksDropped", atMs, job, first: task, count: 1, outcome };
}
