/**
 * The compact forms of events as one table: the number of each kind, and its fields in the order of their bytes. Both
 * directions pass over it: `encode_events.ts` with something that writes each field, `decode_events.ts` with
 * something that reads it.
 *
 * @module
 */

import { invariant } from "../../base/assert.ts";
import type { Event, JobOutcome, Outcome, OutcomeCounts } from "../../core/types.ts";

type EventOf<K extends Event["kind"]> = Event & { readonly kind: K };
type Allocation = EventOf<"taskScheduled">["allocation"];
type Usage = EventOf<"taskEnded">["usage"];

/** How a task ended that did not run to its end. */
export type DroppedOutcome = Exclude<Outcome, { readonly kind: "succeeded" }>;
/** How an attempt ended that another one follows. */
export type FailedOutcome = Outcome & { readonly kind: "failed" };

/**
 * One direction, field by field. Each method is given the value that an event has, writes it and gives it back; or it
 * is given nothing of use, reads the value and gives that.
 */
export interface FieldPass {
  /** When the event happened, in milliseconds since the epoch. */
  readonly atMs: number;
  /** The job that the event is of. */
  readonly job: number;
  /** A safe integer that is not negative. */
  count(value: number): number;
  /** Number of a task: the distance from the task before. */
  task(value: number): number;
  /** Number of an attempt: the first is a flag. */
  attempt(value: number): number;
  /** A time in milliseconds: the distance from the time of the event. */
  time(value: number): number;
  /** What a task was granted. */
  allocation(value: Allocation): Allocation;
  /** How a task ended: a success is a flag. */
  outcome(value: Outcome): Outcome;
  /** How an attempt ended. */
  failedOutcome(value: FailedOutcome): FailedOutcome;
  /** How tasks ended that never ran. */
  droppedOutcome(value: DroppedOutcome): DroppedOutcome;
  /** How a job ended. */
  jobOutcome(value: JobOutcome): JobOutcome;
  /** How many of its tasks ended in each way. */
  counts(value: OutcomeCounts): OutcomeCounts;
  /** What a process used. */
  usage(value: Usage): Usage;
}

/** The compact form of one kind of events. */
export interface CompactForm<E extends Event = Event> {
  /** The number that stands for the kind. */
  readonly number: number;
  /** Passes over the fields of an event behind its time and job; gives an event of what the pass gave. */
  pass(fields: FieldPass, event: E): E;
}

/** The kinds that have a compact form. */
type CompactKind =
  | "taskScheduled"
  | "taskStarted"
  | "taskEnded"
  | "tasksDropped"
  | "jobEnded"
  | "jobForgotten"
  | "attemptEnded";

/**
 * The table. A required field that is missing is an error of types; an event that has an optional one does not fit its
 * form and is written as JSON.
 */
const table: { readonly [K in CompactKind]: CompactForm<EventOf<K>> } = {
  taskScheduled: {
    number: 1,
    pass: (fields, { task, attempt, allocation }) => ({
      kind: "taskScheduled",
      atMs: fields.atMs,
      task: fields.task(task),
      job: fields.job,
      attempt: fields.attempt(attempt),
      allocation: fields.allocation(allocation),
    }),
  },
  taskStarted: {
    number: 2,
    pass: (fields, { task, attempt, pid }) => ({
      kind: "taskStarted",
      atMs: fields.atMs,
      task: fields.task(task),
      job: fields.job,
      attempt: fields.attempt(attempt),
      pid: fields.count(pid),
    }),
  },
  taskEnded: {
    number: 3,
    pass: (fields, { task, attempt, outcome, usage }) => ({
      kind: "taskEnded",
      atMs: fields.atMs,
      task: fields.task(task),
      job: fields.job,
      attempt: fields.attempt(attempt),
      outcome: fields.outcome(outcome),
      usage: fields.usage(usage),
    }),
  },
  tasksDropped: {
    number: 4,
    pass: (fields, { first, count, outcome }) => ({
      kind: "tasksDropped",
      atMs: fields.atMs,
      job: fields.job,
      first: fields.task(first),
      count: fields.count(count),
      outcome: fields.droppedOutcome(outcome),
    }),
  },
  jobEnded: {
    number: 5,
    pass: (fields, { outcome, counts }) => ({
      kind: "jobEnded",
      atMs: fields.atMs,
      job: fields.job,
      outcome: fields.jobOutcome(outcome),
      counts: fields.counts(counts),
    }),
  },
  jobForgotten: {
    number: 6,
    pass: (fields) => ({ kind: "jobForgotten", atMs: fields.atMs, job: fields.job }),
  },
  attemptEnded: {
    number: 7,
    pass: (fields, { task, attempt, outcome, usage, readyAtMs }) => ({
      kind: "attemptEnded",
      atMs: fields.atMs,
      task: fields.task(task),
      job: fields.job,
      attempt: fields.attempt(attempt),
      outcome: fields.failedOutcome(outcome),
      usage: fields.usage(usage),
      readyAtMs: fields.time(readyAtMs),
    }),
  },
};

const formsByKind: ReadonlyMap<string, CompactForm> = new Map(Object.entries(table as Record<string, CompactForm>));
const formsByNumber: readonly (CompactForm | undefined)[] = Array.from(
  { length: 8 },
  (_, number) => [...formsByKind.values()].find((form) => form.number === number),
);

invariant(
  formsByNumber.filter((form) => form !== undefined).length === formsByKind.size,
  "Each compact form has a number of its own",
);

/** The compact form of a kind of events, `undefined` when it has none. */
export function formOfKind(kind: Event["kind"]): CompactForm | undefined {
  return formsByKind.get(kind);
}

/** The compact form with a number, `undefined` when there is none. */
export function formOfNumber(number: number): CompactForm | undefined {
  return formsByNumber[number];
}
