/**
 * From events to bytes; see `event_format.ts`.
 *
 * @module
 */

import { invariant } from "../../base/assert.ts";
import type { Event, JobOutcome, Outcome, OutcomeCounts } from "../../core/types.ts";
import { writeAllocation } from "./allocation_codec.ts";
import { type ByteWriter, isCount, isDistance } from "./bytes.ts";
import {
  flagFirstAttempt,
  flagSameJob,
  flagSameTime,
  flagSucceeded,
  jsonNumber,
  kindMask,
  kindSkippableMin,
} from "./event_format.ts";
import { type FieldPass, formOfKind } from "./event_table.ts";
import type { Basis } from "./header.ts";
import { outcomeNumber, writeOutcome, writeUsage } from "./outcome_codec.ts";

/** An event of a kind that has a compact form. */
type CompactEvent = Event & { readonly job: number };
type Allocation = Parameters<FieldPass["allocation"]>[0];
type Usage = Parameters<FieldPass["usage"]>[0];

/** Writes the events of one payload, each in relation to the one before. */
export class CompactWriter implements FieldPass {
  /** See {@linkcode FieldPass}. */
  atMs = 0;
  /** See {@linkcode FieldPass}. */
  job = 0;
  readonly #out: ByteWriter;
  readonly #basis: Basis | undefined;
  #timeUs: number;
  #task = 0;
  #tagAt = 0;
  #fits = true;

  /**
   * Starts a payload.
   *
   * @param out Where to.
   * @param first The event that is to come first.
   * @param basis What the header states, if the payload may lean on it.
   */
  constructor(out: ByteWriter, first: Event, basis: Basis | undefined) {
    // What is written as JSON has its own time, which may be none that could be a base.
    const timeUs = formOfKind(first.kind) !== undefined && isTime(first.atMs) ? microseconds(first.atMs) : 0;
    const isLeaning = basis !== undefined && timeUs >= basis.originUs;
    out.varint(isLeaning ? 2 * (timeUs - basis.originUs) : 2 * timeUs + 1);
    this.#out = out;
    this.#basis = isLeaning ? basis : undefined;
    this.#timeUs = timeUs;
  }

  /**
   * Writes an event in its compact form.
   *
   * @returns Whether it has one. If not, what was written is to be taken back, and this is not to be used again.
   */
  write(event: Event): boolean {
    invariant(this.#fits, "Nothing follows what did not fit");
    invariant(this.#out.length > 0, "The base of a payload stands before its events");
    const form = formOfKind(event.kind);
    if (form === undefined || !isTime(event.atMs) || !this.#writeStart(form.number, event as CompactEvent)) {
      return false;
    }
    // As many fields as the form has, so that none is lost.
    const { length } = Object.keys(form.pass(this, event));
    return this.#fits && Object.keys(event).length === length;
  }

  /** Writes the tag, the time and the job. */
  #writeStart(tag: number, { atMs, job }: CompactEvent): boolean {
    const distanceUs = microseconds(atMs) - this.#timeUs;
    if (!isCount(job) || !isDistance(distanceUs)) return false;
    invariant((tag & kindMask) === tag && tag < kindSkippableMin, "What has no length before it is of a compact form");
    this.#tagAt = this.#out.length;
    this.#out.byte(tag | (distanceUs === 0 ? flagSameTime : 0) | (job === this.job ? flagSameJob : 0));
    if (distanceUs !== 0) this.#out.signed(distanceUs);
    if (job !== this.job) this.#out.varint(job);
    this.#timeUs += distanceUs;
    invariant(this.#timeUs === microseconds(atMs), "The next event stands at its distance from this one");
    this.atMs = atMs;
    this.job = job;
    return true;
  }

  /** Writes a safe integer that is not negative. */
  count(value: number): number {
    if (isCount(value)) this.#out.varint(value);
    else this.#fits = false;
    return value;
  }

  /** Writes the number of a task. */
  task(value: number): number {
    if (isCount(value)) this.#distance(value - this.#task);
    else this.#fits = false;
    this.#task = value;
    return value;
  }

  /** Writes the number of an attempt. */
  attempt(value: number): number {
    if (value === 1) this.#out.setBits(this.#tagAt, flagFirstAttempt);
    else this.count(value);
    return value;
  }

  /** Writes a time. */
  time(value: number): number {
    this.#distance(microseconds(value) - this.#timeUs);
    return value;
  }

  /** Writes what a task was granted. */
  allocation(value: Allocation): Allocation {
    return this.#note(value, writeAllocation(this.#out, value, this.#basis));
  }

  /** Writes how a task ended. */
  outcome(value: Outcome): Outcome {
    if (value.kind !== "succeeded" || Object.keys(value).length !== 1) return this.#outcome(value);
    this.#out.setBits(this.#tagAt, flagSucceeded);
    return value;
  }

  /** Writes how an attempt ended. */
  failedOutcome<O extends Outcome>(value: O): O {
    return this.#outcome(value);
  }

  /** Writes how tasks ended that never ran. */
  droppedOutcome<O extends Outcome>(value: O): O {
    return this.#outcome(value);
  }

  /** Writes how a job ended. */
  jobOutcome(value: JobOutcome): JobOutcome {
    this.count(outcomeNumber(value));
    return value;
  }

  /** Writes how many tasks ended in each way. */
  counts(value: OutcomeCounts): OutcomeCounts {
    const { succeeded, failed, canceled, omitted } = value;
    for (const count of [succeeded, failed, canceled, omitted]) this.count(count);
    return this.#note(value, Object.keys(value).length === 4);
  }

  /** Writes what a process used. */
  usage(value: Usage): Usage {
    return this.#note(value, writeUsage(this.#out, value));
  }

  #outcome<O extends Outcome>(value: O): O {
    return this.#note(value, writeOutcome(this.#out, value));
  }

  #distance(distance: number): void {
    if (isDistance(distance)) this.#out.signed(distance);
    else this.#fits = false;
  }

  #note<T>(value: T, isWritten: boolean): T {
    if (!isWritten) this.#fits = false;
    return value;
  }
}

/** Writes an event as JSON, as the only one of its payload. It leans on nothing. */
export function writeJson(out: ByteWriter, event: Event): void {
  invariant(out.length === 0, "An event as JSON is the only one of its payload");
  new CompactWriter(out, event, undefined);
  out.byte(jsonNumber);
  out.text(JSON.stringify(event));
}

/** Whether a time can be the base of a payload. */
function isTime(atMs: number): boolean {
  return isCount(2 * microseconds(atMs) + 1);
}

/** A time in whole microseconds. */
function microseconds(milliseconds: number): number {
  return Math.round(milliseconds * 1000);
}
