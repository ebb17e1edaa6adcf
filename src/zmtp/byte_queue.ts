/**
 * Bytes that have come and are not read yet. What is held grows as bytes come, never by what a peer announces.
 *
 * @module
 */

const capacityMin = 1024;
/** An empty queue that is larger gives its memory back. */
const capacityKept = 64 * 1024;

/** Holds bytes in the order in which they came. */
export class ByteQueue {
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(capacityMin);
  #start = 0;
  #end = 0;

  /** How many bytes are held. */
  get length(): number {
    return this.#end - this.#start;
  }

  /** Adds bytes at the end; they are copied. */
  push(bytes: Uint8Array): void {
    this.#makeRoom(bytes.length);
    this.#bytes.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  /** The byte at a place counted from the first one that is held; which must be there. */
  at(index: number): number {
    return this.#bytes[this.#start + index]!;
  }

  /** Takes the first bytes out; so many must be there. */
  take(count: number): Uint8Array<ArrayBuffer> {
    const taken = this.#bytes.slice(this.#start, this.#start + count);
    this.drop(count);
    return taken;
  }

  /** Forgets the first bytes; so many must be there. */
  drop(count: number): void {
    this.#start += count;
    if (this.#start < this.#end) return;
    this.#start = 0;
    this.#end = 0;
    if (this.#bytes.length > capacityKept) this.#bytes = new Uint8Array(capacityMin);
  }

  #makeRoom(count: number): void {
    const needed = this.length + count;
    if (this.#end + count <= this.#bytes.length) return;
    const held = this.#bytes.subarray(this.#start, this.#end);
    if (needed > this.#bytes.length) this.#bytes = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    this.#bytes.set(held);
    this.#end -= this.#start;
    this.#start = 0;
  }
}
