/**
 * Which file a journal is, and whether it is a copy. A journal says in its header where it lay and who wrote it: where
 * that is another file than this one, a resume must not take the other's tasks for its own, and none may go on beside
 * it while it lives.
 *
 * @module
 */

import { JournalError } from "../../../errors.ts";
import type { JsonObject } from "../../../job/json.ts";
import type { JournalHeader } from "../../../journal/codec/header.ts";
import { lastHeader } from "../../../journal/replay/last_header.ts";
import type { Host, RunIdentity } from "../../../runtime/run_ports.ts";
import { mayUse } from "../../host/permissions.ts";
import { readProcess } from "../../local/process_scan.ts";
import { refuseFarWriter } from "./far_writer.ts";
import { openCopied, openFile, readChunks } from "./journal_bytes.ts";
import { lockHolder } from "./journal_lock.ts";

/** Which file a journal is, as its header says it. */
interface JournalPlace {
  readonly path: string;
  readonly device: number;
  readonly inode: number;
}

const placeKey = "file";

/** A header that says which file it stands in. */
export function placedHeader(header: JournalHeader, file: Deno.FsFile, path: string): JournalHeader {
  const place: JournalPlace = { path, ...identify(file) };
  return { ...header, metadata: { ...header.metadata, [placeKey]: { ...place } } };
}

/**
 * Finds out which run a journal is of.
 *
 * @param path The path of the journal.
 * @param host The machine and account that ask.
 * @throws {JournalError} If it is a copy of a journal that is still written, or may be written by another host.
 */
export function identifyRun(path: string, host: Host): RunIdentity {
  const header = readLastHeader(path);
  if (header === undefined) return {};
  const { runId } = header;
  const place = placeIn(header.metadata);
  if (place === undefined || isIn(place, header.metadata, path, host)) {
    refuseFarWriter(path, header.metadata, host);
    return { runId };
  }
  const writer = findWriter(place, header.metadata, host);
  if (writer !== undefined) {
    throw new JournalError(
      `Cannot resume ${path}: it is a copy of ${place.path}, and ${writer} is still writing that; wait until that run ` +
        "has ended, or stop it",
      { path },
    );
  }
  return isGone(place, header.metadata, host) ? { runId } : { copyOf: { runId, path: place.path } };
}

/** The second copy has every header and little else; where it is missing or damaged the journal itself is read. */
function readLastHeader(path: string): JournalHeader | undefined {
  using copied = openCopied(path);
  const found = copied && lastHeader(copied.chunks);
  if (found !== undefined) return found;
  using file = openFile("read", path, { read: true });
  return lastHeader(readChunks(file, path));
}

function placeIn(metadata: JsonObject): JournalPlace | undefined {
  const place = metadata[placeKey] as Partial<JournalPlace> | undefined;
  const isWhole = typeof place?.path === "string" && typeof place.inode === "number" &&
    typeof place.device === "number";
  return isWhole ? place as JournalPlace : undefined;
}

function identify(file: Deno.FsFile): { readonly device: number; readonly inode: number } {
  const { dev, ino } = file.statSync();
  return { device: dev, inode: ino ?? 0 };
}

/** Whether a journal is the file that its header names. Numbers of devices change from one boot to the next. */
function isIn(place: JournalPlace, metadata: JsonObject, path: string, host: Host): boolean {
  using file = openFile("read", path, { read: true });
  const { device, inode } = identify(file);
  return inode === place.inode && (device === place.device || !isSameBoot(metadata, host));
}

/** Which process still writes the file that a header names, if that can be told. */
function findWriter({ path, inode }: JournalPlace, metadata: JsonObject, host: Host): string | undefined {
  if (inodeAt(path) === inode) {
    const holder = lockHolder(path);
    return holder === undefined ? undefined : typeof holder === "number" ? `process ${holder}` : "another process";
  }
  // It was moved away: then its process tells whether it lives.
  const { pid, startTicks } = metadata;
  if (!isSameBoot(metadata, host) || typeof pid !== "number" || pid === host.processId) return undefined;
  const process = readProcess(pid);
  return process?.startTicks === startTicks && process?.isEnded === false ? `process ${pid}` : undefined;
}

/** Whether the file that a header names is nowhere any more, so that this one is not a copy but what it has become. */
function isGone({ path, inode }: JournalPlace, metadata: JsonObject, { host }: Host): boolean {
  return metadata["host"] === host && mayUse("read", path) && inodeAt(path) !== inode;
}

function isSameBoot(metadata: JsonObject, { host, bootId }: Host): boolean {
  return bootId !== undefined && metadata["bootId"] === bootId && metadata["host"] === host;
}

/** The number of the file at a path; `undefined` when there is none, or it may not be looked at. */
function inodeAt(path: string): number | undefined {
  if (!mayUse("read", path)) return undefined;
  try {
    return Deno.statSync(path).ino ?? undefined;
  } catch {
    return undefined;
  }
}
