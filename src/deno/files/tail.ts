/**
 * The end of a file, or a part of it. Only regular files are read: a pipe would wait, and a device never ends.
 *
 * @module
 */

import type { OutputEnd, OutputPart } from "../../runtime/task_files.ts";

/** How many bytes of a file, at its end, the last words of a task are read from. */
const tailBytes = 8192;

/**
 * Reads the end of a file.
 *
 * @param path Its path.
 * @param bytesMax How much of it.
 * @returns The text; `undefined` if there is no such file, or it cannot be read. Invalid bytes become `U+FFFD`.
 */
export function readTail(path: string, bytesMax: number = tailBytes): string | undefined {
  try {
    return new TextDecoder().decode(readPart(path, bytesMax, "tail").bytes);
  } catch {
    return undefined; // What cannot be read is nothing that can be told.
  }
}

/**
 * Reads a file, or its beginning or end.
 *
 * @param path Its path.
 * @param bytesMax How much of it.
 * @param end Which end, where it is larger.
 * @throws What the system has against it, and an error for what is no regular file.
 */
export function readPart(path: string, bytesMax: number, end: OutputEnd): OutputPart {
  if (!Deno.statSync(path).isFile) throw new Error("it is no regular file");
  using file = Deno.openSync(path);
  const { size } = file.statSync();
  const bytes = new Uint8Array(Math.min(size, bytesMax));
  if (end === "tail" && size > bytesMax) file.seekSync(size - bytesMax, Deno.SeekMode.Start);
  let count = 0;
  while (count < bytes.length) {
    const more = file.readSync(bytes.subarray(count));
    if (more === null || more === 0) break;
    count += more;
  }
  return { bytes: bytes.subarray(0, count), size };
}
