/**
 * A file that is read as it grows. It may not be there yet, and may be begun anew.
 *
 * @module
 */

const pieceBytes = 1 << 16;

/** Reads a file piece by piece, and later what was added. */
export class FollowedFile implements Disposable {
  readonly #path: string;
  #file: Deno.FsFile | undefined;
  #inode: number | null = null;
  #read = 0;

  /** Names the file; it is opened when it is read. */
  constructor(path: string) {
    this.#path = path;
  }

  /** The next piece; `undefined` when there is none at the moment, or the path names no regular file. */
  read(): Uint8Array<ArrayBuffer> | undefined {
    try {
      const { isFile, size, ino } = Deno.statSync(this.#path);
      // A pipe would wait, and a device has no end.
      if (!isFile) return undefined;
      if (this.#file === undefined || ino !== this.#inode || size < this.#read) this.#open(ino);
      const bytes = new Uint8Array(pieceBytes);
      const count = this.#file!.readSync(bytes);
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

  /** Gives the file back. */
  [Symbol.dispose](): void {
    this.close();
  }

  #open(inode: number | null): void {
    this.close();
    this.#file = Deno.openSync(this.#path);
    this.#inode = inode;
    this.#read = 0;
  }
}
