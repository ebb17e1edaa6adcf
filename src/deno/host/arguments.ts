/**
 * The arguments of this process, byte for byte: Deno hands them over as text, with U+FFFD for what is no UTF-8, which is
 * another name.
 *
 * @module
 */

import { decodeBytes } from "../../base/byte_text.ts";
import { PilotJobError } from "../../errors.ts";

/** Arguments that cannot be told apart any more. */
export class ArgumentsError extends PilotJobError {
  /** The name of the class. */
  override readonly name = "ArgumentsError";
  /** Always `"ARGUMENTS"`. */
  override readonly code = "ARGUMENTS";
}

const lossy = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Reads the arguments. Bytes that are no UTF-8 are escaped as `byte_text.ts` says.
 *
 * @param given What Deno hands over.
 * @param readCommandLine Reads the whole command line of this process, each word ended by a NUL character.
 * @throws {ArgumentsError} If an argument was changed, or may have been, and the true one cannot be read.
 */
export function exactArguments(given: readonly string[], readCommandLine: () => Uint8Array): readonly string[] {
  if (!given.some((arg) => arg.includes("\ufffd"))) return given;
  try {
    const words = splitAtNul(readCommandLine()).slice(-given.length);
    const isSame = words.length === given.length && words.every((word, i) => lossy.decode(word) === given[i]);
    if (isSame) return words.map(decodeBytes);
  } catch {
    // Nothing is known then, as if it were another command line.
  }
  const at = given.findIndex((arg) => arg.includes("\ufffd"));
  throw new ArgumentsError(
    `Argument ${at + 1} has bytes that are no UTF-8, and what they were cannot be read here: ` +
      `${JSON.stringify(given[at])}; give such names by standard input, for example find . -print0 | … each -0`,
  );
}

function splitAtNul(bytes: Uint8Array): Uint8Array[] {
  const words: Uint8Array[] = [];
  for (let start = 0, end = bytes.indexOf(0); end >= 0; start = end + 1, end = bytes.indexOf(0, start)) {
    words.push(bytes.subarray(start, end));
  }
  return words;
}

/** The arguments of this process. */
export function readArguments(): readonly string[] {
  return exactArguments(Deno.args, () => Deno.readFileSync("/proc/self/cmdline"));
}
