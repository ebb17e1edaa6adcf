/**
 * What the options of `qcgpj each` about inputs mean: where inputs come from, how they are split, how many a task gets.
 *
 * @module
 */

import { encodeText } from "../../base/byte_text.ts";
import type { ParsedArguments } from "../../service/arguments.ts";
import { UsageError } from "../../service/usage.ts";
import type { BlockRules } from "./blocks.ts";
import type { InputPlan } from "./inputs.ts";
import { type SourceSeparators, usualSeparators } from "./input_sources.ts";
import type { Trim } from "./rows.ts";

/** How inputs are read. */
export interface InputOptions extends Pick<InputPlan, "separator" | "rows" | "firstRow" | "isLinked"> {
  /** Files with inputs. */
  readonly argFiles: readonly string[];
  /** Whether they come in random order. */
  readonly isShuffled: boolean;
  readonly separators: SourceSeparators;
  /** How inputs are gathered; absent when each is a task. */
  readonly group?: InputGroup;
  /** How the standard input is cut for tasks that read it; absent when it is read for inputs. */
  readonly pipe?: PipeOptions;
}

/** How several inputs are put into one command. */
export interface InputGroup {
  readonly inputsMax?: number;
  readonly lengthMax?: number;
  /** Whether they are spread over the tasks that run at once. */
  readonly isSpread: boolean;
  readonly refusesLong: boolean;
  /** Whether a word with a placeholder is repeated for each value. */
  readonly repeatsWords: boolean;
  /** Whether an input that ends with a blank goes on in the next one. */
  readonly continuesLines: boolean;
}

/** How blocks of the standard input are given to tasks. */
export interface PipeOptions {
  readonly blocks: BlockRules;
  /** Whether `{}` is a file with the block. */
  readonly namesFile: boolean;
}

type Options = ParsedArguments["options"];

/** What GNU parallel takes for the longest command line. */
const commandBytesMax = 131_071;
const blockBytesDefault = 2 ** 20;

/**
 * Reads the options.
 *
 * @throws {UsageError} If a value is wrong, or two options contradict one another.
 */
export function parseInputOptions(options: Options): InputOptions {
  const text = (name: string) => options.get(name) as string | undefined;
  const pipe = parsePipe(options);
  const header = text("header");
  if (pipe === undefined && header !== undefined && header !== ":") {
    refuse("header", `must be : for inputs, so that the first row names the values, not ${JSON.stringify(header)}`);
  }
  if (pipe !== undefined) refuseInputs(options);
  const group = pipe === undefined ? parseGroup(options) : undefined;
  return {
    argFiles: (options.get("arg-file") as readonly string[] | undefined) ?? [],
    separator: separatorOf(options),
    rows: parseRows(options),
    firstRow: header !== undefined ? "names" : options.has("skip-first-line") ? "skipped" : "input",
    isLinked: options.has("link"),
    isShuffled: options.has("shuf"),
    separators: {
      values: text("arg-sep") ?? usualSeparators.values,
      files: text("arg-file-sep") ?? usualSeparators.files,
    },
    ...(group === undefined ? {} : { group }),
    ...(pipe === undefined ? {} : { pipe }),
  };
}

function parseRows(options: Options): InputOptions["rows"] {
  const columns = columnsOf(options);
  const trim = (options.get("trim") as string | undefined)?.replace("rl", "lr");
  // As with xargs, an empty one means none.
  const endMark = (options.get("eof") as string | undefined) || undefined;
  return {
    trim: (trim ?? (columns instanceof RegExp ? "lr" : "n")) as Trim,
    skipsBlank: options.has("no-run-if-empty"),
    ...(columns === undefined ? {} : { columns }),
    ...(endMark === undefined ? {} : { endMark }),
  };
}

function columnsOf(options: Options): RegExp | "csv" | undefined {
  const pattern = options.get("colsep") as string | undefined;
  if (options.has("csv")) {
    if (pattern !== undefined) refuse("csv", "splits at commas, and --colsep elsewhere; leave out one");
    return "csv";
  }
  try {
    // A header is a table, whose columns are separated by tabs unless something else is said.
    if (pattern === undefined) return options.get("header") === ":" && !options.has("pipe") ? /\t/ : undefined;
    return new RegExp(pattern, "u");
  } catch (error) {
    return refuse("colsep", `is no regular expression: ${(error as Error).message}`);
  }
}

function separatorOf(options: Options): string {
  const written = options.get("delimiter") as string | undefined;
  if (written === undefined) return options.has("null") ? "\0" : "\n";
  if (options.has("null")) refuse("delimiter", "and --null both say what ends an input; leave out one");
  const separator = unescaped(written);
  if (encodeText(separator).length !== 1) {
    refuse("delimiter", `must be one character of ASCII, not ${JSON.stringify(written)}`);
  }
  return separator;
}

function unescaped(text: string): string {
  const meant: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", "0": "\0", "\\": "\\" };
  return text.replaceAll(/\\([ntr0\\])/g, (_, letter: string) => meant[letter]!);
}

function parseGroup(options: Options): InputGroup | undefined {
  const counts = ["max-args", "max-replace-args", "max-lines"].filter((name) => options.has(name));
  if (counts.length > 1) {
    refuse(counts[0]!, `and --${counts[1]} both say how many inputs a task gets; leave out one`);
  }
  const inputsMax = counts.length === 0 ? undefined : options.get(counts[0]!) as number;
  const chars = options.get("max-chars") as number | undefined;
  const fills = ["context-replace", "multiple", "xargs"].find((name) => options.has(name)) ??
    (chars === undefined || inputsMax !== undefined ? undefined : "multiple");
  if (inputsMax === undefined && fills === undefined) return undefined;
  return {
    ...(inputsMax === undefined ? {} : { inputsMax }),
    ...(chars === undefined && fills === undefined ? {} : { lengthMax: chars ?? commandBytesMax }),
    isSpread: inputsMax === undefined && fills !== "xargs",
    refusesLong: chars !== undefined,
    repeatsWords: fills === undefined ? !options.has("max-args") : fills === "context-replace",
    continuesLines: options.has("max-lines"),
  };
}

function parsePipe(options: Options): PipeOptions | undefined {
  if (!options.has("pipe")) {
    for (const name of ["block", "recend", "recstart", "cat"]) {
      if (options.has(name)) refuse(name, "needs --pipe: without it tasks get inputs, not blocks");
    }
    return undefined;
  }
  const text = (name: string) => options.get(name) as string | undefined;
  const start = text("recstart");
  const recordsMax = (options.get("max-replace-args") ?? options.get("max-args")) as number | undefined;
  if (recordsMax === 0) refuse("max-replace-args", "must be 1 or more with --pipe");
  const header = text("header") ?? "0";
  if (!/^(?::|[0-9]{1,6})$/.test(header)) {
    refuse("header", `must be : or a number of records with --pipe, not ${JSON.stringify(header)}`);
  }
  const end = text("recend") ?? (start === undefined ? separatorOf(options) : "");
  return {
    namesFile: options.has("cat"),
    blocks: {
      recordEnd: encodeText(unescaped(end)),
      recordStart: encodeText(unescaped(start ?? "")),
      together: (options.get("max-lines") as number | undefined) ?? 1,
      bytesMax: (options.get("block") as number | undefined) ?? blockBytesDefault,
      headers: header === ":" ? 1 : Number(header),
      ...(recordsMax === undefined ? {} : { recordsMax }),
    },
  };
}

/** With `--pipe` nothing is read for inputs. */
function refuseInputs(options: Options): void {
  const idle = ["arg-file", "colsep", "csv", "eof", "no-run-if-empty", "trim", "link", "shuf", "skip-first-line"];
  const more = ["context-replace", "multiple", "xargs", "max-chars", "exit"];
  for (const name of [...idle, ...more]) {
    if (options.has(name)) refuse(name, "is about inputs, and with --pipe there are none");
  }
  for (const name of ["run", "resume", "resume-failed"]) {
    if (options.has(name)) {
      refuse(
        name,
        "cannot be kept with --pipe: a stream is read once. Make files of it, and use their names as inputs",
      );
    }
  }
}

function refuse(name: string, problem: string): never {
  throw new UsageError(`Option --${name} ${problem}`, { option: `--${name}` });
}
