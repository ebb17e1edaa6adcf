/**
 * JSON texts that people write: what is wrong with one is told with its place and in words, and the place of any value
 * can be found.
 *
 * As tolerant as QCG-PilotJob (Python's `json`) but for one thing: `NaN` and `Infinity` are read, comments, single quotes
 * and trailing commas are not, and a key that stands twice in an object is refused, where Python keeps the last value and
 * says nothing. A number that JavaScript would write in another way (`1.0`, `18446744073709551615`) is kept as it was
 * written.
 *
 * @module
 */

import { hasRepeatedKey } from "../base/repeated_key.ts";
import { stringEnd } from "../base/string_end.ts";
import { numberOf, parseJson } from "../base/written_number.ts";
import { keyPath } from "./json.ts";

/** A step into a value: the key of an object, or the index of an array. */
export type Step = string | number;

/** A place in a text. Lines and columns are counted from 1, columns in characters. */
export interface Place {
  /** The line. */
  readonly line: number;
  /** The column. */
  readonly column: number;
}

/** What is wrong with a text. */
export interface JsonProblem extends Place {
  /** The way to the value that is being read there. */
  readonly steps: readonly Step[];
  /** What is wrong and what would be right. */
  readonly problem: string;
}

/** A text that is no JSON. */
export class JsonTextError extends Error {
  /** The name of the class. */
  override readonly name = "JsonTextError";
  /** Where, and what. */
  readonly where: JsonProblem;

  /** Creates the error. */
  constructor(where: JsonProblem) {
    super(where.problem);
    this.where = where;
  }
}

/**
 * Reads a text.
 *
 * @throws {JsonTextError} If it is no JSON, or an object has a key twice.
 */
export function parseJsonText(text: string): unknown {
  try {
    const value = parseJson(text);
    if (!hasRepeatedKey(text, value)) return value;
  } catch (error) {
    // A text that is nested too deep for the stack is nested too deep for the reader below.
    if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
  }
  return new JsonReader(text, []).read();
}

/**
 * Finds where a value stands: the place of its key in an object, of itself in an array. If the text has no such value,
 * it is the place of the innermost one around it.
 *
 * @param text A text that {@linkcode parseJsonText} reads.
 * @param steps The way to the value.
 */
export function findPlace(text: string, steps: readonly Step[]): Place {
  const reader = new JsonReader(text, steps);
  try {
    reader.read();
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error; // It is nested too deep: the place so far is near enough.
  }
  return placeAt(text, reader.found);
}

/** Writes a way as a path: `[0].jobs[1].execution.args`. */
export function formatSteps(steps: readonly Step[]): string {
  return steps.reduce<string>((path, step) => typeof step === "number" ? `${path}[${step}]` : keyPath(path, step), "");
}

/** Reads a path as errors about job descriptions carry it: `execution.env["my var"]`, `dependencies.after[2]`. */
export function parsePath(path: string): Step[] {
  const tokens = path.matchAll(/\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|([^.[]+)/g);
  return [...tokens].map(([, index, quoted, key]) =>
    index !== undefined ? Number(index) : quoted !== undefined ? JSON.parse(quoted) as string : key!
  );
}

/** The place of an offset. */
function placeAt(text: string, offset: number): Place {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length, column: [...before.slice(lineStart)].length + 1 };
}

/** Deeper texts are refused; real ones have about eight levels. */
const depthMax = 500;
/** What Python's `json` knows beside JSON's own words. */
const words: Readonly<Record<string, unknown>> = {
  true: true,
  false: false,
  null: null,
  NaN,
  Infinity,
  "-Infinity": -Infinity,
};
const pythonWords: Readonly<Record<string, string>> = { True: "true", False: "false", None: "null" };

/** Reads a text character by character, which is slower, but knows where it is. */
class JsonReader {
  /** Where the innermost value on the way to the target begins. */
  found = 0;
  readonly #text: string;
  readonly #target: readonly Step[];
  readonly #steps: Step[] = [];
  #foundDepth = 0;
  #offset = 0;

  constructor(text: string, target: readonly Step[]) {
    this.#text = text;
    this.#target = target;
  }

  read(): unknown {
    if (this.#text.startsWith("\ufeff")) this.#refuse("the text begins with a byte order mark; save it without one");
    this.#skipBlanks();
    this.found = this.#offset;
    const value = this.#value();
    this.#skipBlanks();
    if (this.#offset < this.#text.length) {
      this.#refuse(
        this.#commentProblem() ?? `${this.#shown()} stands after the end of the value; there can be only one`,
      );
    }
    return value;
  }

  #value(): unknown {
    const character = this.#character();
    if (this.#steps.length > depthMax) this.#refuse(`the value is nested deeper than ${depthMax} levels`);
    if (character === "{") return this.#object();
    if (character === "[") return this.#array();
    if (character === '"') return this.#string();
    const word = /[-+\w.]*/y;
    word.lastIndex = this.#offset;
    const text = word.exec(this.#text)![0];
    if (Object.hasOwn(words, text) || /^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$/.test(text)) {
      this.#offset += text.length;
      return Object.hasOwn(words, text) ? words[text] : numberOf(text);
    }
    return this.#refuse(this.#valueProblem(text));
  }

  #object(): Record<string, unknown> {
    const entries: [string, unknown][] = [];
    const offsets = new Map<string, number>();
    this.#items("}", () => {
      if (this.#character() !== '"') this.#refuse(this.#keyProblem());
      const keyOffset = this.#offset;
      const key = this.#string();
      this.#refuseSecond(key, keyOffset, offsets.get(key));
      offsets.set(key, keyOffset);
      this.#skipBlanks();
      if (this.#character() !== ":") {
        this.#refuse(`a colon must follow the key ${JSON.stringify(key)}, not ${this.#shown()}`);
      }
      this.#offset++;
      this.#skipBlanks();
      entries.push([key, this.#child(key, keyOffset)]);
    });
    return Object.fromEntries(entries);
  }

  /** While a place is looked for the text is known to be good. */
  #refuseSecond(key: string, offset: number, firstOffset: number | undefined): void {
    if (firstOffset === undefined || this.#target.length > 0) return;
    const { line, column } = placeAt(this.#text, firstOffset);
    this.#offset = offset;
    this.#refuse(`the key ${JSON.stringify(key)} stands twice in one object, first at line ${line}, column ${column}`);
  }

  #array(): unknown[] {
    const elements: unknown[] = [];
    this.#items("]", () => {
      elements.push(this.#child(elements.length, this.#offset));
    });
    return elements;
  }

  /** Reads items with commas between, up to the closing bracket. */
  #items(close: string, item: () => void): void {
    this.#offset++;
    this.#skipBlanks();
    if (this.#character() === close) {
      this.#offset++;
      return;
    }
    while (true) {
      item();
      this.#skipBlanks();
      const character = this.#character();
      if (character !== "," && character !== close) {
        this.#refuse(
          this.#commentProblem() ?? `a comma or "${close}" must stand here, not ${this.#shown()}`,
        );
      }
      const commaOffset = this.#offset++;
      if (character === close) return;
      this.#skipBlanks();
      if (this.#character() === close) {
        this.#offset = commaOffset;
        this.#refuse(`no comma may stand before "${close}"`);
      }
    }
  }

  #child(step: Step, offset: number): unknown {
    const depth = this.#steps.push(step);
    if (depth >= this.#foundDepth && depth <= this.#target.length && this.#isOnTheWay()) {
      this.#foundDepth = depth;
      this.found = offset;
    }
    const value = this.#value();
    this.#steps.pop();
    return value;
  }

  #isOnTheWay(): boolean {
    return this.#steps.every((step, i) => step === this.#target[i]);
  }

  #string(): string {
    const end = stringEnd(this.#text, this.#offset);
    const text = this.#text.slice(this.#offset, end);
    if (this.#text[end] === '"') {
      this.#offset = end + 1;
      return JSON.parse(`${text}"`) as string;
    }
    if (end >= this.#text.length) this.#refuse("the text ends inside a string that begins here");
    this.#offset = end;
    if (this.#character() === "\\") {
      this.#refuse(`${JSON.stringify(this.#text.slice(end, end + 2))} is no escape; a backslash is written \\\\`);
    }
    return this.#refuse(
      this.#character() === "\n" || this.#character() === "\r"
        ? "a string may not go on in the next line; a line break in it is written \\n"
        : `the control character ${JSON.stringify(this.#character())} may not stand in a string; write it as an escape`,
    );
  }

  #skipBlanks(): void {
    while (this.#offset < this.#text.length && " \t\n\r".includes(this.#character())) this.#offset++;
  }

  #valueProblem(word: string): string {
    if (Object.hasOwn(pythonWords, word)) return `${word} is Python; write ${pythonWords[word]}`;
    if (this.#character() === "'") return "strings are written in double quotes";
    if (/^[-+.\d]/.test(word)) return `${word} is no number of JSON`;
    return this.#commentProblem() ?? `a value must stand here, not ${this.#shown()}`;
  }

  #keyProblem(): string {
    if (this.#character() === "'" || /\w/.test(this.#character())) return "keys are written in double quotes";
    return this.#commentProblem() ?? `a key in double quotes must stand here, not ${this.#shown()}`;
  }

  #commentProblem(): string | undefined {
    const isComment = this.#character() === "#" || /^\/[/*]/.test(this.#text.slice(this.#offset, this.#offset + 2));
    return isComment ? "JSON has no comments" : undefined;
  }

  /** The character that is looked at; empty at the end. */
  #character(): string {
    return this.#text[this.#offset] ?? "";
  }

  #shown(): string {
    const [character] = this.#text.slice(this.#offset, this.#offset + 2);
    return character === undefined ? "the end of the text" : JSON.stringify(character);
  }

  #refuse(problem: string): never {
    throw new JsonTextError({ ...placeAt(this.#text, this.#offset), steps: [...this.#steps], problem });
  }
}
