/**
 * Typed readers of a JSON value that carry the path, so that every error names what is wrong and where.
 *
 * @module
 */

import { isWrittenNumber, type WrittenNumber } from "../base/written_number.ts";
import { didYouMean } from "../base/near_miss.ts";
import { type Json, type JsonObject, keyPath, nameValue, refuse, type Spot } from "./json.ts";

/** The largest number that a description may hold where it counts things: sizes, indexes, parts. */
export const countMax: number = 2 ** 31 - 1;

/** The keys of a type; of a union those of every member. */
type KeyOf<Input> = Input extends unknown ? keyof Input & string : never;

/**
 * The keys that a parser knows. The compiler sees to it that they are those of the type that users write: none is
 * missing and none is too many.
 *
 * @param keys Each key with `true`, in the order in which errors list them.
 */
export function keysOf<Input>(keys: Readonly<Record<KeyOf<Input>, true>>): readonly string[] {
  return Object.keys(keys);
}

/** How a value that is no text is written as one: as JavaScript does (`true`, `null`), or as Python (`True`, `None`). */
export type ScalarSpelling = "javascript" | "python";

/** A value in a job description and where it stands. An absent value and `null` are the same, as in QCG-PilotJob. */
export class Field implements Spot {
  /** The value; `undefined` when absent or `null`. */
  readonly value: Exclude<Json, null | WrittenNumber> | undefined;
  /** The path to the value. */
  readonly path: string;
  /** The job that the value belongs to. */
  readonly jobName: string | undefined;
  /** A number's text, where JavaScript would write another one. */
  readonly #written: string | undefined;

  /** Creates the field for a value (absent: `undefined`) at a spot. */
  constructor(value: Json | undefined, spot: Spot) {
    this.value = isWrittenNumber(value) ? Number(value.rawJSON) : value ?? undefined;
    this.#written = isWrittenNumber(value) ? value.rawJSON : undefined;
    this.path = spot.path;
    this.jobName = spot.jobName;
  }

  /** Whether there is nothing to read. */
  get absent(): boolean {
    return this.value === undefined;
  }

  /** Throws the error for this field; `problem` goes on after the path. */
  refuse(problem: string): never {
    refuse(this, problem);
  }

  /** As {@linkcode refuse}, where something is missing rather than wrong. */
  refuseMissing(problem: string): never {
    refuse(this, problem, true);
  }

  /** Throws the error that says what the field must be, and what it is. */
  refuseType(wanted: string): never {
    this.refuse(`must be ${wanted}, not ${this.#described()}`);
  }

  /** Returns the field of a key, absent if the object has no such own key. */
  get(key: string): Field {
    const object = this.object("an object");
    const spot = { jobName: this.jobName, path: keyPath(this.path, key) };
    return new Field(Object.hasOwn(object, key) ? object[key] : undefined, spot);
  }

  /** Returns the value as an object; `wanted` says in words what it must be. */
  object(wanted: string): JsonObject {
    if (typeof this.value === "object" && !Array.isArray(this.value)) return this.value as JsonObject;
    this.refuseType(wanted);
  }

  /**
   * Checks that the value is an object with no keys but `known` ones, and returns this field. `places` tells where a key
   * belongs that people write here.
   */
  shaped(wanted: string, known: readonly string[], places: ReadonlyMap<string, string> = new Map()): this {
    for (const key of Object.keys(this.object(wanted))) {
      if (known.includes(key)) continue;
      const place = places.get(key);
      refuse(
        { jobName: this.jobName, path: keyPath(this.path, key) },
        place === undefined
          ? `is unknown${didYouMean(key, known)}; the keys here are ${known.join(", ")}`
          : `is unknown here: write it as ${place}`,
      );
    }
    return this;
  }

  /** Returns the keys of an object with their fields; here `null` is a value like any other, and readers refuse it. */
  entries(wanted: string): readonly (readonly [string, Field])[] {
    return Object.entries(this.object(wanted)).map(([key, value]) =>
      [key, new Field(value, { jobName: this.jobName, path: keyPath(this.path, key) })] as const
    );
  }

  /** Returns the elements of an array; none when absent. */
  elements(wanted: string): readonly Field[] {
    if (this.value === undefined) return [];
    if (!Array.isArray(this.value)) this.refuseType(wanted);
    return (this.value as readonly Json[]).map((element, i) =>
      new Field(element, { jobName: this.jobName, path: `${this.path}[${i}]` })
    );
  }

  /** Returns the value as a string. */
  string(wanted = "a string"): string {
    return typeof this.value === "string" ? this.value : this.refuseType(wanted);
  }

  /** Returns the value as a string, or `undefined` when it is absent or empty: Python takes both for "not given". */
  optionalString(): string | undefined {
    return this.absent ? undefined : this.string() || undefined;
  }

  /** Returns the value as one of several words. */
  word<const Word extends string>(words: readonly Word[]): Word {
    const wanted = words.map((word) => `"${word}"`).join(" or ");
    const text = this.string(wanted);
    const known = words.find((word) => word === text);
    return known ?? this.refuse(`must be ${wanted}, not ${JSON.stringify(text)}${didYouMean(text, words)}`);
  }

  /** Returns the value as an integer from `min` to `max`. A boolean is none, unlike in Python. */
  integer(min: number, max: number): number {
    const { value } = this;
    if (typeof value !== "number") {
      const hint = typeof value === "string" && /^-?[0-9]+$/.test(value) ? " (write it without quotes)" : "";
      this.refuse(`must be an integer, not ${this.#described()}${hint}`);
    }
    if (!Number.isInteger(value)) this.refuse(`must be an integer, not ${this.#described()}`);
    if (value < min) this.refuse(`must be at least ${min}, not ${this.#written ?? value}`);
    if (value > max) this.refuse(`must be at most ${max}, not ${this.#written ?? value}`);
    return value + 0; // JSON's -0 is 0.
  }

  #described(): string {
    if (this.#written !== undefined) return `the number ${this.#written}`;
    return this.value === undefined ? "null" : nameValue(this.value);
  }

  /** Returns the value as `true` or `false`. */
  boolean(): boolean {
    return typeof this.value === "boolean" ? this.value : this.refuseType("true or false");
  }

  /** Returns a scalar as text: a number as it was written, others as the spelling has it. */
  text(spelling: ScalarSpelling = "python"): string {
    const { value } = this;
    const isPython = spelling === "python";
    switch (typeof value) {
      case "string":
        return value;
      case "number":
        return this.#written ?? (isPython ? numberText(value) : String(value));
      case "boolean":
        return isPython ? (value ? "True" : "False") : String(value);
      case "undefined":
        return isPython ? "None" : "null";
      default:
        this.refuse(`must be a string, a number, true, false or null, not ${nameValue(value)}`);
    }
  }
}

/**
 * Writes a number as Python does. The exponents differ: JavaScript has `0.00001` and `1e-7` where Python has `1e-05`
 * and `1e-07`. Numbers of a JSON text that have another form there are kept as {@linkcode WrittenNumber}s.
 */
export function numberText(value: number): string {
  const small = value !== 0 && Math.abs(value) < 1e-4;
  return (small ? value.toExponential() : String(value)).replace(/e-(\d)$/, "e-0$1");
}
