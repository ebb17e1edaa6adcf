/**
 * Reads a list of arguments by a table of options, with `parseArgs` of `@std/cli`.
 *
 * QCG-PilotJob's command line is read by Python's argparse, and scripts rely on what `parseArgs` does not do: a long
 * name may be cut short, a missing value is an error, a value may be glued to a letter or be a negative number, a flag
 * does not take a `true` behind it, and a `--` behind the first word belongs to the program of that name. So the
 * arguments are first spelled out by the table: options as `--name` or `--name=value`, then `--`, then all other words.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { parseByteSize, sizeForm } from "../base/byte_size.ts";
import { parseTime, timeForm } from "../base/duration.ts";
import { didYouMean, nearMiss } from "../base/near_miss.ts";
import { UsageError } from "./usage.ts";

/** What an option takes. */
export type OptionKind =
  | { readonly kind: "flag" }
  /** Any text. */
  | { readonly kind: "text" }
  | { readonly kind: "integer"; readonly min: number; readonly max: number }
  | { readonly kind: "number" }
  /** A length of time in milliseconds, as {@linkcode parseTime} reads it; the word `never` is an infinite one. */
  | { readonly kind: "time"; readonly takesZero?: true; readonly takesNever?: true }
  /** A number of bytes, as {@linkcode parseByteSize} reads it. */
  | { readonly kind: "size"; readonly min: number; readonly max: number }
  /** One of some words, whatever their case. */
  | { readonly kind: "choice"; readonly choices: readonly string[] }
  /** Texts separated by commas, without blanks around them and without empty ones. */
  | { readonly kind: "list" }
  /** Any text each time that the option is given. */
  | { readonly kind: "texts" }
  /** A text, or nothing: what stands behind it is its value only if it looks like one. */
  | { readonly kind: "optional"; readonly pattern: RegExp; readonly form: string };

/** An option as data. */
export interface OptionSpec {
  /** The name without its two dashes. */
  readonly name: string;
  /** A letter that means the same behind one dash. */
  readonly short?: string;
  /** Other names that mean the same; help does not list them. */
  readonly aliases?: readonly string[];
  /** What it takes. */
  readonly value: OptionKind;
  /** Whether an empty text is a value like any other. */
  readonly takesEmpty?: true;
  /** What help calls the value, for example `PATH`; absent for a flag. */
  readonly placeholder?: string;
  /** What holds when it is not given, as help writes it. */
  readonly default?: string;
  /** What it does, in a sentence without a full stop. */
  readonly help: string;
  /** The heading that help lists it under; absent for the last one, `Options`. */
  readonly section?: string;
  /** What has to come before the option does anything, for example `the network interface`; absent when it works. */
  readonly later?: string;
}

/** Puts options under a heading of help. */
export function inSection(section: string, specs: readonly OptionSpec[]): readonly OptionSpec[] {
  return specs.map((spec) => ({ ...spec, section }));
}

/** The value of an option that was given. */
export type OptionValue = true | string | number | readonly string[];

/** What was on a command line. */
export interface ParsedArguments {
  /** The options that were given, by name; of several equal ones the last, or all of kind `texts`. */
  readonly options: ReadonlyMap<string, OptionValue>;
  /** Everything else, in order. */
  readonly rest: readonly string[];
}

/** How arguments are read. */
export interface ParseOptions {
  /**
   * Whether the first argument that is no option ends the options: what follows is another program's command line.
   *
   * @default {false}
   */
  readonly stopsAtWord?: boolean;
  /**
   * Whether an option with an empty value counts as not given, as in QCG-PilotJob; it is an error otherwise.
   *
   * @default {false}
   */
  readonly ignoresEmpty?: boolean;
  /** What to do instead of options that another program has, by their spelling with dashes: a sentence for each. */
  readonly instead?: ReadonlyMap<string, string>;
}

/**
 * Reads arguments: `--name value`, `--name=value`, `-n value` and `-nvalue`; `-ab` is `-a -b` when `-a` is a flag. A
 * long name may be cut short as long as only one option begins like that. Everything after `--` is no option.
 *
 * @param table The options that there are.
 * @param given The arguments.
 * @param how How they are read.
 * @throws {UsageError} If an option is unknown, ambiguous, or its value missing or wrong.
 */
export function parseArguments(
  table: readonly OptionSpec[],
  given: readonly string[],
  how: ParseOptions = {},
): ParsedArguments {
  const flags = table.filter(({ value }) => value.kind === "flag");
  const withValue = table.filter(({ value }) => value.kind !== "flag");
  const names = withValue.map(({ name }) => name);
  const found: Readonly<Record<string, unknown>> & { readonly "--": string[] } = parseArgs(
    spellOut(table, given, how),
    { string: names, collect: names, boolean: flags.map(({ name }) => name), "--": true },
  );
  const options = new Map<string, OptionValue>();
  for (const { name } of flags) if (found[name] === true) options.set(name, true);
  for (const spec of withValue) {
    // Of several the last holds, but none may be wrong.
    const values = (found[spec.name] as readonly string[]).map((text) =>
      isMissing(spec, text, how) ? undefined : parseValue(spec, text)
    );
    const value = spec.value.kind === "texts" ? allOf(values) : values.at(-1);
    if (value !== undefined) options.set(spec.name, value);
  }
  return { options, rest: found["--"] };
}

function allOf(values: readonly (OptionValue | undefined)[]): readonly string[] | undefined {
  const all = values.filter((value) => typeof value === "string");
  return all.length === 0 ? undefined : all;
}

/** Whether an empty text stands where a value must: often a variable of a shell that is not set. */
function isMissing(spec: OptionSpec, text: string, { ignoresEmpty }: ParseOptions): boolean {
  if (spec.takesEmpty || !["text", "texts", "list"].includes(spec.value.kind) || /[^ ,]/.test(text)) return false;
  if (text !== "" && spec.value.kind !== "list") return false;
  return ignoresEmpty ||
    refuse(spec, `has an empty value; write ${spell(spec)} ${spec.placeholder ?? "VALUE"}, or leave it out`);
}

/** Writes arguments in the one way that is left to be read: `--name`, `--name=value`, then `--` and all other words. */
function spellOut(table: readonly OptionSpec[], given: readonly string[], how: ParseOptions): string[] {
  const args = [...given];
  const options: string[] = [];
  const words: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === "--") {
      words.push(...args.slice(i + 1));
      break;
    }
    if (arg === "-" || !arg.startsWith("-")) {
      words.push(...args.slice(i, how.stopsAtWord ? undefined : i + 1));
      if (how.stopsAtWord) break;
      continue;
    }
    const { spec, glued } = arg.startsWith("--") ? splitLong(table, arg, how) : splitShort(table, arg, how);
    if (spec.value.kind === "flag") {
      if (glued !== undefined && !arg.startsWith("--") && table.some(({ short }) => short === glued[0])) {
        args[i--] = `-${glued}`;
      } else if (glued !== undefined) refuse(spec, `takes no value, got ${quote(glued)}; write only ${spell(spec)}`);
      options.push(spell(spec));
      continue;
    }
    if (spec.value.kind === "optional") {
      // A number alone is meant as the value, too; what it lacks is told with the option, not as that of an argument.
      const next = glued === undefined ? args[i + 1] : undefined;
      const isValue = next !== undefined && (spec.value.pattern.test(next) || /^:?[0-9]+$/.test(next));
      options.push(`${spell(spec)}=${glued ?? (isValue ? args[++i] : "")}`);
      continue;
    }
    const text = glued ?? args[i + 1];
    // A value may begin with a dash only where it is glued to its option, or is a negative number.
    if (text === undefined || (glued === undefined && /^-./.test(text) && !/^-\.?[0-9]/.test(text))) {
      refuse(spec, `lacks its value; write ${spell(spec)} ${spec.placeholder ?? "VALUE"}`);
    }
    if (glued === undefined) i++;
    options.push(`${spell(spec)}=${text}`);
  }
  return [...options, "--", ...words];
}

/** Writes an option's name with its dashes. */
export function spell(spec: { readonly name: string }): string {
  return `--${spec.name}`;
}

interface Split {
  readonly spec: OptionSpec;
  readonly glued: string | undefined;
}

function splitLong(table: readonly OptionSpec[], arg: string, { instead }: ParseOptions): Split {
  const equals = arg.indexOf("=");
  const name = arg.slice(2, equals < 0 ? undefined : equals);
  const glued = equals < 0 ? undefined : arg.slice(equals + 1);
  const exact = table.find((spec) => spec.name === name || spec.aliases?.includes(name));
  if (exact !== undefined) return { spec: exact, glued };
  refuseForeign(`--${name}`, instead);
  const meant = name === "" ? [] : table.filter((spec) => spec.name.startsWith(name));
  if (meant.length === 1) return { spec: meant[0]!, glued };
  const written = quote(`--${name}`);
  if (meant.length > 1) {
    throw new UsageError(`Option ${written} is ambiguous: it could be ${meant.map(spell).join(", ")}`, {
      option: `--${name}`,
    });
  }
  // The dashes are no part of the name: with them, longer misses would count as near.
  const near = nearMiss(name, table.map((spec) => spec.name));
  const hint = near === undefined ? "" : ` (did you mean "--${near}"?)`;
  throw new UsageError(`Option ${written} is unknown${hint}; --help lists all options`, { option: `--${name}` });
}

function splitShort(table: readonly OptionSpec[], arg: string, { instead }: ParseOptions): Split {
  const spec = table.find((one) => one.short === arg[1]);
  if (spec !== undefined) return { spec, glued: arg.length === 2 ? undefined : arg.slice(2) };
  refuseForeign(arg.slice(0, 2), instead);
  const near = didYouMean(`-${arg}`, table.map(spell));
  throw new UsageError(`Option ${quote(arg)} is unknown${near}; --help lists all options`, { option: arg });
}

/** Refuses an option that another program has, with what to do here. */
function refuseForeign(spelling: string, instead: ParseOptions["instead"]): void {
  const advice = instead?.get(spelling);
  if (advice === undefined) return;
  throw new UsageError(`Option ${spelling} is not taken here: ${advice}`, { option: spelling });
}

function parseValue(spec: OptionSpec, text: string): OptionValue {
  const { value } = spec;
  switch (value.kind) {
    case "flag":
    case "texts":
    case "text":
      return text;
    case "optional":
      if (text === "") return true;
      return value.pattern.test(text) ? text : refuse(spec, `must be ${value.form}, not ${quote(text)}`);
    case "list":
      return text.split(",").map((item) => item.trim()).filter((item) => item !== "");
    case "integer": {
      const number = Number(text);
      if (/^\s*[-+]?[0-9]+\s*$/.test(text) && number >= value.min && number <= value.max) return number + 0;
      return refuse(spec, `must be an integer ${describeRange(value)}, not ${quote(text)}`);
    }
    case "number": {
      const number = Number(text);
      if (/^\s*[-+]?[0-9.]+(e[-+]?[0-9]+)?\s*$/i.test(text) && Number.isFinite(number)) return number;
      return refuse(spec, `must be a number, not ${quote(text)}`);
    }
    case "time": {
      const ms = value.takesNever && text.trim().toLowerCase() === "never" ? Infinity : parseTime(text.trim());
      if (ms !== undefined && (ms > 0 || value.takesZero)) return ms;
      return refuse(spec, `must be ${value.takesNever ? "never, or " : ""}${timeForm}, not ${quote(text)}`);
    }
    case "size": {
      const bytes = parseByteSize(text.trim());
      if (bytes !== undefined && bytes >= value.min && bytes <= value.max) return bytes;
      const right = bytes === undefined ? sizeForm : `a size ${describeRange(value)} bytes`;
      return refuse(spec, `must be ${right}, not ${quote(text)}`);
    }
    case "choice": {
      const word = text.trim().toLowerCase();
      const choice = value.choices.find((one) => one.toLowerCase() === word);
      if (choice !== undefined) return choice;
      const near = didYouMean(word, value.choices);
      return refuse(spec, `must be one of ${value.choices.join(", ")}, not ${quote(text)}${near}`);
    }
    default:
      return value satisfies never;
  }
}

function describeRange({ min, max }: { readonly min: number; readonly max: number }): string {
  return max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
}

function refuse(spec: OptionSpec, problem: string): never {
  throw new UsageError(`Option ${spell(spec)} ${problem}`, { option: spell(spec) });
}

function quote(text: string): string {
  return JSON.stringify(text.length <= 60 ? text : `${text.slice(0, 57)}...`);
}
