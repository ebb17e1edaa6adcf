/**
 * Reads the inputs of a sweep: from the command line, from files, or from the standard input while it is written.
 *
 * @module
 */

import { decodeBytes, hasRawBytes } from "../../base/byte_text.ts";
import { concatenate } from "../../base/bytes.ts";
import type { InputValues } from "../../job/command_words.ts";
import { combine, type InputSource } from "./input_sources.ts";
import { PilotJobError } from "../../errors.ts";

/** An input that cannot be given to a program, or inputs that cannot be read. */
export class InputError extends PilotJobError {
  /** The name of the class. */
  override readonly name = "InputError";
  /** Always `"INPUT"`. */
  override readonly code = "INPUT";
}

/** Where inputs are read from. */
export interface InputPlan {
  /** The sources, at least one. */
  readonly sources: readonly InputSource[];
  /** What ends an input in files, one byte. */
  readonly separator: string;
  /** The standard input. */
  readonly input: AsyncIterable<Uint8Array>;
}

/** Longer inputs are refused: no system gives a program an argument of this size. */
const inputBytesMax = 1 << 20;

/**
 * Reads inputs.
 *
 * @returns The values of each source, as the placeholders number them. A single source is read while it is used; of
 * several all values are held in memory.
 * @throws {InputError} If a file cannot be read, or an input cannot be given to a program.
 */
export async function* readInputs(plan: InputPlan): AsyncGenerator<InputValues, void, void> {
  const { sources } = plan;
  if (sources.length === 1) {
    for await (const value of readSource(sources[0]!, plan)) yield [value];
    return;
  }
  const columns = [];
  for (const source of sources) {
    columns.push({ values: await Array.fromAsync(readSource(source, plan)), isLinked: source.isLinked });
  }
  yield* combine(columns);
}

async function* readSource(source: InputSource, plan: InputPlan): AsyncGenerator<string, void, void> {
  if (source.kind === "values") {
    yield* source.items;
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
    : error instanceof Deno.errors.NotFound
    ? "there is no such file"
    : (error as Error).message;
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
