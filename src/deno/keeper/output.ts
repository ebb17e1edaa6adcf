/**
 * What a keeper says to its pilot: gathered, written when there is room, and never waited for.
 *
 * @module
 */

import { type Kernel, writable } from "./kernel.ts";

const encoder = new TextEncoder();

/** Writes lines to a descriptor. */
export class Output {
  readonly #kernel: Kernel;
  /** The descriptor that is written to. */
  readonly descriptor: number;
  #lines = "";
  #rest: Uint8Array = new Uint8Array(0);
  #isWatched = false;

  /** Takes over a descriptor. */
  constructor(kernel: Kernel, descriptor: number) {
    this.#kernel = kernel;
    this.descriptor = descriptor;
    kernel.setNonblocking(descriptor, true);
    kernel.watch(descriptor, 0);
  }

  /** Whether something waits for room. */
  get isFull(): boolean {
    return this.#rest.length > 0;
  }

  /** Whether there is something to write that was not begun with. */
  get hasLines(): boolean {
    return this.#lines !== "";
  }

  /** Puts lines before those that were added since the last flush. */
  addFirst(lines: string): void {
    this.#lines = lines + this.#lines;
  }

  /** Adds a line. */
  add(line: string): void {
    this.#lines += line;
  }

  /** Writes what there is room for. Who does not want to hear is no trouble: his end shows elsewhere. */
  flush(): void {
    if (this.#rest.length === 0) {
      if (this.#lines === "") return;
      this.#rest = encoder.encode(this.#lines);
      this.#lines = "";
    }
    while (this.#rest.length > 0) {
      const count = this.#kernel.write(this.descriptor, this.#rest);
      if (count <= 0) break;
      this.#rest = this.#rest.subarray(count);
    }
    if (this.#rest.length === 0 && this.#lines !== "") return this.flush();
    if (this.isFull === this.#isWatched) return;
    this.#isWatched = this.isFull;
    this.#kernel.watch(this.descriptor, this.isFull ? writable : 0, true);
  }
}
