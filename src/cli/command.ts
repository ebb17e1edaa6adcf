/**
 * What a command of the command line is: data about it, and a function from arguments to an exit code.
 *
 * @module
 */

import type { OptionSpec } from "../service/arguments.ts";

/** Where a command reads and writes. Data goes to `out`, everything else to `err`. */
export interface Terminal {
  /** The standard input, in pieces. */
  readonly input: AsyncIterable<Uint8Array>;
  /** Writes to the standard output. Throws `Deno.errors.BrokenPipe` when its reader has gone. */
  readonly out: (text: string) => void;
  /** As `out`, but lets the program go on while the reader is slow; texts arrive in the order of the calls. */
  readonly send: (text: string) => Promise<void>;
  /** As `send`, with bytes that need be no text. */
  readonly sendBytes: (bytes: Uint8Array<ArrayBuffer>) => Promise<void>;
  /** Writes bytes to the standard error. */
  readonly errorBytes: (bytes: Uint8Array<ArrayBuffer>) => void;
  /** Writes to the standard error. */
  readonly err: (text: string) => void;
  /** Whether a person types the standard input. */
  readonly isTyped: boolean;
  /** Whether the standard error is a terminal that a line can be rewritten on. */
  readonly isInteractive: boolean;
  /** Whether colours are wanted on the standard error. */
  readonly hasColour: boolean;
  /** Columns of the terminal. */
  readonly columns: () => number;
}

/** A command of the command line. */
export interface Command {
  /** The word that chooses it. */
  readonly name: string;
  /** One sentence for the list of commands. */
  readonly summary: string;
  /** What comes after the name, for example `FILE [OPTION …]`. */
  readonly usage: string;
  /** The words of which one comes first, where `usage` does not name them, as in `salvage|report DIR`. */
  readonly actions?: readonly string[];
  /** What else `--help` tells; paragraphs. */
  readonly details: readonly string[];
  /** Whole command lines, each with what it does. */
  readonly examples: readonly { readonly line: string; readonly does: string }[];
  /** The options, as data: parsing, help and shell completions are made of them. */
  readonly options: readonly OptionSpec[];
  /** Whether the command looks for `--help` itself, because another program's command line stands behind its options. */
  readonly looksForHelp?: true;
  /** Whether its arguments may hold bytes that are no UTF-8. */
  readonly takesBytes?: true;
  /**
   * Runs the command.
   *
   * @param args What comes after the command's name.
   * @returns The exit code: 0 all succeeded, 1 some did not, 2 usage or a bad file. 70 is for our own bugs.
   */
  run(args: readonly string[], terminal: Terminal): Promise<number>;
}
