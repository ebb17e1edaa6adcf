/**
 * Reads the inputs of a sweep: from the command line, from files, or from the standard input while it is written.
 *
 * @module
 */

import { decodeBytes, hasRawBytes } from "../../base/byte_text.ts";
import { concatenate } from "../../base/bytes.ts";
import { fileProblem } from "../../deno/files/file_problem.ts";
import type { InputValues } from "../../job/command_words.ts";
import { InputError } from "./input_error.ts";
import { combine, type InputSource, link } from "./input_sources.ts";
import { type Row, type RowRules, rowsOf } from "./rows.ts";

/** Where inputs are read from, and what is made of them. */
export interface InputPlan {
  /** The sources, at least one. */
  readonly sources: readonly InputSource[];
  /** What ends an input in files, one byte; unless it is a line end, it also separates values within one. */
  readonly separator: string;
  /** The standard input. */
  readonly input: AsyncIterable<Uint8Array>;
  /** How inputs become values. */
  readonly rows: RowRules;
  /** Whether the first row of a source names its columns, or is left out. */
  readonly firstRow: "input" | "names" | "skipped";
  /** Whether all sources go along with one another, the shorter ones again and again. */
  readonly isLinked: boolean;
  /** Gives a number from 0 up to and without 1; inputs come in random order where it is there. */
  readonly random?: () => number;
}

/** Inputs that can be read. */
export interface OpenInputs {
  /** The names of the values, in their order; empty where the first rows name nothing. */
  readonly names: readonly string[];
  /** The values for each task; in the order of the sources, as the placeholders number them. */
  readonly values: AsyncGenerator<InputValues, void, void>;
}

/** Longer inputs are refused: no system gives a program an argument of this size. */
const inputBytesMax = 1 << 20;

/**
 * Begins to read inputs. A single source is read while it is used; of several all values are held in memory, and so
 * they are where the order is to be random.
 *
 * @throws {InputError} If a file cannot be read, or an input cannot be given to a program; so does each further read.
 */
export async function openInputs(plan: InputPlan): Promise<OpenInputs> {
  const open: OpenSource[] = [];
  for (const source of plan.sources) open.push(await openSource(source, plan));
  const names = open.flatMap(({ names }) => names);
  const values = open.length === 1 ? open[0]!.rows : combineAll(plan, open);
  return { names, values: plan.random === undefined ? values : shuffled(values, plan.random) };
}

interface OpenSource {
  readonly source: InputSource;
  readonly names: Row;
  readonly rows: AsyncGenerator<Row, void, void>;
}

async function openSource(source: InputSource, plan: InputPlan): Promise<OpenSource> {
  const rows = rowsOf(readSource(source, plan), plan.rows);
  if (plan.firstRow === "input") return { source, names: [], rows };
  const first = await rows.next();
  return { source, names: first.done || plan.firstRow === "skipped" ? [] : first.value, rows };
}

async function* combineAll(plan: InputPlan, open: readonly OpenSource[]): AsyncGenerator<InputValues, void, void> {
  const columns = [];
  for (const { source, rows } of open) {
    columns.push({ rows: await Array.fromAsync(rows), isLinked: source.isLinked });
  }
  yield* plan.isLinked ? link(columns.map(({ rows }) => rows)) : combine(columns);
}

/** Every order is as likely as every other. */
async function* shuffled(
  values: AsyncIterable<InputValues>,
  random: () => number,
): AsyncGenerator<InputValues, void, void> {
  const all = await Array.fromAsync(values);
  for (let left = all.length; left > 0; left--) {
    const at = Math.floor(random() * left);
    yield all[at]!;
    all[at] = all[left - 1]!;
  }
}

async function* readSource(source: InputSource, plan: InputPlan): AsyncGenerator<string, void, void> {
  if (source.kind === "values") {
    // As in GNU parallel; but a line end separates lines of files only, and belongs to the value here.
    const { separator } = plan;
    for (const item of source.items) yield* separator === "\n" ? [item] : item.split(separator);
    return;
  }
  for (const item of source.items) {
    if (item === "-") yield* splitInputs(readStandard(plan.input), plan.separator, "standard input");
    else {
      using file = openFile(item);
      yield* splitInputs(readChunks(file, item), plan.separator, item);
    }
  }
}

function openFile(path: string): Deno.FsFile {
  if (hasRawBytes(path)) {
    throw new InputError(
      `The name ${JSON.stringify(path)} has bytes that are no UTF-8; give the file as input, < FILE`,
    );
  }
  try {
    return Deno.openSync(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

async function* readStandard(input: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  try {
    yield* input;
  } catch (error) {
    throw unreadable("standard input", error);
  }
}

function unreadable(path: string, error: unknown): InputError {
  const reason = error instanceof Deno.errors.IsADirectory
    ? "it is a folder; name a file, or its files behind :::"
    : fileProblem("read", path, error);
  return new InputError(`Cannot read the inputs from ${path}: ${reason}`, { cause: error });
}

async function* readChunks(file: Deno.FsFile, path: string): AsyncGenerator<Uint8Array, void, void> {
  for (;;) {
    const chunk = new Uint8Array(1 << 16);
    const length = await file.read(chunk).catch((error) => {
      throw unreadable(path, error);
    });
    if (length === null) return;
    yield chunk.subarray(0, length);
  }
}

/**
 * Splits bytes into inputs. Each ends with the separator, the last one with or without it.
 *
 * @param chunks The bytes.
 * @param separator What ends an input.
 * @param name What is read, for errors.
 * @returns The inputs; bytes that are no UTF-8 are escaped as `byte_text.ts` says.
 * @throws {InputError} If an input contains a NUL character, or is longer than any argument may be.
 */
export async function* splitInputs(
  chunks: AsyncIterable<Uint8Array>,
  separator: string,
  name: string,
): AsyncGenerator<string, void, void> {
  const end = separator.charCodeAt(0);
  let number = 0;
  let rest = new Uint8Array(0);
  const decode = (bytes: Uint8Array): string => {
    number++;
    if (separator !== "\0" && bytes.includes(0)) {
      throw new InputError(`Input ${number} of ${name} contains a NUL character; with --null they separate inputs`);
    }
    return decodeBytes(bytes);
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let at = chunk.indexOf(end); at >= 0; at = chunk.indexOf(end, start)) {
      const piece = chunk.subarray(start, at);
      yield decode(rest.length === 0 ? piece : concatenate([rest, piece]));
      rest = new Uint8Array(0);
      start = at + 1;
    }
    if (start < chunk.length) rest = concatenate([rest, chunk.subarray(start)]);
    if (rest.length > inputBytesMax) {
      const hint = separator === "\0" ? "" : "; are they separated by NUL characters? Then add --null";
      throw new InputError(`Input ${number + 1} of ${name} is longer than ${inputBytesMax} bytes${hint}`);
    }
  }
  if (rest.length > 0) yield decode(rest);
}
