/**
 * From the bytes of a journal back to its events. Whatever is damaged, every record that is intact is kept, what has a
 * second copy is restored from it, and what is lost is told.
 *
 * @module
 */

import { invariant, present } from "../../base/assert.ts";
import type { Event } from "../../core/types.ts";
import { JournalError } from "../../errors.ts";
import { MalformedRecord } from "../codec/bytes.ts";
import { decodeEvents, standsAlone } from "../codec/decode_events.ts";
import { journalVersion, preamble } from "../codec/format.ts";
import { type Basis, basisOf, decodeHeader, type JournalHeader, sealOf } from "../codec/header.ts";
import { PayloadReader, type WholePayload } from "../codec/payloads.ts";
import { readHeader } from "./last_header.ts";
import { isKeptTwice, type MergedPayload, readCopy, type RestoredRecords, RestoringReader } from "./restore_records.ts";
import { type Loss, RecordScanner, type TornTail } from "./scan.ts";
import type { Continuation } from "../writer.ts";

/** What a replay found, beside the events. */
export interface ReplayReport {
  /** What is true of the whole run; `undefined` when no copy is intact. */
  readonly header: JournalHeader | undefined;
  /** How many bytes the journal has. */
  readonly bytes: number;
  /** How many records are intact, copies of the header included. */
  readonly records: number;
  /** How many events they hold. */
  readonly events: number;
  /** What is lost, in the order of the file, without its end. */
  readonly losses: readonly Loss[];
  /** What stands after the last intact record, if something does. */
  readonly tornTail: TornTail | undefined;
  /** What was restored from its second copy, in the order of the file. */
  readonly restored: readonly RestoredRecords[];
  /** Whether everything that is to be kept twice is. */
  readonly isCopyWhole: boolean;
  /** Kinds of events that a newer version wrote and this one passed over, with their count. */
  readonly unknownKinds: ReadonlyMap<string, number>;
}

/** One walk over the events of a journal. */
export class Replay implements Iterable<Event> {
  readonly #path: string;
  readonly #payloads: PayloadReader;
  readonly #reader: RestoringReader;
  /** The id of the run, as far as it is known. */
  #runId: string | undefined;
  /** The seals that its records may have; none are known before a header. */
  readonly #seals = new Set<number>();
  readonly #losses: Loss[] = [];
  readonly #unknownKinds = new Map<string, number>();
  /** Events that lean on a header which has not come yet, and all after them, since their order counts. */
  #held: MergedPayload[] = [];
  #first: MergedPayload | undefined;
  #header: JournalHeader | undefined;
  #basis: Basis | undefined;
  #hasLostBasis = false;
  #lacksCopy = false;
  #isEmpty: boolean;
  #events = 0;

  /** Reads the beginning of a journal; see {@linkcode replayJournal}. */
  constructor(source: Iterable<Uint8Array>, path: string, copy?: Iterable<Uint8Array>) {
    const scanner = new RecordScanner(source);
    const firstLine = scanner.readPreamble();
    this.#isEmpty = firstLine.length === 0;
    this.#payloads = new PayloadReader(scanner);
    this.#reader = new RestoringReader(this.#payloads, copy === undefined ? undefined : readCopy(copy));
    this.#runId = runIdOf(this.#reader.firstCopied);
    this.#first = this.#reader.next();
    this.#path = path;
    if (this.#first === undefined) refuseForeign(firstLine, path);
    else if (!this.#first.isEvents) {
      this.#takeHeader(this.#first);
      this.#first = undefined;
    }
  }

  /** What is true of the whole run; `undefined` if no copy was intact so far. */
  get header(): JournalHeader | undefined {
    return this.#header;
  }

  /** Walks over the events in order. There is only one walk: a second one goes on where the first was left. */
  *[Symbol.iterator](): Generator<Event, void, undefined> {
    for (let whole = this.#takeNext(); whole !== undefined; whole = this.#takeNext()) {
      if (!whole.isEvents) {
        this.#takeHeader(whole);
        for (const held of this.#release()) yield* this.#decode(held);
      } else if (this.#held.length > 0 || (this.#basis === undefined && !standsAlone(whole.payload))) {
        invariant(this.#basis === undefined, "Events are held as long as no header is known that they lean on");
        this.#held.push(whole);
      } else {
        for (const event of this.#decode(whole)) yield event;
      }
    }
    this.#hasLostBasis ||= this.#held.length > 0;
    for (const held of this.#release()) yield* this.#decode(held);
    invariant(this.#held.length === 0, "At the end no event is held");
  }

  /** Says what was found so far: everything, when the walk has ended. */
  report(): ReplayReport {
    const { records, bytesRead, losses, tail } = this.#payloads;
    return {
      header: this.#header,
      bytes: bytesRead,
      records,
      events: this.#events,
      losses: [...losses, ...this.#losses].toSorted((a, b) => a.offset - b.offset),
      tornTail: tail,
      restored: this.#reader.restored,
      isCopyWhole: !this.#lacksCopy && !this.#reader.isCopyDamaged,
      unknownKinds: this.#unknownKinds,
    };
  }

  /** Says how to go on with the journal, when the walk has ended. */
  continuation(): Continuation {
    invariant(this.#first === undefined && this.#held.length === 0, "A journal goes on behind what was walked over");
    const { tail } = this.#payloads;
    const { nextSequence } = this.#reader;
    invariant(nextSequence >= this.#payloads.records, "No number is given to two records");
    // A record in a damaged tail may have been a whole one once: its number stays free, so that it counts as lost.
    const isTailLost = tail?.isDamaged && tail.length !== this.#reader.bytesAtEnd;
    const isEmpty = this.#isEmpty ? { isEmpty: true } : {};
    return { sequence: nextSequence + (isTailLost ? 1 : 0), hasLostBasis: this.#hasLostBasis, ...isEmpty };
  }

  #takeNext(): MergedPayload | undefined {
    const first = this.#first;
    this.#first = undefined;
    return first ?? this.#reader.next();
  }

  /** Gives back the events that were held, if now they can be read or never will. */
  #release(): readonly MergedPayload[] {
    if (this.#basis === undefined && !this.#hasLostBasis) return [];
    const held = this.#held;
    invariant(held.every(({ isEvents }) => isEvents), "Only events are held");
    this.#held = [];
    return held;
  }

  #takeHeader(whole: MergedPayload): void {
    invariant(!whole.isEvents, "A header is no payload of events");
    this.#lacksCopy ||= !whole.isCopied;
    try {
      const { header, version, isBasis } = decodeHeader(whole.payload);
      if (version.major !== journalVersion.major) refuseVersion(String(version.major), this.#path);
      const known = this.#runId ?? header.runId;
      if (header.runId !== known && header.copyOf !== known) refuseMixture(header.runId, known, this.#path);
      this.#runId = header.runId;
      for (const id of [header.runId, header.copyOf]) if (id !== undefined) this.#seals.add(sealOf(id));
      this.#header = header;
      if (isBasis) this.#basis = basisOf(header);
      else this.#hasLostBasis = true;
    } catch (error) {
      if (!(error instanceof MalformedRecord)) throw error;
      this.#lose(whole, error.message);
    }
  }

  #decode(whole: MergedPayload): readonly Event[] {
    invariant(whole.isEvents, "Events are no header");
    if (this.#basis === undefined && !standsAlone(whole.payload)) {
      this.#lose(whole, "the record leans on a header that is lost");
      return [];
    }
    const { events, unknownKinds, seal, problem } = decodeEvents(whole.payload, this.#basis);
    if (seal !== undefined && this.#seals.size > 0 && !this.#seals.has(seal)) {
      refuseMixture("another", present(this.#runId, "the run whose seals are known"), this.#path);
    }
    for (const kind of unknownKinds) this.#unknownKinds.set(kind, (this.#unknownKinds.get(kind) ?? 0) + 1);
    if (problem !== undefined) this.#lose(whole, `the record makes no sense: ${problem}`);
    this.#lacksCopy ||= !whole.isCopied && isKeptTwice(events);
    this.#events += events.length;
    return events;
  }

  #lose({ offset, length, records }: WholePayload, reason: string): void {
    invariant(records > 0 && length > 0, "What is lost was somewhere");
    this.#losses.push({ offset, length, recordsLost: records, reason });
  }
}

/** The run that the copy begins with, if it can be told. */
function runIdOf(first: WholePayload | undefined): string | undefined {
  return first?.sequence === 0 && !first.isEvents ? readHeader(first.payload)?.runId : undefined;
}

function refuseMixture(one: string, other: string, path: string): never {
  throw new JournalError(
    `Cannot read the journal ${path}: it, or its second copy ${path}.copy, holds records of two runs, ${one} and ` +
      `${other}; put back the files that belong together`,
    { path },
  );
}

/** Refuses what has no record of ours, unless it is a journal that was just begun. */
function refuseForeign(firstLine: Uint8Array, path: string): void {
  if (firstLine.every((byte, i) => byte === preamble[i])) return;
  const version = /^qcgpj-journal (\d+)\n/.exec(String.fromCharCode(...firstLine))?.[1];
  if (version !== undefined) refuseVersion(version, path);
  throw new JournalError(
    `Cannot read ${path}: it is not a journal, which begins with the line "qcgpj-journal ${journalVersion.major}"`,
    { path, offset: 0 },
  );
}

function refuseVersion(version: string, path: string): never {
  throw new JournalError(
    `Cannot read the journal ${path}: it is in version ${version} of the format, and this program reads version ` +
      `${journalVersion.major}; resume the run with the program that began it`,
    { path, offset: 0 },
  );
}

/**
 * Reads a journal.
 *
 * @param source The bytes of the file, whole or in pieces.
 * @param path The path of the file, for errors.
 * @param copy The bytes of its second copy, where there is one; see `restore_records.ts`.
 * @returns The events, to be walked over once, and the report on what was found.
 * @throws {JournalError} If it is in another version of the format, or no journal at all.
 */
export function replayJournal(
  source: Uint8Array | Iterable<Uint8Array>,
  path = "journal",
  copy?: Iterable<Uint8Array>,
): Replay {
  return new Replay(source instanceof Uint8Array ? [source] : source, path, copy);
}
