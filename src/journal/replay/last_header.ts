/**
 * Finds the header with which a journal was last written, without reading its events.
 *
 * @module
 */

import { MalformedRecord } from "../codec/bytes.ts";
import { journalVersion } from "../codec/format.ts";
import { decodeHeader, type JournalHeader } from "../codec/header.ts";
import { PayloadReader } from "../codec/payloads.ts";
import { RecordScanner } from "./scan.ts";

/**
 * Reads the last header that is intact.
 *
 * @param source The bytes of a journal, or of its second copy, in pieces.
 * @returns The header; `undefined` when none is intact, or they are in another version of the format.
 */
export function lastHeader(source: Iterable<Uint8Array>): JournalHeader | undefined {
  const scanner = new RecordScanner(source);
  scanner.readPreamble();
  const payloads = new PayloadReader(scanner);
  let found: JournalHeader | undefined;
  for (let whole = payloads.next(); whole !== undefined; whole = payloads.next()) {
    if (!whole.isEvents) found = readHeader(whole.payload) ?? found;
  }
  return found;
}

/** Reads a header; `undefined` where it is none, or in another version of the format. */
export function readHeader(payload: Uint8Array): JournalHeader | undefined {
  try {
    const { header, version } = decodeHeader(payload);
    return version.major === journalVersion.major ? header : undefined;
  } catch (error) {
    if (!(error instanceof MalformedRecord)) throw error;
    return undefined;
  }
}
