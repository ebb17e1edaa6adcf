/**
 * The files of tasks, in memory: tests write them in the place of the tasks.
 *
 * @module
 */

import type { Feeding, OutputEnd, OutputPart, OutputPieces, TaskFiles } from "../../../src/runtime/task_files.ts";

/** Files by path. */
export class MemoryTaskFiles implements TaskFiles {
  readonly bytes: Map<string, Uint8Array<ArrayBuffer>> = new Map();
  /** Held streams by job. */
  readonly streams: Map<string, ReadableStream<Uint8Array>> = new Map();
  /** What was given back to the disk: path, from, count. */
  readonly released: (readonly [string, number, number])[] = [];
  /** How many outputs are being followed. */
  following = 0;

  /** Adds to a file, as a task would. */
  add(path: string, text: string | Uint8Array): void {
    const more = typeof text === "string" ? new TextEncoder().encode(text) : text;
    this.bytes.set(path, Uint8Array.from([...this.bytes.get(path) ?? [], ...more]));
  }

  follow(path: string): OutputPieces {
    let at = 0;
    this.following++;
    return {
      read: () => {
        const piece = this.bytes.get(path)?.slice(at) ?? new Uint8Array(0);
        at += piece.length;
        return piece.length === 0 ? undefined : piece;
      },
      close: () => void this.following--,
    };
  }

  read(path: string, bytesMax: number, end: OutputEnd): OutputPart {
    const bytes = this.bytes.get(path);
    if (bytes === undefined) throw new Error("there is no such file");
    const part = end === "head" ? bytes.slice(0, bytesMax) : bytes.slice(Math.max(0, bytes.length - bytesMax));
    return { bytes: part, size: bytes.length };
  }

  write(path: string, bytes: Uint8Array): void {
    this.bytes.set(path, Uint8Array.from(bytes));
  }

  hold(job: string, stream: ReadableStream<Uint8Array>): void {
    this.streams.set(job, stream);
  }

  drop(job: string): void {
    this.streams.get(job)?.cancel();
    this.streams.delete(job);
  }

  feed(): Feeding {
    throw new Error("nothing is fed here");
  }

  size(path: string): number {
    return this.bytes.get(path)?.length ?? 0;
  }

  release(path: string, from: number, count: number): void {
    this.released.push([path, from, count]);
  }

  remove(path: string): void {
    this.bytes.delete(path);
  }

  makeFolder(): string | undefined {
    return "/temporary";
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
