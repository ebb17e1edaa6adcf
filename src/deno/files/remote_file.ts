/**
 * Files whose file system may not answer, read on another thread: only who waits for them is held up.
 *
 * @module
 */

import type { OutputEnd, OutputPart, OutputPieces } from "../../runtime/task_files.ts";
import { remoteCall } from "../host/remote_calls.ts";

const pieceBytes = 1 << 16;

/**
 * Reads a file, or its beginning or end.
 *
 * @param path Its path.
 * @param bytesMax How much of it.
 * @param end Which end, where it is larger.
 * @throws What the system has against it, and an error for what is no regular file, as a rejection.
 */
export function readRemotePart(path: string, bytesMax: number, end: OutputEnd): Promise<OutputPart> {
  return remoteCall(() => readPart(path, bytesMax, end));
}

async function readPart(path: string, bytesMax: number, end: OutputEnd): Promise<OutputPart> {
  if (!(await Deno.stat(path)).isFile) throw new Error("it is no regular file");
  using file = await Deno.open(path);
  const { size } = await file.stat();
  const bytes = new Uint8Array(Math.min(size, bytesMax));
  if (end === "tail" && size > bytesMax) await file.seek(size - bytesMax, Deno.SeekMode.Start);
  let count = 0;
  while (count < bytes.length) {
    const more = await file.read(bytes.subarray(count));
    if (more === null || more === 0) break;
    count += more;
  }
  return { bytes: bytes.subarray(0, count), size };
}

/** A file that is read as it grows. It may not be there yet, and may be begun anew. */
export class RemoteFile implements OutputPieces {
  readonly #path: string;
  #file: Deno.FsFile | undefined;
  #inode: number | null = null;
  #read = 0;

  /** Names the file; it is opened when it is read. */
  constructor(path: string) {
    this.#path = path;
  }

  /** The next piece; `undefined` when there is none at the moment. */
  read(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return remoteCall(() => this.#readNext());
  }

  async #readNext(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    try {
      const { isFile, size, ino } = await Deno.stat(this.#path);
      if (!isFile) return undefined;
      if (this.#file === undefined || ino !== this.#inode || size < this.#read) {
        this.close();
        this.#file = await Deno.open(this.#path);
        [this.#inode, this.#read] = [ino, 0];
      }
      const bytes = new Uint8Array(pieceBytes);
      const count = await this.#file.read(bytes);
      if (count === null || count === 0) return undefined;
      this.#read += count;
      return bytes.subarray(0, count);
    } catch {
      return undefined; // It is not there yet, or not ours to read.
    }
  }

  /** Gives the file back. */
  close(): void {
    this.#file?.close();
    this.#file = undefined;
  }
}
