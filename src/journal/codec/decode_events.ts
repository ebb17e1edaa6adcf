/**
 * From bytes to events; see `event_format.ts`.
 *
 * @module
 */

import { invariant } from "../../base/assert.ts";
import { parseJson } from "../../base/written_number.ts";
import type { Event, JobOutcome, Outcome, OutcomeCounts } from "../../core/types.ts";
import { readAllocation } from "./allocation_codec.ts";
import { ByteReader, decodeText, isCount, MalformedRecord } from "./bytes.ts";
import {
  flagFirstAttempt,
  flagSameJob,
  flagSameTime,
  flagSucceeded,
  jsonNumber,
  kindMask,
  kindSkippableMin,
  knownKinds,
  sealNumber,
} from "./event_format.ts";
import { type DroppedOutcome, type FailedOutcome, type FieldPass, formOfNumber } from "./event_table.ts";
import type { Basis } from "./header.ts";
import { outcomeKind, readOutcome, readUsage } from "./outcome_codec.ts";

/** What a record of events holds. */
export interface DecodedEvents {
  /** The events that this version knows. */
  readonly events: readonly Event[];
  /** The kinds of those that it does not know: a newer version wrote them. */
  readonly unknownKinds: readonly string[];
  /** The seal of the run that it is of, if it has one. */
  readonly seal?: number | undefined;
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
  let seal: number | undefined;
  try {
    const reader = new CompactReader(payload, basis);
    while (!reader.isAtEnd) {
      const event = reader.next();
      if (typeof event === "string") unknownKinds.push(event);
      else if (typeof event === "number") seal = event;
      else events.push(event);
    }
  } catch (error) {
    if (!(error instanceof MalformedRecord)) throw error;
    return { events, unknownKinds, seal, problem: error.message };
  }
  return seal === undefined ? { events, unknownKinds } : { events, unknownKinds, seal };
}

/** Passes over a form need an event to take apart; a reader needs nothing of it. */
const noEvent = {} as Event;

/** Reads the events of one payload, each in relation to the one before. */
class CompactReader implements FieldPass {
  atMs = 0;
  job = 0;
  readonly #from: ByteReader;
  readonly #basis: Basis | undefined;
  #timeUs: number;
  #task = 0;
  #tag = 0;

  constructor(payload: Uint8Array, basis: Basis | undefined) {
    this.#from = new ByteReader(payload);
    invariant(basis !== undefined || standsAlone(payload), "What leans on a header is read with one");
    const base = this.#from.varint();
    this.#basis = base % 2 === 0 ? basis : undefined;
    this.#timeUs = Math.floor(base / 2) + (this.#basis?.originUs ?? 0);
  }

  get isAtEnd(): boolean {
    return this.#from.isAtEnd;
  }

  /** Reads an event; of an unknown kind, only the name of the kind; a seal is a number. */
  next(): Event | string | number {
    const tag = this.#tag = this.#from.byte();
    const number = tag & kindMask;
    if (number >= kindSkippableMin) {
      const fields = this.#from.raw(this.#from.varint());
      if (number === sealNumber) return readSeal(fields);
      return number === jsonNumber ? parseEvent(decodeText(fields)) : `number ${number}`;
    }
    const form = formOfNumber(number);
    if (form === undefined) throw new MalformedRecord(`there is no kind number ${number}`);
    if (!(tag & flagSameTime)) this.#timeUs += this.#from.signed();
    if (!(tag & flagSameJob)) this.job = this.#from.varint();
    this.atMs = this.#timeUs / 1000;
    return form.pass(this, noEvent);
  }

  count(): number {
    return this.#from.varint();
  }

  task(): number {
    return this.#task += this.#from.signed();
  }

  attempt(): number {
    return this.#tag & flagFirstAttempt ? 1 : this.#from.varint();
  }

  time(): number {
    return (this.#timeUs + this.#from.signed()) / 1000;
  }

  allocation(): ReturnType<FieldPass["allocation"]> {
    return readAllocation(this.#from, this.#basis);
  }

  outcome(): Outcome {
    return this.#tag & flagSucceeded ? { kind: "succeeded" } : readOutcome(this.#from);
  }

  failedOutcome(): FailedOutcome {
    const outcome = readOutcome(this.#from);
    if (outcome.kind !== "failed") throw new MalformedRecord("an attempt in it ended without having failed");
    return outcome;
  }

  droppedOutcome(): DroppedOutcome {
    const outcome = readOutcome(this.#from);
    if (outcome.kind === "succeeded") throw new MalformedRecord("dropped tasks in it succeeded");
    return outcome;
  }

  jobOutcome(): JobOutcome {
    return outcomeKind(this.#from.varint());
  }

  counts(): OutcomeCounts {
    const [succeeded, failed, canceled, omitted] = [this.count(), this.count(), this.count(), this.count()];
    return { succeeded, failed, canceled, omitted };
  }

  usage(): ReturnType<FieldPass["usage"]> {
    return readUsage(this.#from);
  }
}

function readSeal(fields: Uint8Array): number {
  if (fields.length !== 4) throw new MalformedRecord("the seal in it has not four bytes");
  return new DataView(fields.buffer, fields.byteOffset).getUint32(0, true);
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
