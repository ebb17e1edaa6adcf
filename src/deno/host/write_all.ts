/**
 * Writing all of some bytes: one call of the system may write less than it is given.
 *
 * @module
 */

/** How long to wait, in milliseconds, before a full pipe is tried again. */
const retryMs = 1;

/**
 * Writes all bytes before it returns.
 *
 * @param file Where to.
 * @param bytes What.
 * @throws {Error} If the file takes no more.
 */
export function writeAllSync(file: { writeSync(bytes: Uint8Array): number }, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length;) {
    try {
      const count = file.writeSync(bytes.subarray(written));
      if (count === 0) throw new Error("nothing more can be written");
      written += count;
    } catch (error) {
      if (!(error instanceof Deno.errors.WouldBlock)) throw error;
      // Another process made the pipe non-blocking and its reader is slow.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, retryMs);
    }
  }
}

/**
 * Writes all bytes, and lets other work go on meanwhile.
 *
 * @param file Where to.
 * @param bytes What.
 */
export async function writeAll(file: { write(bytes: Uint8Array): Promise<number> }, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) written += await file.write(bytes.subarray(written));
}
