/**
 * The end of an output as it is on record, read as a file would be.
 *
 * @module
 */

/** Gives its text once. */
export class RecordedEnd implements Disposable {
  #text: string;

  /** Holds the text. */
  constructor(text: string) {
    this.#text = text;
  }

  /** The text at first; `undefined` from then on, and when it is empty. */
  read(): Uint8Array<ArrayBuffer> | undefined {
    const bytes = new TextEncoder().encode(this.#text);
    this.#text = "";
    return bytes.length === 0 ? undefined : bytes;
  }

  /** Gives nothing any more. */
  close(): void {
    this.#text = "";
  }

  /** As {@linkcode close}. */
  [Symbol.dispose](): void {
    this.close();
  }
}
