/**
 * The header of a journal: what is true of the whole run, and what the records of events lean on.
 *
 * @module
 */

import { crc32 } from "../../base/crc32.ts";
import { decodeText, isCount, MalformedRecord } from "./bytes.ts";
import type { JsonObject } from "../../job/json.ts";
import { journalVersion } from "./format.ts";

/** What is true of a whole run. It stands at the start of the journal and is repeated, so that no single fault costs it. */
export interface JournalHeader {
  /** Names the run. */
  readonly runId: string;
  /** When the journal was begun, in milliseconds since the epoch. */
  readonly startedMs: number;
  /** Names of nodes: an allocation on one of them takes a byte or two instead of the name. */
  readonly nodeNames: readonly string[];
  /** Whatever else is to be known without reading the events. */
  readonly metadata: JsonObject;
  /** The run that this one is a copy of: what stands before the first header of this run is that run's. */
  readonly copyOf?: string;
}

/** What is common to many events: stated once in the header instead of in each of them. */
export interface Basis {
  /** Times count from here, in microseconds since the epoch. */
  readonly originUs: number;
  /** The names of nodes by index. A later copy may have more, never others. */
  readonly names: readonly string[];
  /** The index of each name. */
  readonly indexes: ReadonlyMap<string, number>;
}

/** A header as it stands in the file. */
export interface StoredHeader {
  /** The header. */
  readonly header: JournalHeader;
  /** The version of the format. */
  readonly version: { readonly major: number; readonly minor: number };
  /** Whether events lean on it. It is off when earlier events of the file lean on a header that is lost. */
  readonly isBasis: boolean;
}

/** Makes the basis that a header states. */
export function basisOf(header: JournalHeader): Basis {
  const indexes = new Map(header.nodeNames.map((name, index) => [name, index]));
  return { originUs: Math.round(header.startedMs * 1000), names: header.nodeNames, indexes };
}

/**
 * Makes the header with which a run goes on: what earlier events lean on stays as it was, and so does the run's id,
 * unless the run that goes on is a copy.
 *
 * @param stored The header of the file; `undefined` when it is lost.
 * @param next What is true from now on. Names of nodes that the file does not have yet are added to it.
 */
export function extendHeader(stored: JournalHeader | undefined, next: JournalHeader): JournalHeader {
  if (stored === undefined) return next;
  const { runId, copyOf } = next.copyOf === stored.runId ? next : stored;
  return {
    runId,
    startedMs: stored.startedMs,
    nodeNames: [...new Set([...stored.nodeNames, ...next.nodeNames])],
    metadata: next.metadata,
    ...(copyOf === undefined ? {} : { copyOf }),
  };
}

/** The seal of a run's records: a number that two runs hardly ever share. */
export function sealOf(runId: string): number {
  return crc32(new TextEncoder().encode(runId));
}

/** Writes a header as JSON. */
export function encodeHeader(header: JournalHeader, isBasis: boolean): Uint8Array {
  const { major, minor } = journalVersion;
  return new TextEncoder().encode(JSON.stringify({ version: `${major}.${minor}`, isBasis, ...header }));
}

/**
 * Reads a header. Of one in another major version, only the version is told.
 *
 * @throws {MalformedRecord} If it is no header.
 */
export function decodeHeader(payload: Uint8Array): StoredHeader {
  const { version: versionText, runId, copyOf, startedMs, nodeNames, metadata, isBasis } = parseObject(
    decodeText(payload),
  );
  const parsed = /^(\d{1,9})\.(\d{1,9})$/.exec(String(versionText));
  if (parsed === null) throw new MalformedRecord("the header has no version");
  const version = { major: Number(parsed[1]), minor: Number(parsed[2]) };
  if (version.major !== journalVersion.major) {
    return { header: { runId: "", startedMs: 0, nodeNames: [], metadata: {} }, version, isBasis: false };
  }
  if (typeof startedMs !== "number" || !isCount(Math.round(startedMs * 1000)) || !Array.isArray(nodeNames)) {
    throw new MalformedRecord("the header lacks startedMs or nodeNames");
  }
  return {
    header: {
      runId: String(runId),
      startedMs,
      nodeNames: nodeNames.map(String),
      metadata: (metadata ?? {}) as JsonObject,
      ...(typeof copyOf === "string" ? { copyOf } : {}),
    },
    version,
    isBasis: isBasis === true,
  };
}

function parseObject(text: string): Partial<Record<string, unknown>> {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    throw new MalformedRecord("the header is not JSON");
  }
}
