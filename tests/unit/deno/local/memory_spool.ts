/**
 * Files of a spool in memory.
 *
 * @module
 */

import { concatenate } from "../../../../src/base/bytes.ts";
import type { SpoolSystem } from "../../../../src/deno/local/spool.ts";

/** A system on which files hold what was written to them; without holes `release` says that it cannot. */
export class MemoryFiles implements SpoolSystem {
  readonly #hasHoles: boolean;
  readonly #files = new Map<number, Uint8Array>();
  /** What was given back to the disk: descriptor, from, count. */
  readonly released: [number, number, number][] = [];
  #newest = 2;

  constructor(hasHoles = true) {
    this.#hasHoles = hasHoles;
  }

  /** Descriptors of the files that are open. */
  get open(): number[] {
    return [...this.#files.keys()];
  }

  /** A task writes. */
  write(descriptor: number, text: string): void {
    this.#files.set(descriptor, concatenate([this.#files.get(descriptor)!, new TextEncoder().encode(text)]));
  }

  create(): number {
    this.#files.set(++this.#newest, new Uint8Array(0));
    return this.#newest;
  }

  read(descriptor: number, from: number, count: number): Uint8Array {
    return this.#files.get(descriptor)!.slice(from, from + count);
  }

  empty(descriptor: number): void {
    this.#files.set(descriptor, new Uint8Array(0));
  }

  close(descriptor: number): void {
    if (!this.#files.delete(descriptor)) throw new Error(`${descriptor} is not open`);
  }

  size(descriptor: number): number {
    return this.#files.get(descriptor)!.length;
  }

  release(descriptor: number, from: number, count: number): boolean {
    if (!this.#hasHoles) return false;
    this.#files.get(descriptor)!.fill(0, from, from + count);
    this.released.push([descriptor, from, count]);
    return true;
  }
}
