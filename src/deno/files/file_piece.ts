/**
 * A piece of a file as text, and where the next one begins: how a page follows what is written.
 *
 * @module
 */

/** A piece of a file. */
export interface FilePiece {
  /** The byte that it begins with. */
  readonly from: number;
  /** The byte after its last one. */
  readonly next: number;
  /** How many bytes the file has. */
  readonly size: number;
  /** The text; invalid bytes become `U+FFFD`. */
  readonly text: string;
}

/** The longest piece, in bytes. */
const pieceBytesMax: number = 64 * 1024;

/**
 * Reads a piece of a regular file.
 *
 * @param path Its path.
 * @param from The byte to begin with; the end of the file is read when absent, or when the file is shorter by now.
 * @returns `undefined` if there is no such file, or it cannot be read.
 */
export function readPiece(path: string, from?: number): FilePiece | undefined {
  try {
    // A pipe would wait, and a device has no end.
    if (!Deno.statSync(path).isFile) return undefined;
    using file = Deno.openSync(path);
    const { size } = file.statSync();
    const start = from === undefined || from > size ? Math.max(0, size - pieceBytesMax) : from;
    file.seekSync(start, Deno.SeekMode.Start);
    const bytes = new Uint8Array(Math.min(pieceBytesMax, size - start));
    let count = 0;
    while (count < bytes.length) {
      const more = file.readSync(bytes.subarray(count));
      if (more === null) break;
      count += more;
    }
    const whole = start + count < size ? wholeCharacters(bytes.subarray(0, count)) : count;
    return { from: start, next: start + whole, size, text: new TextDecoder().decode(bytes.subarray(0, whole)) };
  } catch {
    return undefined; // It is not there yet, or not ours to read.
  }
}

/** How many of the bytes are whole characters: one that is cut at the end is left for the next piece. */
function wholeCharacters(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if ((byte & 0xc0) === 0x80) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needed > back && bytes.length > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}
