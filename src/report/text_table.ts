/**
 * Numbers for texts of which there are few, such as names of nodes and cores, so that packed columns can hold them.
 *
 * @module
 */

/** Texts by number, from 1 on. */
export class TextTable {
  readonly #numbers: Map<string, number> = new Map();
  readonly #texts: string[] = [""];

  /** The number of a text, which gets one if it has none. */
  numberOf(text: string): number {
    let number = this.#numbers.get(text);
    if (number === undefined) this.#numbers.set(text, number = this.#texts.push(text) - 1);
    return number;
  }

  /** The text of a number that was given. */
  text(number: number): string {
    return this.#texts[number]!;
  }
}
