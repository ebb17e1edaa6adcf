/**
 * Finds the records of a journal, whatever else is in the file: what does not check out is passed over byte by byte,
 * up to the next mark whose record does.
 *
 * @module
 */

import { invariant } from "../../base/assert.ts";
import { concatenate } from "../../base/bytes.ts";
import { varintBytesMax } from "../codec/bytes.ts";
import {
  checksum,
  markContinues,
  markEvents,
  markHasMore,
  markMin,
  payloadBytesMax,
  preamble,
  recordBytesMax,
} from "../codec/format.ts";

/** A record that checks out. */
export interface FoundRecord {
  /** Whether its payload is events; else it is a header. */
  readonly isEvents: boolean;
  /** Whether its payload continues that of the record before. */
  readonly continues: boolean;
  /** Whether the next record continues its payload. */
  readonly hasMore: boolean;
  /** Its number. */
  readonly sequence: number;
  /** Where it begins in the file. */
  readonly offset: number;
  /** Its bytes, all in all. */
  readonly length: number;
  /** What it holds; stays valid. */
  readonly payload: Uint8Array;
}

/** A place in the file where something is lost. */
export interface Loss {
  /** Where it begins. */
  readonly offset: number;
  /** How many bytes are of no use. */
  readonly length: number;
  /** How many records are missing, by their numbers; 0 for what an interrupted write left. */
  readonly recordsLost: number;
  /** What is wrong, as a clause. */
  readonly reason: string;
}

/** What stands after the last good record: what a write left that was interrupted, or damage. */
export interface TornTail {
  /** Where it begins. */
  readonly offset: number;
  /** How many bytes there are. */
  readonly length: number;
  /** Whether it does not look like the beginning of one record, so that records may be lost in it. */
  readonly isDamaged: boolean;
  /** What is wrong, as a clause. */
  readonly reason: string;
}

/** Why there is no record at a place. */
const reasons = {
  cut: "the record is incomplete",
  mark: "no record begins here",
  length: "the length of the record cannot be",
  checksum: "the checksum of the record is wrong",
  order: "the record repeats an earlier number",
} as const;

/** Reads records one after another. */
export class RecordScanner {
  readonly #source: Iterator<Uint8Array>;
  #bytes: Uint8Array = new Uint8Array();
  #at = 0;
  /** Where `#bytes` begins in the file. */
  #base = 0;
  #isExhausted = false;
  #nextSequence = 0;
  #tail: TornTail | undefined;
  readonly #losses: Loss[] = [];

  /** Reads from the beginning of a file that comes in pieces. */
  constructor(source: Iterable<Uint8Array>) {
    this.#source = source[Symbol.iterator]();
  }

  /** What was lost so far. */
  get losses(): readonly Loss[] {
    return this.#losses;
  }

  /** What stands after the last record; known when there is no next one. */
  get tail(): TornTail | undefined {
    return this.#tail;
  }

  /** The number that the next record should have. */
  get nextSequence(): number {
    return this.#nextSequence;
  }

  /** How many bytes were looked at. */
  get bytesRead(): number {
    return this.#base + this.#at;
  }

  /**
   * Reads the first line. What is wrong with it is no harm as long as records follow: their marks say what they are.
   *
   * @returns The line as it should be, or what stands in its place; less at the end of a short file.
   */
  readPreamble(): Uint8Array {
    invariant(this.bytesRead === 0 && this.#nextSequence === 0, "The first line is read before all records");
    this.#fill(preamble.length);
    const found = this.#bytes.slice(0, preamble.length);
    if (!found.every((byte, i) => byte === preamble[i])) return found;
    if (found.length === preamble.length) this.#at = preamble.length;
    else if (found.length > 0) this.#endWith(0, reasons.cut);
    return found;
  }

  /** Finds the next record; `undefined` at the end of the file. */
  next(): FoundRecord | undefined {
    if (this.#tail !== undefined) return undefined;
    const start = this.bytesRead;
    let reason: string | undefined;
    for (;;) {
      this.#fill(recordBytesMax);
      if (this.#at >= this.#bytes.length) break;
      const record = this.#try();
      if (typeof record !== "string") {
        this.#noteLoss(start, record, reason);
        return record;
      }
      reason ??= record;
      this.#at = findMark(this.#bytes, this.#at + 1);
    }
    if (reason !== undefined) this.#endWith(start, reason);
    return undefined;
  }

  #endWith(start: number, reason: string): void {
    invariant(this.#tail === undefined, "A file has one end");
    this.#at = this.#bytes.length;
    invariant(start <= this.bytesRead, "A tail begins in the file");
    this.#tail = { offset: start, length: this.bytesRead - start, isDamaged: reason !== reasons.cut, reason };
  }

  #noteLoss(start: number, record: FoundRecord, reason: string | undefined): void {
    const recordsLost = record.sequence - this.#nextSequence;
    const length = record.offset - start;
    invariant(recordsLost >= 0 && length >= 0, "A record lies behind the one before, in the file and by its number");
    invariant(record.offset + record.length === this.bytesRead, "The next record is looked for behind this one");
    this.#nextSequence = record.sequence + 1;
    if (recordsLost === 0 && length === 0) return;
    const last = this.#losses.at(-1);
    invariant(last === undefined || last.offset + last.length < start, "Between two losses there is a record");
    this.#losses.push({ offset: start, length, recordsLost, reason: reason ?? "records are missing here" });
  }

  /** Reads the record that begins here, or says why there is none. */
  #try(): FoundRecord | string {
    const bytes = this.#bytes;
    const start = this.#at;
    const mark = bytes[start]!;
    if (mark < markMin) return reasons.mark;
    let at = start + 5;
    const lengthLow = bytes[at++] ?? -1;
    const lengthHigh = lengthLow < 0x80 ? 0 : bytes[at++] ?? -1;
    if (lengthLow < 0 || lengthHigh < 0) return reasons.cut;
    const length = (lengthLow & 0x7f) + lengthHigh * 0x80;
    if (lengthHigh >= 0x80 || length > payloadBytesMax) return reasons.length;
    let sequence = 0;
    for (let factor = 1, byte = 0x80; byte >= 0x80; factor *= 0x80) {
      byte = bytes[at++] ?? -1;
      if (byte < 0) return reasons.cut;
      sequence += (byte & 0x7f) * factor;
      if (factor >= 0x80 ** varintBytesMax) return reasons.length;
    }
    const end = at + length;
    if (end > bytes.length) return reasons.cut;
    if (readUint32(bytes, start + 1) !== checksum(bytes, start, end)) return reasons.checksum;
    if (sequence < this.#nextSequence) return reasons.order;
    this.#at = end;
    return {
      isEvents: (mark & markEvents) !== 0,
      continues: (mark & markContinues) !== 0,
      hasMore: (mark & markHasMore) !== 0,
      sequence,
      offset: this.#base + start,
      length: end - start,
      payload: bytes.subarray(at, end),
    };
  }

  /** Reads on until `count` bytes are there, or the file ends. */
  #fill(count: number): void {
    invariant(this.#at <= this.#bytes.length, "A record is looked for among the bytes that are there");
    while (!this.#isExhausted && this.#bytes.length - this.#at < count) {
      const { value, done } = this.#source.next();
      if (done) {
        this.#isExhausted = true;
        return;
      }
      // A new buffer, so that payloads of the old one stay valid.
      const rest = this.#bytes.subarray(this.#at);
      this.#base += this.#at;
      this.#at = 0;
      this.#bytes = rest.length === 0 ? value : concatenate([rest, value]);
      invariant(this.#bytes.length === rest.length + value.length, "No byte of a file is lost between two pieces");
    }
  }
}

function findMark(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && bytes[at]! < markMin) at++;
  return at;
}

function readUint32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | bytes[at + 1]! << 8 | bytes[at + 2]! << 16 | bytes[at + 3]! << 24) >>> 0;
}
