/**
 * What a program says on its standard error: passed on line by line, and the last of it kept for messages.
 *
 * @module
 */

/** The most characters that are kept. */
const keptMax = 4096;

/** Gathers what is said. */
export class SaidLines {
  readonly #tell: (line: string) => void;
  readonly #decoder = new TextDecoder();
  #kept = "";
  #rest = "";

  /** `tell` hears every line that is of use; `isNoise` says which are not. */
  constructor(isNoise: (line: string) => boolean, tell: (line: string) => void) {
    this.#tell = (line) => {
      if (line === "" || isNoise(line)) return;
      this.#kept = `${this.#kept}${line}\n`.slice(-keptMax);
      tell(line);
    };
  }

  /** Takes the next bytes. */
  push(bytes: Uint8Array): void {
    const lines = (this.#rest + this.#decoder.decode(bytes, { stream: true })).split("\n");
    this.#rest = lines.pop()!.slice(-keptMax);
    for (const line of lines) this.#tell(line);
  }

  /** The last of what was said. */
  get last(): string {
    return this.#kept + this.#rest;
  }
}
