/**
 * Restores records of a journal from their second copy.
 *
 * What must not be lost, whatever becomes of one place of one file, is written twice: copies of the header, and what
 * jobs are. The copy is a file of its own beside the journal, in the same format, with the same records under the same
 * numbers, and nothing between them. It is written after the journal. So a record that the journal lacks is found by its
 * number and stands again where it stood; and one that comes after all of the journal's proves that the journal has lost
 * its end.
 *
 * @module
 */

import { invariant, present } from "../../base/assert.ts";
import { decodeEvents, standsAlone } from "../codec/decode_events.ts";
import { preamble, writeRecords } from "../codec/format.ts";
import { ByteWriter } from "../codec/bytes.ts";
import { PayloadReader, type WholePayload } from "../codec/payloads.ts";
import { RecordScanner } from "./scan.ts";
import type { Event } from "../../core/types.ts";

/** A payload of the journal, or of its copy where the journal lacks it. */
export interface MergedPayload extends WholePayload {
  /** Whether the copy has it. */
  readonly isCopied: boolean;
}

/** Records that were taken from the copy. */
export interface RestoredRecords {
  /** How many there are. */
  readonly records: number;
  /** Their bytes. */
  readonly bytes: number;
  /** Where in the journal the next record begins; `undefined` when none follows. */
  readonly before: number | undefined;
}

/** Reads the payloads of a journal one after another, with those that only its copy has. */
export class RestoringReader {
  readonly #journal: PayloadReader;
  readonly #copy: PayloadReader | undefined;
  readonly #restored: RestoredRecords[] = [];
  #next: WholePayload | undefined;
  #nextCopied: WholePayload | undefined;
  #sequence = 0;

  /** Joins the readers of both files; there may be no copy. */
  constructor(journal: PayloadReader, copy: PayloadReader | undefined) {
    this.#journal = journal;
    this.#copy = copy;
    this.#next = journal.next();
    this.#nextCopied = copy?.next();
  }

  /** What the copy begins with: a header, unless it is damaged. */
  get firstCopied(): WholePayload | undefined {
    return this.#nextCopied;
  }

  /** What was taken from the copy so far. */
  get restored(): readonly RestoredRecords[] {
    return this.#restored;
  }

  /** How many bytes were taken from the copy after the last record of the journal. */
  get bytesAtEnd(): number {
    return this.#restored.reduce((sum, { bytes, before }) => before === undefined ? sum + bytes : sum, 0);
  }

  /** The number that the next record should have. */
  get nextSequence(): number {
    return Math.max(this.#sequence, this.#journal.nextSequence);
  }

  /** Whether the copy is damaged; known at the end. That it ends with half a record is no damage. */
  get isCopyDamaged(): boolean {
    return this.#copy !== undefined &&
      (this.#copy.tail !== undefined || this.#copy.losses.some(({ length }) => length > 0));
  }

  /** Reads the next payload; `undefined` at the end. */
  next(): MergedPayload | undefined {
    const own = this.#next;
    const copied = this.#nextCopied;
    if (copied !== undefined && (own === undefined || copied.sequence < own.sequence)) {
      this.#nextCopied = present(this.#copy, "the copy that a record is of").next();
      this.#restored.push({ records: copied.records, bytes: copied.length, before: own?.offset });
      invariant(copied.sequence >= this.#sequence, "What is restored lies behind what was restored before");
      this.#sequence = copied.sequence + copied.records;
      return { ...copied, isCopied: true };
    }
    if (own === undefined) return undefined;
    this.#next = this.#journal.next();
    const isCopied = copied?.sequence === own.sequence;
    if (isCopied) this.#nextCopied = present(this.#copy, "the copy that a record is of").next();
    return { ...own, isCopied };
  }
}

/** Reads the bytes of a journal, and of its copy where there is one, from the beginning. */
export function readTwice(journal: Iterable<Uint8Array>, copy: Iterable<Uint8Array> | undefined): RestoringReader {
  const own = new RecordScanner(journal);
  own.readPreamble();
  return new RestoringReader(new PayloadReader(own), copy === undefined ? undefined : readCopy(copy));
}

/** Reads the bytes of a copy from the beginning. */
export function readCopy(copy: Iterable<Uint8Array>): PayloadReader {
  const scanner = new RecordScanner(copy);
  scanner.readPreamble();
  return new PayloadReader(scanner);
}

/** Says whether events are what is kept twice: what a job is, which stands alone in its payload. */
export function isKeptTwice(events: readonly Event[]): boolean {
  return events.length === 1 && events[0]!.kind === "jobSubmitted";
}

/**
 * Makes the copy anew.
 *
 * @param reader Reads the payloads of a journal, and of what there is of its copy.
 * @returns The bytes of the file, in pieces.
 */
export function* makeCopy(reader: RestoringReader): Generator<Uint8Array<ArrayBuffer>, void, void> {
  const out = new ByteWriter();
  out.raw(preamble);
  for (let whole = reader.next(); whole !== undefined; whole = reader.next()) {
    const { isEvents, payload, sequence } = whole;
    if (isEvents && !(standsAlone(payload) && isKeptTwice(decodeEvents(payload, undefined).events))) continue;
    writeRecords(out, payload, isEvents, sequence);
    yield out.written.slice();
    out.truncate(0);
  }
  yield out.written.slice();
}
