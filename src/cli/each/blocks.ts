/**
 * Blocks of a stream for tasks that read them as their standard input: whole records, of about one size or of a number.
 *
 * @module
 */

import { concatenate } from "../../base/bytes.ts";

/** How a stream is cut. */
export interface BlockRules {
  /** Bytes that end a record; where neither these nor `recordStart` are any, each byte is a record. */
  readonly recordEnd: Uint8Array;
  /** Bytes that begin a record; a cut is where both meet. */
  readonly recordStart: Uint8Array;
  /** How many such records are one. */
  readonly together: number;
  /** How many records a block has; absent where its size counts. */
  readonly recordsMax?: number;
  /** A block ends with the last record that fits into so many bytes; one that does not is a block of its own. */
  readonly bytesMax: number;
  /** How many records at the beginning are put before each block. */
  readonly headers: number;
}

/** Cuts a stream into blocks. What stands behind the last cut is the last block, if there is anything. */
export async function* splitBlocks(
  chunks: AsyncIterable<Uint8Array>,
  rules: BlockRules,
): AsyncGenerator<Uint8Array, void, void> {
  const buffer = new RecordBuffer(rules);
  let header: Uint8Array | undefined = rules.headers === 0 ? new Uint8Array(0) : undefined;
  const withHeader = (block: Uint8Array) => header!.length === 0 ? block : concatenate([header!, block]);
  const cut = (isLast: boolean) => header === undefined ? undefined : buffer.cut(isLast);
  for await (const chunk of chunks) {
    buffer.add(chunk);
    header ??= buffer.take(rules.headers);
    for (let block = cut(false); block !== undefined; block = cut(false)) yield withHeader(block);
  }
  // A stream that is shorter than its header has no records.
  for (let block = cut(true); block !== undefined; block = cut(true)) yield withHeader(block);
}

/** Bytes that have been read, and where they may be cut. */
class RecordBuffer {
  readonly #rules: BlockRules;
  readonly #mark: Uint8Array;
  #bytes = new Uint8Array(0);
  /** Chunks behind these bytes, joined when they are looked at. */
  #chunks: Uint8Array[] = [];
  #length = 0;
  /** Where a record ends, ascending. */
  #cuts: number[] = [];
  /** Everything before has been searched. */
  #searched = 0;
  #marks = 0;

  constructor(rules: BlockRules) {
    this.#rules = rules;
    this.#mark = concatenate([rules.recordEnd, rules.recordStart]);
  }

  add(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    // Blocks that go by size are not looked for before there may be one.
    if (this.#rules.recordsMax !== undefined || this.#rules.headers > 0 || this.#length > this.#rules.bytesMax) {
      this.#search();
    }
  }

  /** Takes so many records; nothing where there are not as many yet. */
  take(records: number): Uint8Array | undefined {
    const end = this.#isBytes ? records * this.#rules.together : this.#cuts[records - 1];
    if (end === undefined || end > this.#length) return undefined;
    this.#search();
    return this.#remove(end, records);
  }

  /** Takes a block; nothing where there is none yet, and at the end where there is nothing any more. */
  cut(isLast: boolean): Uint8Array | undefined {
    if (isLast) this.#search();
    const { recordsMax, bytesMax } = this.#rules;
    if (recordsMax !== undefined) {
      const block = this.take(recordsMax);
      if (block !== undefined) return block;
    } else if (this.#isBytes) {
      if (this.#length >= bytesMax) return this.take(bytesMax);
    } else if (this.#length > bytesMax) {
      const fits = this.#cuts.findLastIndex((cut) => cut <= bytesMax);
      const at = Math.max(fits, 0);
      if (this.#cuts[at] !== undefined) return this.#remove(this.#cuts[at], at + 1);
    }
    // Lines that are no whole record are a block of their own.
    const whole = isLast && recordsMax === undefined && this.#rules.together > 1 ? this.#cuts.at(-1) : undefined;
    if (whole !== undefined) return this.#remove(whole, this.#cuts.length);
    return isLast && this.#length > 0 ? this.#remove(this.#length, this.#cuts.length) : undefined;
  }

  /** Whether every place is one to cut at. */
  get #isBytes(): boolean {
    return this.#mark.length === 0;
  }

  #search(): void {
    if (this.#chunks.length > 0) this.#bytes = concatenate([this.#bytes, ...this.#chunks]);
    this.#chunks = [];
    if (this.#isBytes) return;
    const end = this.#bytes.length - this.#mark.length;
    for (; this.#searched <= end; this.#searched++) {
      this.#searched = this.#bytes.indexOf(this.#mark[0]!, this.#searched);
      if (this.#searched < 0 || this.#searched > end) break;
      if (!this.#mark.every((byte, i) => this.#bytes[this.#searched + i] === byte)) continue;
      if (++this.#marks % this.#rules.together === 0) this.#cuts.push(this.#searched + this.#rules.recordEnd.length);
    }
    this.#searched = Math.max(0, end + 1);
  }

  #remove(end: number, records: number): Uint8Array {
    const block = this.#bytes.slice(0, end);
    this.#bytes = this.#bytes.slice(end);
    this.#length -= end;
    this.#cuts = this.#cuts.slice(records).map((cut) => cut - end);
    this.#searched = Math.max(0, this.#searched - end);
    return block;
  }
}
