/**
 * The ledger: what events have told about jobs and tasks, to answer questions. It never decides anything. Tasks are kept
 * in packed columns, so that a million finished ones fit.
 *
 * @module
 */

import { present } from "../base/assert.ts";
import { Blocks, rowInBlock } from "../base/blocks.ts";
import type { Cleanup, Exit, Tails } from "../core/exit.ts";
import type { AdmittedJob, Cause, Event, JobId, JobOutcome, Outcome, OutcomeCounts, TaskId } from "../core/types.ts";
import { taskCount } from "../job/description.ts";
import { formatCounts } from "../resources/counted.ts";
import { formatAllocation, formatGpuAllocation, type NamedAllocation } from "../resources/node.ts";
import { clear, clearLaunches, type Columns, createColumns, type Remains, type TaskEnd } from "./ledger_columns.ts";
import { type JobState, jobStates, terminalState } from "./states.ts";
import { TextTable } from "./text_table.ts";

/** What is known of a whole job. */
export interface JobEntry {
  readonly job: AdmittedJob;
  readonly submittedAtMs: number;
  readonly outcome?: JobOutcome;
  readonly endedAtMs?: number;
  readonly counts?: OutcomeCounts;
}

/** What is known of one task. Absent fields are unknown or did not happen. */
export interface TaskEntry {
  readonly state: JobState;
  /** How often it was launched. */
  readonly attempts: number;
  readonly allocation?: NamedAllocation;
  readonly pid?: number;
  readonly exit?: Exit;
  /** Why it (or its last attempt) did not succeed, in a word and in a sentence. */
  readonly cause?: Cause;
  readonly reason?: string;
  readonly scheduledAtMs?: number;
  readonly startedAtMs?: number;
  readonly endedAtMs?: number;
  readonly cpuMs?: number;
  readonly peakKiB?: number;
  /** What became of the processes of its last attempt, if that was stopped or left some behind. */
  readonly cleanup?: Cleanup;
  /** The ends of the outputs of its last attempt, if that did not succeed. */
  readonly tails?: Tails;
}

const success: Exit = Object.freeze({ code: 0 });
const code = (state: JobState): number => jobStates.indexOf(state);

/** From this many neighbours on, tasks that are dropped together are noted as one range. */
const manyDropped = 16;

/** Distinct allocations kept for sharing; more than these are not shared, but still right. */
const sharedMax = 65_536;

/** Knows what the events said. */
export class Ledger {
  readonly #jobs: Map<JobId, JobEntry> = new Map();
  readonly #tasks: Blocks<Columns> = new Blocks(createColumns);
  readonly #shared: Map<string, NamedAllocation> = new Map();
  readonly #texts: TextTable = new TextTable();

  /** Takes in one event. */
  apply(event: Event): void {
    switch (event.kind) {
      case "jobSubmitted":
        this.#jobs.set(event.job.id, { job: event.job, submittedAtMs: event.atMs });
        return this.#tasks.add(event.job.firstTask, taskCount(event.job.description), clear);
      case "taskScheduled": {
        const [columns, row] = this.#at(event.task);
        columns.state[row] = code("SCHEDULED");
        columns.attempts[row] = event.attempt;
        columns.scheduledAtMs[row] = event.atMs;
        columns.startedAtMs[row] = columns.pid[row] = 0;
        columns.ends.delete(row);
        columns.remains.delete(row);
        this.#setAllocation(columns, row, event.allocation);
        return;
      }
      case "taskStarted": {
        const [columns, row] = this.#at(event.task);
        columns.state[row] = code("EXECUTING");
        columns.startedAtMs[row] = event.atMs;
        columns.pid[row] = event.pid;
        return;
      }
      case "stopRequested":
      case "jobCanceled":
      case "prioritySet":
        return;
      case "attemptEnded": {
        const [columns, row] = this.#at(event.task);
        columns.state[row] = code("QUEUED");
        columns.ends.set(row, endOf(event.outcome));
        return keepRemains(columns, row, event);
      }
      case "taskEnded":
        return this.#endTask(event);
      case "tasksDropped": {
        const state = code(terminalState(event.outcome.kind));
        const end = endOf(event.outcome);
        return this.#tasks.fill(event.first, event.count, (columns, from, to) => {
          columns.state.fill(state, from, to);
          columns.endedAtMs.fill(event.atMs, from, to);
          clearLaunches(columns, from, to);
          if (to - from >= manyDropped) columns.drops = [...columns.drops, { from, to, end }];
          else for (let row = from; row < to; row++) columns.ends.set(row, end);
        });
      }
      case "jobEnded": {
        const entry = present(this.#jobs.get(event.job), `job ${event.job}`);
        const { outcome, counts, atMs } = event;
        this.#jobs.set(event.job, { ...entry, outcome, counts, endedAtMs: atMs });
        return;
      }
      case "tasksReopened":
        this.reopen(event.job);
        return this.#tasks.fill(event.first, event.count, (columns, from, to) => {
          columns.state.fill(code("QUEUED"), from, to);
          for (const times of [columns.scheduledAtMs, columns.startedAtMs, columns.endedAtMs]) times.fill(0, from, to);
          columns.pid.fill(0, from, to);
          columns.cpuMs.fill(NaN, from, to);
          columns.peakKiB.fill(NaN, from, to);
          for (let row = from; row < to; row++) {
            columns.ends.delete(row);
            columns.remains.delete(row);
          }
        });
      case "jobForgotten": {
        const { job } = present(this.#jobs.get(event.job), `job ${event.job}`);
        this.#jobs.delete(event.job);
        return this.#tasks.forget(job.firstTask, taskCount(job.description), clear);
      }
      case "nodeReady":
      case "nodeLost":
      case "pilotDrained":
        return;
      default:
        return event satisfies never;
    }
  }

  /** Takes back that a job has ended: tasks of it run again, or the records of their ends are lost. */
  reopen(id: JobId): void {
    const { job, submittedAtMs } = present(this.#jobs.get(id), `job ${id}`);
    this.#jobs.set(id, { job, submittedAtMs });
  }

  /** What is known of a job; `undefined` before its submit was published and after it was forgotten. */
  job(id: JobId): JobEntry | undefined {
    return this.#jobs.get(id);
  }

  /** The state of a task that is known. */
  state(task: TaskId): JobState {
    const columns = this.#tasks.find(task);
    return columns === undefined ? "QUEUED" : jobStates[columns.state[rowInBlock(task)]!]!;
  }

  /** What is known of a task. */
  task(task: TaskId): TaskEntry {
    const columns = this.#tasks.find(task);
    if (columns === undefined) return { state: "QUEUED", attempts: 0 };
    const row = rowInBlock(task);
    const end = columns.drops.find(({ from, to }) => from <= row && row < to)?.end ?? columns.ends.get(row);
    const state = jobStates[columns.state[row]!]!;
    const entry: { -readonly [K in keyof TaskEntry]: TaskEntry[K] } = { state, attempts: columns.attempts[row]! };
    const allocation = this.#allocation(columns, row);
    if (allocation !== undefined) entry.allocation = allocation;
    if (columns.pid[row] !== 0) entry.pid = columns.pid[row]!;
    if (state === "SUCCEED") entry.exit = success;
    else if (end?.exit !== undefined) entry.exit = end.exit;
    if (end !== undefined) [entry.cause, entry.reason] = [end.cause, end.reason];
    if (columns.scheduledAtMs[row] !== 0) entry.scheduledAtMs = columns.scheduledAtMs[row]!;
    if (columns.startedAtMs[row] !== 0) entry.startedAtMs = columns.startedAtMs[row]!;
    if (columns.endedAtMs[row] !== 0) entry.endedAtMs = columns.endedAtMs[row]!;
    if (!Number.isNaN(columns.cpuMs[row]!)) entry.cpuMs = columns.cpuMs[row]!;
    if (!Number.isNaN(columns.peakKiB[row]!)) entry.peakKiB = columns.peakKiB[row]!;
    return Object.assign(entry, columns.remains.get(row));
  }

  #endTask(event: Event & { kind: "taskEnded" }): void {
    const [columns, row] = this.#at(event.task);
    columns.state[row] = code(terminalState(event.outcome.kind));
    columns.endedAtMs[row] = event.atMs;
    columns.cpuMs[row] = event.usage.cpuMs ?? NaN;
    columns.peakKiB[row] = event.usage.peakKiB ?? NaN;
    if (event.outcome.kind !== "succeeded") columns.ends.set(row, endOf(event.outcome));
    keepRemains(columns, row, event);
  }

  #at(task: TaskId): [Columns, number] {
    return [this.#tasks.get(task), rowInBlock(task)];
  }

  #setAllocation(columns: Columns, row: number, allocation: NamedAllocation): void {
    const [first, second] = allocation.nodes;
    const isSingle = second === undefined && first?.cores.length === 1 && first.gpus.length === 0 &&
      allocation.counted === undefined;
    columns.nodes[row] = isSingle ? this.#texts.numberOf(first.name) : 0;
    columns.cores[row] = isSingle ? this.#texts.numberOf(first.cores[0]!) : 0;
    if (isSingle) columns.allocations.delete(row);
    else columns.allocations.set(row, this.#share(allocation));
  }

  #allocation(columns: Columns, row: number): NamedAllocation | undefined {
    const node = columns.nodes[row]!;
    if (node === 0) return columns.allocations.get(row);
    const [name, core] = [this.#texts.text(node), this.#texts.text(columns.cores[row]!)];
    return { nodes: [{ name, cores: [core], gpus: [] }] };
  }

  /** Others mostly get one of few allocations: equal ones are kept once. */
  #share(allocation: NamedAllocation): NamedAllocation {
    const counted = formatCounts(allocation.counted);
    const key = `${formatAllocation(allocation)} ${formatGpuAllocation(allocation)} ${counted}`;
    const shared = this.#shared.get(key);
    if (shared !== undefined) return shared;
    if (this.#shared.size >= sharedMax) this.#shared.clear();
    this.#shared.set(key, allocation);
    return allocation;
  }
}

function endOf(outcome: Exclude<Outcome, { kind: "succeeded" }>): TaskEnd {
  const { cause, reason } = outcome;
  const exit = outcome.kind === "omitted" ? undefined : outcome.exit;
  return exit === undefined ? { cause, reason } : { cause, exit, reason };
}

function keepRemains({ remains }: Columns, row: number, { cleanup, tails }: Remains): void {
  if (cleanup === undefined && tails === undefined) return;
  remains.set(row, { ...(cleanup === undefined ? {} : { cleanup }), ...(tails === undefined ? {} : { tails }) });
}
