/**
 * Templates by a grammar, and what rendering makes of them.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { TemplateError } from "../../../src/errors.ts";
import { renderTemplate } from "../../../src/template/render.ts";
import type { Random } from "../../sim/random.ts";
import { type Verdict, word } from "./grammar.ts";

/** Texts with what has to be escaped in one spelling or the other. */
const letters = "ab cäß漢'\"\\{}[]:,#\n\t";

/** Writes a template and what it means, with the parameters that it takes. */
class Writer {
  readonly parameters: Record<string, unknown> = {};
  readonly #random: Random;
  readonly #isPython: boolean;

  constructor(random: Random) {
    this.#random = random;
    this.#isPython = random.chance(0.5);
  }

  object(depth: number): { readonly text: string; readonly means: Record<string, unknown> } {
    const means: Record<string, unknown> = {};
    const entries: string[] = [];
    for (let i = this.#random.between(depth === 0 ? 1 : 0, 4); i > 0; i--) {
      const key = `k${i}`;
      const value = this.#value(depth + 1);
      means[key] = value.means;
      entries.push(`${this.#quote(key)}${this.#blank()}:${this.#blank()}${value.text}`);
    }
    return { text: `{${this.#blank()}${this.#join(entries)}}`, means };
  }

  #value(depth: number): { readonly text: string; readonly means: unknown } {
    const kind = this.#random.weighted({
      text: 4,
      constant: 3,
      bare: 3,
      array: depth < 4 ? 2 : 0,
      object: depth < 4 ? 2 : 0,
    });
    switch (kind) {
      case "text":
        return this.#text();
      case "constant": {
        const value = this.#random.pick<unknown>([null, true, false, 0, 7, -12, 3.5]);
        const python = value === null ? "None" : value === true ? "True" : value === false ? "False" : `${value}`;
        return { text: this.#isPython ? python : `${value}`, means: value };
      }
      case "bare": {
        // A text outside quotes is read as a literal.
        const [value, means] = this.#random.pick<readonly [unknown, unknown]>([
          ...[null, 5, -2.5, ["x", 1], { y: [true] }].map((value) => [value, value] as const),
          ...[['"a b"', "a b"], ["[1, 'x']", [1, "x"]], ["None", null], ["7", 7]] as const,
        ]);
        return { text: this.#placeholder(value), means };
      }
      case "array": {
        const items = Array.from({ length: this.#random.between(0, 3) }, () => this.#value(depth + 1));
        const text = `[${this.#join(items.map((item) => item.text))}]`;
        return { text, means: items.map(({ means }) => means) };
      }
      case "object":
        return this.object(depth);
      default:
        return kind satisfies never;
    }
  }

  /** A text of plain parts and placeholders in one pair of quotes. */
  #text(): { readonly text: string; readonly means: string } {
    let [text, means] = ["", ""];
    const quote = this.#isPython ? this.#random.pick(["'", '"']) : '"';
    for (let i = this.#random.between(0, 3); i > 0; i--) {
      if (this.#random.chance(0.4)) {
        const value = this.#random.pick<unknown>(["v w", 12, "", "q\"'", "\\", true]);
        text += this.#placeholder(value);
        means += value === true ? "True" : `${value}`;
      } else {
        const plain = word(this.#random, letters);
        text += this.#escape(plain, quote);
        means += plain;
      }
    }
    return { text: `${quote}${text}${quote}`, means };
  }

  #placeholder(value: unknown): string {
    const name = `p${Object.keys(this.parameters).length}q`;
    this.parameters[name] = value;
    return `\${${name}}`;
  }

  #quote(text: string): string {
    const quote = this.#isPython ? this.#random.pick(["'", '"']) : '"';
    return quote + this.#escape(text, quote) + quote;
  }

  #escape(text: string, quote: string): string {
    if (!this.#isPython) return JSON.stringify(text).slice(1, -1);
    return text.replaceAll("\\", "\\\\").replaceAll(quote, `\\${quote}`).replaceAll("\n", "\\n").replaceAll(
      "\t",
      "\\t",
    );
  }

  #join(items: readonly string[]): string {
    const trailing = this.#isPython && items.length > 0 && this.#random.chance(0.3) ? "," : "";
    return items.join(`,${this.#blank()}`) + trailing + this.#blank();
  }

  #blank(): string {
    return this.#random.pick(["", " ", "\n  "]);
  }
}

/** Makes a template, right or with one mistake, and compares what rendering makes of it. */
export function checkTemplate(random: Random): Verdict {
  const writer = new Writer(random);
  const { text, means } = writer.object(0);
  const { parameters } = writer;
  const names = Object.keys(parameters);
  const mistake = random.chance(0.6) ? undefined : random.pick(["cut", "missing", "more"] as const);
  const isMissing = mistake === "missing" && names.length > 0;
  const written = mistake === undefined || (mistake === "missing" && !isMissing)
    ? text
    : mistake === "cut"
    ? text.slice(0, random.between(0, text.length - 1))
    : mistake === "more"
    ? text + random.pick(["}", "]", ",", " x", "'", "{}"])
    : text;
  if (isMissing) delete parameters[random.pick(names)];
  const isWrong = isMissing || written !== text;
  const told = `${JSON.stringify(written)} with ${JSON.stringify(parameters)}`;
  let read: unknown;
  try {
    read = renderTemplate(() => written, [parameters]);
  } catch (error) {
    // What is cut off may leave a parameter without its placeholder.
    const isRefusal = error instanceof TemplateError || (isWrong && error instanceof TypeError);
    if (!isRefusal || !isWrong) throw new Error(`${told} throws ${error}`, { cause: error });
    return "wrong";
  }
  if (isWrong) throw new Error(`${told} is taken`);
  assertEquals(read, means, told);
  return "right";
}
