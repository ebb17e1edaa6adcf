/**
 * From bytes to events; see `event_format.ts`.
 *
 * @module
 */

import { parseJson } from "../../base/written_number.ts";
import type { Event } from "../../core/types.ts";
import { readAllocation } from "./allocation_codec.ts";
import { ByteReader, decodeText, isCount, MalformedRecord } from "./bytes.ts";
import {
  type CodecState,
  flagFirstAttempt,
  flagFurther,
  flagSameJob,
  flagSameTime,
  kindMask,
  kindNumbers,
  kindSkippableMin,
  knownKinds,
  type StartedEvent,
} from "./event_format.ts";
import type { Basis } from "./header.ts";
import { outcomeKind, readOutcome, readUsage } from "./outcome_codec.ts";

/** What a record of events holds. */
export interface DecodedEvents {
  /** The events that this version knows. */
  readonly events: readonly Event[];
  /** The kinds of those that it does not know: a newer version wrote them. */
  readonly unknownKinds: readonly string[];
  /** What is wrong with the record, after the events that could be read. */
  readonly problem?: string;
}

/** Says whether a payload of events can be read without a header. */
export function standsAlone(payload: Uint8Array): boolean {
  return (payload[0] ?? 1) % 2 === 1;
}

/**
 * Reads a payload of events.
 *
 * @param payload What the records hold.
 * @param basis What the header states; to be there unless the payload {@linkcode standsAlone}.
 */
export function decodeEvents(payload: Uint8Array, basis: Basis | undefined): DecodedEvents {
  const events: Event[] = [];
  const unknownKinds: string[] = [];
  try {
    const from = new ByteReader(payload);
    const base = from.varint();
    const leansOn = base % 2 === 0 ? basis : undefined;
    const timeUs = Math.floor(base / 2) + (leansOn?.originUs ?? 0);
    const state: CodecState = { basis: leansOn, timeUs, job: 0, task: 0 };
    while (!from.isAtEnd) {
      const event = readEvent(from, state);
      if (typeof event === "string") unknownKinds.push(event);
      else events.push(event);
    }
  } catch (error) {
    if (!(error instanceof MalformedRecord)) throw error;
    return { events, unknownKinds, problem: error.message };
  }
  return { events, unknownKinds };
}

/** Reads an event; of an unknown kind, only the name of the kind. */
function readEvent(from: ByteReader, state: CodecState): Event | string {
  const tag = from.byte();
  const kind = tag & kindMask;
  if (kind >= kindSkippableMin) {
    const fields = from.raw(from.varint());
    return kind === kindNumbers.json ? parseEvent(decodeText(fields)) : `number ${kind}`;
  }
  if (!(tag & flagSameTime)) state.timeUs += from.signed();
  if (!(tag & flagSameJob)) state.job = from.varint();
  const atMs = state.timeUs / 1000;
  const { job } = state;
  switch (kind) {
    case kindNumbers.taskScheduled:
    case kindNumbers.taskStarted:
    case kindNumbers.taskEnded:
    case kindNumbers.attemptEnded: {
      state.task += from.signed();
      return readTaskEvent(from, tag, state);
    }
    case kindNumbers.tasksDropped: {
      const first = state.task += from.signed();
      const count = from.varint();
      const outcome = readOutcome(from);
      if (outcome.kind === "succeeded") throw new MalformedRecord("dropped tasks in it succeeded");
      return { kind: "tasksDropped", atMs, job, first, count, outcome };
    }
    case kindNumbers.jobEnded: {
      const outcome = outcomeKind(from.varint());
      const [succeeded, failed, canceled, omitted] = [from.varint(), from.varint(), from.varint(), from.varint()];
      return { kind: "jobEnded", atMs, job, outcome, counts: { succeeded, failed, canceled, omitted } };
    }
    case kindNumbers.jobForgotten:
      return { kind: "jobForgotten", atMs, job };
    default:
      throw new MalformedRecord(`there is no kind number ${kind}`);
  }
}

function readTaskEvent(from: ByteReader, tag: number, { timeUs, job, task, basis }: CodecState): Event {
  const atMs = timeUs / 1000;
  const attempt = tag & flagFirstAttempt ? 1 : from.varint();
  switch (tag & kindMask) {
    case kindNumbers.taskScheduled:
      return { kind: "taskScheduled", atMs, task, job, attempt, allocation: readAllocation(from, basis) };
    case kindNumbers.taskStarted: {
      const started: StartedEvent = { kind: "taskStarted", atMs, task, job, attempt, pid: from.varint() };
      return tag & flagFurther ? { ...started, startTicks: from.varint() } as StartedEvent : started;
    }
    case kindNumbers.attemptEnded: {
      const outcome = readOutcome(from);
      if (outcome.kind !== "failed") throw new MalformedRecord("an attempt in it ended without having failed");
      const usage = readUsage(from);
      const readyAtMs = (timeUs + from.signed()) / 1000;
      return { kind: "attemptEnded", atMs, task, job, attempt, outcome, usage, readyAtMs };
    }
    default: {
      const outcome = tag & flagFurther ? { kind: "succeeded" as const } : readOutcome(from);
      return { kind: "taskEnded", atMs, task, job, attempt, outcome, usage: readUsage(from) };
    }
  }
}

/** Reads an event from JSON. Its checksum is right, so only what a newer version may have changed is looked at. */
function parseEvent(text: string): Event | string {
  let event: Partial<Record<string, unknown>> | null;
  try {
    // Only attributes hold numbers that a user wrote and that are given back; all others are written by us.
    event = (text.includes('"attributes":') ? parseJson(text) : JSON.parse(text)) as typeof event;
  } catch {
    throw new MalformedRecord("an event in it is not JSON");
  }
  const kind = event?.["kind"];
  if (typeof kind !== "string" || typeof event?.["atMs"] !== "number") {
    throw new MalformedRecord("an event has no kind");
  }
  if (!Object.hasOwn(knownKinds, kind)) return kind;
  if (kind === "jobSubmitted") requireJob(event["job"]);
  return event as unknown as Event;
}

function requireJob(job: unknown): void {
  const { id, firstTask, description } = (job ?? {}) as Partial<Record<string, unknown>>;
  if (isCount(id) && isCount(firstTask) && typeof description === "object" && description !== null) return;
  throw new MalformedRecord("a submitted job in it has no id, firstTask or description");
}
