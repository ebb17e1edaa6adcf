/**
 * Memory at a fixed address, to be handed to the C library.
 *
 * @module
 */

/** A piece of memory with a fixed address. Keep it referenced for as long as the library may look at it. */
export class Arena {
  /** The memory itself. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The memory, for reading and writing numbers. */
  readonly view: DataView;
  /** The address of its first byte. */
  readonly address: bigint;

  /** Takes `size` bytes, at least 4096: a smaller array could be moved by the garbage collector. */
  constructor(size: number) {
    this.bytes = new Uint8Array(Math.max(size, 4096));
    this.view = new DataView(this.bytes.buffer);
    this.address = BigInt(Deno.UnsafePointer.value(Deno.UnsafePointer.of(this.bytes)));
  }
}
