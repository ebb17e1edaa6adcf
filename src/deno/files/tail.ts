/**
 * The end of a file, or a part of it, as text. Only regular files are read: a pipe would wait, and a device never ends.
 *
 * @module
 */

/** The last words of a task are read from so many bytes. */
export const tailBytes = 8192;

/**
 * Reads the end of a file.
 *
 * @param path Its path.
 * @param bytesMax How much of it.
 * @returns The text; `undefined` if there is no such file, or it cannot be read. Invalid bytes become `U+FFFD`.
 */
export function readTail(path: string, bytesMax: number = tailBytes): string | undefined {
  try {
    if (!Deno.statSync(path).isFile) return undefined;
    using file = Deno.openSync(path);
    const { size } = file.statSync();
    const bytes = new Uint8Array(Math.min(size, bytesMax));
    if (size > bytesMax) file.seekSync(size - bytesMax, Deno.SeekMode.Start);
    let count = 0;
    for (let more = file.readSync(bytes); more !== null && more > 0; more = file.readSync(bytes.subarray(count))) {
      count += more;
      if (count === bytes.length) break;
    }
    return new TextDecoder().decode(bytes.subarray(0, count));
  } catch {
    return undefined; // What cannot be read is nothing that can be told.
  }
}
