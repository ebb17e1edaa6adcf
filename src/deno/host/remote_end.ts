/**
 * Reads the end of a file whose file system may not answer, on another thread and not for ever.
 *
 * @module
 */

import { deadline } from "@std/async/deadline";
import { showBytes } from "../../base/shown_bytes.ts";
import type { ReadRemote } from "../../runtime/remote_tails.ts";
import { remoteCall } from "./remote_calls.ts";
import { isRemote } from "./remote_paths.ts";

/** How long a file system may take to answer, in milliseconds. */
const answerMsMax = 2000;
/** So many ends are read at once: each that is not answered keeps a thread, and there are not many. */
const readsMax = 8;
let reads = 0;
/** What begins each read that waits for its turn. */
const line = new Set<() => void>();

/** Reads the end of a remote file. */
export const readRemoteEnd: ReadRemote = (path, bytesMax) => isRemote(path) ? readInTime(path, bytesMax) : undefined;

async function readInTime(path: string, bytesMax: number): Promise<string> {
  const { promise: turn, resolve: begin } = Promise.withResolvers<void>();
  line.add(begin);
  beginReads();
  const text = turn.then(() => remoteCall(() => readEnd(path, bytesMax))).finally(() => {
    reads--;
    beginReads();
  });
  try {
    return await deadline(text, answerMsMax);
  } catch (error) {
    const isLate = error instanceof DOMException && error.name === "TimeoutError";
    throw isLate ? new Error("its file system does not answer") : error;
  } finally {
    line.delete(begin); // One that is too late for its turn is not begun.
  }
}

function beginReads(): void {
  for (const begin of line) {
    if (reads >= readsMax) return;
    line.delete(begin);
    reads++;
    begin();
  }
}

async function readEnd(path: string, bytesMax: number): Promise<string> {
  if (!(await Deno.stat(path)).isFile) throw new Error("it is no regular file");
  using file = await Deno.open(path);
  const { size } = await file.stat();
  const bytes = new Uint8Array(Math.min(size, bytesMax));
  await file.seek(size - bytes.length, Deno.SeekMode.Start);
  let count = 0;
  for (let more = await file.read(bytes); more; more = await file.read(bytes.subarray(count))) count += more;
  return showBytes(bytes.subarray(0, count), size > bytesMax);
}
