/**
 * Reads the end of a file whose file system may not answer, on another thread and not for ever.
 *
 * @module
 */

import { deadline } from "@std/async/deadline";
import { showBytes } from "../../base/shown_bytes.ts";
import type { ReadRemote } from "../../runtime/remote_tails.ts";
import { isRemote } from "./remote_paths.ts";

/** How long a file system may take to answer, in milliseconds. */
const answerMsMax = 2000;
/** Each read that is not answered keeps a thread, and there are not many. */
const unansweredMax = 8;
let unanswered = 0;

/** Reads the end of a remote file. */
export const readRemoteEnd: ReadRemote = (path, bytesMax) => isRemote(path) ? readInTime(path, bytesMax) : undefined;

async function readInTime(path: string, bytesMax: number): Promise<string> {
  const noAnswer = new Error("its file system does not answer");
  if (unanswered >= unansweredMax) throw noAnswer;
  unanswered++;
  const text = readEnd(path, bytesMax).finally(() => unanswered--);
  return await deadline(text, answerMsMax).catch((error) => {
    throw error instanceof DOMException && error.name === "TimeoutError" ? noAnswer : error;
  });
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
