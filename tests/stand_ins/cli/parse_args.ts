/**
 * The part of `@std/cli`'s `parseArgs` that this project relies on. The real one reads undeclared values as numbers
 * where it can and splits dotted names; here both are refused, so that no program comes to depend on either.
 *
 * @module
 */
import type { Args, ParseOptions } from "./types.ts";

type Value = string | boolean;

const long = /^--([^=]+)(?:=(.*))?$/s;
const numberTail = /-?\d+(\.\d*)?(e-?\d+)?$/;

/** Reads command-line arguments as options and positional arguments. */
export function parseArgs<
  S extends string = never,
  B extends string = never,
  C extends string = never,
  N extends string = never,
  D extends Record<string, unknown> = Record<never, never>,
  T extends boolean = false,
>(args: readonly string[], options: ParseOptions<S, B, C, N, D, T> = {}): Args<S, B, C, N, D, T> {
  const end = args.indexOf("--");
  const reader = new ArgumentReader(options as ParseOptions);
  reader.readAll(end < 0 ? args : args.slice(0, end));
  reader.complete(end < 0 ? [] : args.slice(end + 1));
  return reader.found as unknown as Args<S, B, C, N, D, T>;
}

class ArgumentReader {
  readonly found: Record<string, unknown> & { _: string[] } = { _: [] };
  readonly #options: ParseOptions;
  readonly #aliases = new Map<string, string[]>();
  readonly #strings: Set<string>;
  readonly #booleans: Set<string>;
  readonly #collected: Set<string>;
  readonly #negatable: Set<string>;

  constructor(options: ParseOptions) {
    this.#options = options;
    for (const [name, others] of Object.entries(options.alias ?? {})) {
      const names = [name, ...[others].flat()];
      for (const one of names) this.#aliases.set(one, names.filter((other) => other !== one));
    }
    this.#strings = this.#withAliases(options.string);
    this.#booleans = this.#withAliases(options.boolean);
    this.#collected = this.#withAliases(options.collect);
    this.#negatable = this.#withAliases(options.negatable);
  }

  #withAliases(names: readonly string[] = []): Set<string> {
    const dotted = names.find((name) => name.includes("."));
    if (dotted !== undefined) throw new TypeError(`Cannot declare "${dotted}": names with dots are not stood in for`);
    return new Set(names.flatMap((name) => [name, ...(this.#aliases.get(name) ?? [])]));
  }

  readAll(args: readonly string[]): void {
    for (let i = 0; i < args.length; i++) {
      const arg = args[i]!;
      const next = args[i + 1];
      if (long.test(arg)) {
        if (this.#readLong(arg, next)) i++;
      } else if (/^-./.test(arg)) {
        if (this.#readShort(arg, next)) i++;
      } else {
        if (this.#options.unknown?.(arg) !== false) this.found._.push(this.#positional(arg));
        if (!this.#options.stopEarly) continue;
        this.found._.push(...args.slice(i + 1));
        return;
      }
    }
  }

  /** Fills in defaults and empty values; the tail behind `--` is positional unless it has a list of its own. */
  complete(tail: readonly string[]): void {
    for (const [name, value] of Object.entries(this.#options.default ?? {})) {
      if (Object.hasOwn(this.found, name)) continue;
      for (const one of [name, ...(this.#aliases.get(name) ?? [])]) this.found[one] = value;
    }
    for (const name of this.#booleans) {
      if (!Object.hasOwn(this.found, name)) this.found[name] = this.#collected.has(name) ? [] : false;
    }
    for (const name of this.#strings) {
      if (!Object.hasOwn(this.found, name) && this.#collected.has(name)) this.found[name] = [];
    }
    if (this.#options["--"]) this.found["--"] = [...tail];
    else this.found._.push(...tail);
  }

  /** Returns whether it took `next` as the option's value. */
  #readLong(arg: string, next: string | undefined): boolean {
    const [, name = "", value] = long.exec(arg)!;
    if (value !== undefined) {
      this.#set(name, this.#booleans.has(name) ? value !== "false" : value, arg);
      return false;
    }
    if (name.startsWith("no-") && this.#negatable.has(name.slice(3))) {
      this.#set(name.slice(3), false, arg, false);
      return false;
    }
    return this.#setFromNext(name, next, arg, /^-/);
  }

  /** `-abc` is three options; `-n5`, `-n=5` and `-o/path` are one with a value. */
  #readShort(arg: string, next: string | undefined): boolean {
    for (let i = 1; i < arg.length - 1; i++) {
      const [letter, rest] = [arg[i]!, arg.slice(i + 1)];
      const glued = gluedValue(letter, rest);
      this.#set(letter, glued ?? this.#absent(letter), arg);
      if (glued !== undefined && rest !== "-") return false;
    }
    const last = arg.slice(-1);
    return last === "-" ? false : this.#setFromNext(last, next, arg, /^(-|--)[^-]/);
  }

  #setFromNext(name: string, next: string | undefined, arg: string, isOption: RegExp): boolean {
    if (next && !isOption.test(next) && !this.#booleans.has(name)) {
      this.#set(name, next, arg);
      return true;
    }
    if (next === "true" || next === "false") {
      this.#set(name, next === "true", arg);
      return true;
    }
    this.#set(name, this.#absent(name), arg);
    return false;
  }

  #absent(name: string): Value {
    return this.#strings.has(name) ? "" : true;
  }

  #set(name: string, value: Value, arg: string, collect = true): void {
    const declared = [this.#booleans, this.#strings, this.#aliases, this.#collected].some((names) => names.has(name));
    if (!declared && this.#options.unknown?.(arg, name, value) === false) return;
    if (typeof value === "string" && !this.#strings.has(name)) refuseNumber(value, name);
    for (const one of [name, ...(this.#aliases.get(name) ?? [])]) {
      const before = this.found[one];
      const gathers = collect && this.#collected.has(name);
      if (gathers && Array.isArray(before)) before.push(value);
      else this.found[one] = gathers ? (before ? [before, value] : [value]) : value;
    }
  }

  #positional(arg: string): string {
    if (!this.#strings.has("_")) refuseNumber(arg, "_");
    return arg;
  }
}

function gluedValue(letter: string, rest: string): string | undefined {
  if (rest === "-") return rest;
  if (rest === "=") return "";
  if (/[A-Za-z]/.test(letter)) {
    const value = /=(.+)/.exec(rest)?.[1];
    if (value !== undefined) return value;
    if (numberTail.test(rest)) return rest;
  }
  // The last letter is looked at on its own: it may take the next argument.
  return rest.length > 1 && /\W/.test(rest[0]!) ? rest : undefined;
}

function refuseNumber(value: string, name: string): void {
  if (!/\S/.test(value) || !Number.isFinite(Number(value))) return;
  throw new TypeError(
    `Cannot read "${value}": the real package would make it a number, so declare "${name}" as string`,
  );
}
