/**
 * The format of a journal file, byte by byte.
 *
 * ```text
 * file    = preamble record*
 * preamble  16 bytes of text: "qcgpj-journal 1" and a line feed; `head -1` shows the version
 * record  = mark checksum length sequence payload
 * mark      1 byte, 0xF8 to 0xFF: no text in UTF-8 has such a byte, so that no text can be taken for a record
 * checksum  4 bytes, the low one first: CRC-32 of the mark and of everything after the checksum
 * length    of the payload, at most 4096; this and all other numbers are varints
 * sequence  of the record, ascending by one from 0: a gap says how many records are lost
 * ```
 *
 * The low three bits of the mark say what the payload is: a header or events, whether it continues the payload of the
 * record before, and whether the next record continues it. So a long payload goes over several records, and a reader
 * never looks further than one record ahead.
 *
 * A header is JSON (see `header.ts`), repeated now and then. Events are written as `event_format.ts` says; a record of
 * events can be read alone, or with any one copy of the header.
 *
 * @module
 */

import { invariant } from "../../base/assert.ts";
import { crc32 } from "../../base/crc32.ts";
import type { ByteWriter } from "./bytes.ts";

/** The version of the format: another major version cannot be read, a newer minor version only has more in it. */
export const journalVersion: { readonly major: number; readonly minor: number } = { major: 1, minor: 1 };

/** The first line of every journal. */
export const preamble: Uint8Array = new TextEncoder().encode(`qcgpj-journal ${journalVersion.major}\n`);

/** Bytes of the largest payload of one record: as much as a damaged block costs anyway. */
export const payloadBytesMax = 4096;

/** Bytes of the largest record, all in all. */
export const recordBytesMax: number = 1 + 4 + 2 + 8 + payloadBytesMax;

/** The smallest mark. */
export const markMin = 0xf8;
/** Bit of a mark: the payload continues that of the record before. */
export const markContinues = 1;
/** Bit of a mark: the next record continues the payload. */
export const markHasMore = 2;
/** Bit of a mark: the payload is events; else it is a header. */
export const markEvents = 4;

/** Computes the checksum of a record whose first byte is at `at`. */
export function checksum(bytes: Uint8Array, at: number, end: number): number {
  invariant(at + 5 <= end && end <= bytes.length, "A record has a mark, a checksum and what this is of");
  return crc32(bytes.subarray(at + 5, end), bytes[at]!);
}

/**
 * Writes a payload as one record, or as many as it needs.
 *
 * @param out Where to.
 * @param payload What.
 * @param isEvents Whether it is events; else it is a header.
 * @param sequence The number of the first record.
 * @returns The number of the record that comes next.
 */
export function writeRecords(out: ByteWriter, payload: Uint8Array, isEvents: boolean, sequence: number): number {
  invariant(payload.length > 0, "A record holds something");
  invariant(Number.isSafeInteger(sequence) && sequence >= 0, `A record cannot have the number ${sequence}`);
  let next = sequence;
  for (let from = 0; from === 0 || from < payload.length; from += payloadBytesMax) {
    const part = payload.subarray(from, from + payloadBytesMax);
    const start = out.length;
    const hasMore = from + part.length < payload.length;
    out.byte(markMin | (isEvents ? markEvents : 0) | (hasMore ? markHasMore : 0) | (from > 0 ? markContinues : 0));
    out.uint32(0);
    out.varint(part.length);
    out.varint(next++);
    out.raw(part);
    out.setUint32(start + 1, checksum(out.written, start, out.length));
    invariant(out.length - start <= recordBytesMax, "A record is no longer than a reader looks");
  }
  invariant(next - sequence === Math.ceil(payload.length / payloadBytesMax), "No record is written without need");
  return next;
}
