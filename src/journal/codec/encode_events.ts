/**
 * From events to bytes; see `event_format.ts`.
 *
 * @module
 */

import type { Event } from "../../core/types.ts";
import { writeAllocation } from "./allocation_codec.ts";
import { type ByteWriter, isCount, isDistance } from "./bytes.ts";
import {
  type CodecState,
  flagFirstAttempt,
  flagFurther,
  flagSameJob,
  flagSameTime,
  kindNumbers,
  type StartedEvent,
} from "./event_format.ts";
import type { Basis } from "./header.ts";
import { outcomeNumber, writeOutcome, writeUsage } from "./outcome_codec.ts";

/** An event of one task, or of neighbouring ones. */
type TaskEvent = Event & {
  readonly kind: "taskScheduled" | "taskStarted" | "taskEnded" | "attemptEnded" | "tasksDropped";
};

/** Says whether an event may have a compact form. */
export function mayBeCompact(event: Event): boolean {
  return Object.hasOwn(kindNumbers, event.kind) && isCount(2 * microseconds(event.atMs) + 1);
}

/**
 * Starts a payload.
 *
 * @param out Where to.
 * @param first The event that is to come first.
 * @param basis What the header states, if the payload may lean on it.
 * @returns The state for writing the events.
 */
export function writeBase(out: ByteWriter, first: Event, basis: Basis | undefined): CodecState {
  // What is written as JSON has its own time, which may be none that could be a base.
  const timeUs = mayBeCompact(first) ? microseconds(first.atMs) : 0;
  const isLeaning = basis !== undefined && timeUs >= basis.originUs;
  out.varint(isLeaning ? 2 * (timeUs - basis.originUs) : 2 * timeUs + 1);
  return { basis: isLeaning ? basis : undefined, timeUs, job: 0, task: 0 };
}

/**
 * Writes an event in its compact form.
 *
 * @returns Whether it has one. If not, what was written is to be taken back, and the state is not to be used again.
 */
export function writeCompact(out: ByteWriter, state: CodecState, event: Event): boolean {
  const fields = Object.keys(event).length;
  switch (event.kind) {
    case "taskScheduled":
      return fields === 6 && writeTaskStart(out, state, event) && writeAttempt(out, event.attempt) &&
        writeAllocation(out, event.allocation, state.basis);
    case "taskStarted":
      return writeStarted(out, state, event, fields);
    case "taskEnded":
      return fields === 7 && writeTaskStart(out, state, event) && writeAttempt(out, event.attempt) &&
        (isPlainSuccess(event) || writeOutcome(out, event.outcome)) && writeUsage(out, event.usage);
    case "attemptEnded":
      return fields === 8 && writeTaskStart(out, state, event) && writeAttempt(out, event.attempt) &&
        writeOutcome(out, event.outcome) && writeUsage(out, event.usage) &&
        writeDistance(out, microseconds(event.readyAtMs) - state.timeUs);
    case "tasksDropped":
      return fields === 6 && writeTaskStart(out, state, event) && writeCount(out, event.count) &&
        writeOutcome(out, event.outcome);
    case "jobEnded":
      return fields === 5 && writeStart(out, state, event, 0) && writeJobEnd(out, event);
    case "jobForgotten":
      return fields === 3 && writeStart(out, state, event, 0);
    default:
      return false;
  }
}

/** Writes an event as JSON. */
export function writeJson(out: ByteWriter, event: Event): void {
  out.byte(kindNumbers.json);
  out.text(JSON.stringify(event));
}

function writeStarted(out: ByteWriter, state: CodecState, event: StartedEvent, fields: number): boolean {
  const { attempt, pid, startTicks } = event;
  return fields === (startTicks === undefined ? 6 : 7) && writeTaskStart(out, state, event) &&
    writeAttempt(out, attempt) && writeCount(out, pid) && (startTicks === undefined || writeCount(out, startTicks));
}

function writeJobEnd(out: ByteWriter, { outcome, counts }: Event & { readonly kind: "jobEnded" }): boolean {
  const { succeeded, failed, canceled, omitted } = counts;
  return Object.keys(counts).length === 4 && outcomeNumber(outcome) >= 0 && writeCount(out, outcomeNumber(outcome)) &&
    writeCount(out, succeeded) && writeCount(out, failed) && writeCount(out, canceled) && writeCount(out, omitted);
}

/** Writes the tag, the time, the job and the task. */
function writeTaskStart(out: ByteWriter, state: CodecState, event: TaskEvent): boolean {
  const task = event.kind === "tasksDropped" ? event.first : event.task;
  if (!isCount(task) || !writeStart(out, state, event, flagsOf(event))) return false;
  const distance = task - state.task;
  state.task = task;
  return writeDistance(out, distance);
}

/** Writes the tag, the time and the job. */
function writeStart(
  out: ByteWriter,
  state: CodecState,
  event: Event & { readonly job: unknown },
  flags: number,
): boolean {
  const { kind, atMs, job } = event;
  const distanceUs = microseconds(atMs) - state.timeUs;
  if (!isCount(job) || !isDistance(distanceUs)) return false;
  const tag = kindNumbers[kind as keyof typeof kindNumbers] | flags;
  out.byte(tag | (distanceUs === 0 ? flagSameTime : 0) | (job === state.job ? flagSameJob : 0));
  if (distanceUs !== 0) out.signed(distanceUs);
  if (job !== state.job) out.varint(job);
  state.timeUs += distanceUs;
  state.job = job;
  return true;
}

function flagsOf(event: TaskEvent): number {
  if (event.kind === "tasksDropped") return 0;
  const isFurther = event.kind === "taskStarted"
    ? (event as StartedEvent).startTicks !== undefined
    : event.kind === "taskEnded" && isPlainSuccess(event);
  return (event.attempt === 1 ? flagFirstAttempt : 0) | (isFurther ? flagFurther : 0);
}

function isPlainSuccess({ outcome }: Event & { readonly kind: "taskEnded" }): boolean {
  return outcome.kind === "succeeded" && Object.keys(outcome).length === 1;
}

/** The first attempt is a flag. */
function writeAttempt(out: ByteWriter, attempt: number): boolean {
  return attempt === 1 || writeCount(out, attempt);
}

function writeCount(out: ByteWriter, count: number): boolean {
  if (!isCount(count)) return false;
  out.varint(count);
  return true;
}

function writeDistance(out: ByteWriter, distance: number): boolean {
  if (!isDistance(distance)) return false;
  out.signed(distance);
  return true;
}

function microseconds(milliseconds: number): number {
  return Math.round(milliseconds * 1000);
}
