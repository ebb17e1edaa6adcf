/**
 * Writes and reads the bytes of a record: numbers in as few bytes as they need, texts with their length.
 *
 * @module
 */

import { invariant } from "../../base/assert.ts";

/** A record that its checksum vouches for, but that makes no sense: a bug, or a format that is not ours. */
export class MalformedRecord extends Error {
  /** The name of the class. */
  override readonly name = "MalformedRecord";
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The most bytes that a number takes. */
export const varintBytesMax = 8;

/** Whether a number can be written by {@linkcode ByteWriter.varint}. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Whether a number can be written by {@linkcode ByteWriter.signed}. */
export function isDistance(value: number): boolean {
  return Number.isSafeInteger(value) && Number.isSafeInteger(2 * value);
}

/** Collects bytes; its buffer is used again after {@linkcode ByteWriter.truncate}. */
export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(8192);
  #length = 0;

  /** How many bytes there are. */
  get length(): number {
    return this.#length;
  }

  /** The bytes so far; valid until something else is written. */
  get written(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Takes back what was written after the first `length` bytes. */
  truncate(length: number): void {
    invariant(length >= 0 && length <= this.#length, "Only what was written can be taken back");
    this.#length = length;
  }

  /** Writes one byte. */
  byte(value: number): void {
    invariant((value & 0xff) === value, "A byte is a number from 0 to 255");
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  /** Changes bits of a byte that was written before. */
  setBits(at: number, bits: number): void {
    invariant(at >= 0 && at < this.#length, "Only a byte that was written can be changed");
    invariant((this.#bytes[at]! & bits) === 0, "A bit of a byte is set once");
    this.#bytes[at]! |= bits;
  }

  /** Writes a safe integer that is not negative: seven bits in each byte, the low ones first. */
  varint(value: number): void {
    invariant(value >= 0, "A number that is written is not negative");
    this.#reserve(varintBytesMax);
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = rest & 0x7f | 0x80;
      rest = rest < 0x80000000 ? rest >>> 7 : Math.floor(rest / 0x80);
    }
    this.#bytes[this.#length++] = rest;
    invariant(this.#length <= this.#bytes.length, "A number is no longer than was reserved for it");
  }

  /** Writes an integer of either sign, near zero in few bytes. Its magnitude is below 2 ** 52. */
  signed(value: number): void {
    invariant(isDistance(value), "A number that is written is an integer that its double does not outgrow");
    this.varint(value < 0 ? -2 * value - 1 : 2 * value);
  }

  /** Writes a number as four bytes, the low one first. */
  uint32(value: number): void {
    invariant(value >>> 0 === value, "Four bytes hold a number below 2 ** 32");
    this.#reserve(4);
    for (let shift = 0; shift < 32; shift += 8) this.#bytes[this.#length++] = value >>> shift & 0xff;
  }

  /** Overwrites four bytes that were written before. */
  setUint32(at: number, value: number): void {
    invariant(at >= 0 && at + 4 <= this.#length, "Only bytes that were written can be overwritten");
    invariant(value >>> 0 === value, "Four bytes hold a number below 2 ** 32");
    for (let i = 0; i < 4; i++) this.#bytes[at + i] = value >>> 8 * i & 0xff;
  }

  /** Writes bytes as they are. */
  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    invariant(bytes.buffer !== this.#bytes.buffer, "What is written is not what a buffer holds that may move");
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Writes a text: its length in bytes of UTF-8, then these. */
  text(text: string): void {
    invariant(text.isWellFormed(), "A text that is written is read as it was");
    const bytes = encoder.encode(text);
    this.varint(bytes.length);
    this.raw(bytes);
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + count));
    larger.set(this.written);
    this.#bytes = larger;
    invariant(this.#length + count <= this.#bytes.length, "There is room for what was reserved");
  }
}

/** Reads what a {@linkcode ByteWriter} wrote. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  /** Reads from the first byte on. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Whether nothing is left. */
  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** Reads one byte. */
  byte(): number {
    const value = this.#bytes[this.#at++];
    if (value === undefined) throw new MalformedRecord("it ends too early");
    return value;
  }

  /** Reads a number that {@linkcode ByteWriter.varint} wrote. */
  varint(): number {
    const first = this.#bytes[this.#at];
    if (first !== undefined && first < 0x80) {
      this.#at++;
      return first;
    }
    let value = 0;
    for (let i = 0, factor = 1; i < varintBytesMax; i++, factor *= 0x80) {
      const byte = this.byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return i + 1 < varintBytesMax || isCount(value) ? value : malformedNumber();
    }
    return malformedNumber();
  }

  /** Reads a number that {@linkcode ByteWriter.signed} wrote. */
  signed(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** Reads `count` bytes. */
  raw(count: number): Uint8Array {
    invariant(isCount(count), "So many bytes are read as can be");
    invariant(this.#at <= this.#bytes.length, "Bytes are read that are there");
    if (count > this.#bytes.length - this.#at) throw new MalformedRecord("it ends too early");
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  /** Reads a text that {@linkcode ByteWriter.text} wrote. */
  text(): string {
    return decodeText(this.raw(this.varint()));
  }
}

/** Reads bytes as UTF-8. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new MalformedRecord("a text in it is not UTF-8");
  }
}

function malformedNumber(): never {
  throw new MalformedRecord("a number in it is too large");
}
