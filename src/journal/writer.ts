/**
 * From the events of a turn to the bytes that are appended to the journal, and to those that are kept twice.
 *
 * @module
 */

import { invariant } from "../base/assert.ts";
import type { Event } from "../core/types.ts";
import { ByteWriter } from "./codec/bytes.ts";
import { CompactWriter, writeJson } from "./codec/encode_events.ts";
import { preamble, writeRecords } from "./codec/format.ts";
import { type Basis, basisOf, encodeHeader, type JournalHeader, sealOf } from "./codec/header.ts";
import { sealNumber } from "./codec/event_format.ts";

/** A record of events is closed when it is about to grow beyond: what one damaged byte can cost. */
const recordBytesTarget = 2048;

/**
 * How far apart the first two copies of the header are, so that one damaged block cannot hit both. Before the second,
 * no record leans on the header.
 */
const secondCopyBytes = 4096;

/** The least distance between the other copies; more with a large header, so that they stay a small part of the file. */
const furtherCopyBytesMin = 1 << 20;
const furtherCopyFactor = 64;

/** One record in this many has a seal, and each that is kept twice: seals in all would be a tenth of the file. */
const sealedRecords = 8;

/** Where a journal goes on. */
export interface Continuation {
  /** The number of the next record. */
  readonly sequence: number;
  /** Whether earlier records lean on a header that is lost, so that no other header may stand in for it. */
  readonly hasLostBasis: boolean;
  /** Whether the file has nothing any more, not even its first line. */
  readonly isEmpty?: boolean;
}

/** Encodes the events of one journal. What it returns must be written, whole and in order. */
export class JournalWriter {
  readonly #basis: Basis | undefined;
  readonly #header: Uint8Array;
  readonly #seal: number;
  readonly #isNew: boolean;
  readonly #out = new ByteWriter();
  readonly #payload = new ByteWriter();
  readonly #copied = new ByteWriter();
  #sequence: number;
  #copies = 0;
  #bytesSinceCopy = 0;

  /**
   * Begins a journal, or goes on with one.
   *
   * @param header What is true of the whole run. To go on, the header of the file; names of nodes may be added to it.
   * @param continuation Where to go on; absent for a new journal.
   */
  constructor(header: JournalHeader, continuation?: Continuation) {
    this.#basis = continuation?.hasLostBasis ? undefined : basisOf(header);
    this.#header = encodeHeader(header, this.#basis !== undefined);
    this.#seal = sealOf(header.runId);
    this.#isNew = continuation === undefined || continuation.isEmpty === true;
    this.#sequence = continuation?.sequence ?? 0;
    invariant(
      this.#isNew || this.#sequence > 0 || continuation?.hasLostBasis !== true,
      "What has lost its header has a number",
    );
  }

  /** Encodes what is to be written before any event. The bytes are valid until the next call. */
  begin(): Uint8Array<ArrayBuffer> {
    invariant(this.#copies === 0, "A journal is begun once");
    this.#out.truncate(0);
    this.#copied.truncate(0);
    if (this.#isNew) this.#out.raw(preamble);
    this.#copyHeader();
    return this.#out.written;
  }

  /** Encodes events. The bytes are valid until the next call. */
  encode(events: readonly Event[]): Uint8Array<ArrayBuffer> {
    invariant(this.#copies > 0, "A header stands before all events");
    this.#out.truncate(0);
    this.#copied.truncate(0);
    let open: CompactWriter | undefined;
    for (const event of events) {
      if (open !== undefined && this.#add(open, event)) continue;
      if (open !== undefined) this.#flush();
      open = this.#start(event);
    }
    if (open !== undefined) this.#flush();
    invariant(this.#payload.length === 0, "All events that were given are in records");
    invariant(events.length === 0 || this.#out.length > 0, "Events take bytes");
    invariant(this.#copied.length <= this.#out.length, "What is kept twice is kept once");
    return this.#out.written;
  }

  /**
   * What of the last call's bytes is to be kept twice: headers, and what jobs are. The same records with the same
   * numbers; see `replay/restore_records.ts`. Valid until the next call.
   */
  get copied(): Uint8Array<ArrayBuffer> {
    return this.#copied.written;
  }

  /** Starts a record. What has no compact form gets one for itself, and none is open then. */
  #start(event: Event): CompactWriter | undefined {
    invariant(this.#payload.length === 0, "A record is started when the one before is closed");
    const open = new CompactWriter(this.#payload, event, this.#copies > 1 ? this.#basis : undefined);
    if (this.#add(open, event)) return open;
    // JSON leans on nothing: what a job is must be readable whatever else is lost.
    this.#payload.truncate(0);
    writeJson(this.#payload, event);
    this.#flush(event.kind === "jobSubmitted");
    return undefined;
  }

  /** Adds an event to the open record. Returns whether it could. */
  #add(open: CompactWriter, event: Event): boolean {
    const { length } = this.#payload;
    invariant(length > 0, "A record is open when an event is added to it");
    const isFirst = length <= baseBytesMax;
    if (open.write(event) && (isFirst || this.#payload.length <= recordBytesTarget)) return true;
    this.#payload.truncate(length);
    return false;
  }

  #flush(isKeptTwice = false): void {
    invariant(this.#payload.length > 0, "A record of events has some");
    if (isKeptTwice || this.#sequence % sealedRecords === 0) this.#writeSeal();
    const before = this.#out.length;
    const sequence = this.#sequence;
    this.#sequence = writeRecords(this.#out, this.#payload.written, true, sequence);
    invariant(this.#sequence > sequence && this.#out.length > before, "A record has a number and bytes");
    if (isKeptTwice) this.#copied.raw(this.#out.written.subarray(before));
    this.#payload.truncate(0);
    this.#bytesSinceCopy += this.#out.length - before;
    const furtherCopyBytes = Math.max(furtherCopyBytesMin, furtherCopyFactor * this.#header.length);
    if (this.#bytesSinceCopy >= (this.#copies === 1 ? secondCopyBytes : furtherCopyBytes)) this.#copyHeader();
  }

  #writeSeal(): void {
    invariant(this.#payload.length > 0, "A seal is the last thing of a record, and not the first");
    this.#payload.byte(sealNumber);
    this.#payload.varint(4);
    this.#payload.uint32(this.#seal);
  }

  #copyHeader(): void {
    invariant(this.#payload.length === 0, "No copy of the header stands inside of a record");
    const before = this.#out.length;
    this.#sequence = writeRecords(this.#out, this.#header, false, this.#sequence);
    this.#copied.raw(this.#out.written.subarray(before));
    this.#copies++;
    this.#bytesSinceCopy = 0;
    invariant(this.#out.length > before, "A header has bytes");
  }
}

/** The first event of a record starts within this many bytes. */
const baseBytesMax = 8;
