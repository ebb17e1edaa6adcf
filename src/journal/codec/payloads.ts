/**
 * Puts the parts of long payloads together again.
 *
 * @module
 */

import { invariant, present } from "../../base/assert.ts";
import { concatenate } from "../../base/bytes.ts";
import type { FoundRecord, Loss, RecordScanner, TornTail } from "../replay/scan.ts";

/** A payload, from one record or several. */
export interface WholePayload {
  /** Whether it is events; else it is a header. */
  readonly isEvents: boolean;
  /** The payload. */
  readonly payload: Uint8Array;
  /** The number of its first record. */
  readonly sequence: number;
  /** Where its first record begins. */
  readonly offset: number;
  /** The bytes of its records. */
  readonly length: number;
  /** How many records it takes. */
  readonly records: number;
}

const brokenReason = "another part of the same long record is lost";

/** Reads payloads one after another. */
export class PayloadReader {
  readonly #scanner: RecordScanner;
  readonly #losses: Loss[] = [];
  #records = 0;
  #openParts: FoundRecord[] = [];

  /** Reads the records that a scanner finds. */
  constructor(scanner: RecordScanner) {
    this.#scanner = scanner;
  }

  /** How many records were of use. */
  get records(): number {
    return this.#records;
  }

  /** How many bytes were looked at. */
  get bytesRead(): number {
    return this.#scanner.bytesRead;
  }

  /** What was lost so far. */
  get losses(): readonly Loss[] {
    return [...this.#scanner.losses, ...this.#losses];
  }

  /** The number that the next record should have. */
  get nextSequence(): number {
    return this.#scanner.nextSequence;
  }

  /** What stands after the last payload; known when there is no next one. */
  get tail(): TornTail | undefined {
    const { tail, bytesRead } = this.#scanner;
    const first = this.#openParts[0];
    if (first === undefined) return tail;
    invariant(first.offset < bytesRead, "The parts of a payload were read");
    const { isDamaged, reason } = tail ?? { isDamaged: false, reason: "the last parts of a long record are missing" };
    return { offset: first.offset, length: bytesRead - first.offset, isDamaged, reason };
  }

  /** Reads the next payload; `undefined` at the end. */
  next(): WholePayload | undefined {
    for (let record = this.#scanner.next(); record !== undefined; record = this.#scanner.next()) {
      if (!this.#fits(record)) {
        this.#dropOpenParts();
        if (record.continues) {
          this.#lose(record);
          continue;
        }
      }
      this.#openParts.push(record);
      if (record.hasMore) continue;
      const whole = join(this.#openParts);
      invariant(whole.records === this.#openParts.length, "A payload has as many records as parts");
      invariant(whole.sequence + whole.records === record.sequence + 1, "The parts of a payload follow one another");
      invariant(whole.payload.length < whole.length, "A payload is shorter than its records");
      this.#records += whole.records;
      invariant(this.#records <= this.#scanner.nextSequence, "No record is of use twice");
      this.#openParts = [];
      return whole;
    }
    return undefined;
  }

  #fits(record: FoundRecord): boolean {
    const last = this.#openParts.at(-1);
    if (last === undefined) return !record.continues;
    return record.continues && record.isEvents === last.isEvents && record.sequence === last.sequence + 1;
  }

  #dropOpenParts(): void {
    for (const part of this.#openParts) this.#lose(part);
    this.#openParts = [];
  }

  /** Notes a part that is of no use; neighbours make one loss. */
  #lose({ offset, length }: FoundRecord): void {
    const last = this.#losses.at(-1);
    invariant(last === undefined || last.offset + last.length <= offset, "A loss lies behind the one before");
    if (last !== undefined && last.offset + last.length === offset) {
      const recordsLost = last.recordsLost + 1;
      this.#losses[this.#losses.length - 1] = { ...last, length: last.length + length, recordsLost };
    } else {
      this.#losses.push({ offset, length, recordsLost: 1, reason: brokenReason });
    }
  }
}

function join(parts: readonly FoundRecord[]): WholePayload {
  const first = present(parts[0], "the first part of a payload");
  const last = present(parts.at(-1), "the last part of a payload");
  const payload = parts.length === 1 ? last.payload : concatenate(parts.map((part) => part.payload));
  const { sequence, offset, isEvents } = first;
  return { isEvents, payload, sequence, offset, length: last.offset + last.length - offset, records: parts.length };
}
