/**
 * The terminal that the command line really has: the three standard streams of this process.
 *
 * @module
 */

import { errorScreen, writeError } from "../deno/host/error_screen.ts";
import { writeAll, writeAllSync } from "../deno/host/write_all.ts";
import { encodeText } from "../base/byte_text.ts";
import { PilotJobError } from "../errors.ts";
import type { Terminal } from "./command.ts";

/** Standard output that cannot be written, although it has a reader: for example, the disk is full. */
export class OutputError extends PilotJobError {
  /** The name of the class. */
  override readonly name = "OutputError";
  /** Always `"OUTPUT"`. */
  override readonly code = "OUTPUT";
}

/** The standard streams. */
export function systemTerminal(): Terminal {
  const { isInteractive, hasColour, columns } = errorScreen();
  let last: Promise<void> = Promise.resolve();
  const sendBytes = (bytes: Uint8Array<ArrayBuffer>) => {
    // One after the other, also if the one before is not waited for.
    const sent = last.then(() => writeOutput(bytes));
    last = sent.catch(() => {});
    return sent;
  };
  return {
    get input() {
      return Deno.stdin.readable;
    },
    out: (text) => explainFailure(() => writeAllSync(Deno.stdout, encodeText(text))),
    send: (text) => sendBytes(encodeText(text)),
    sendBytes,
    err: (text) => writeError(encodeText(text)),
    errorBytes: writeError,
    isTyped: Deno.stdin.isTerminal(),
    isInteractive,
    hasColour,
    columns,
  };
}

async function writeOutput(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  try {
    await writeAll(Deno.stdout, bytes);
  } catch (error) {
    throw explainOutput(error);
  }
}

function explainFailure(act: () => void): void {
  try {
    act();
  } catch (error) {
    throw explainOutput(error);
  }
}

/** Says that a stream cannot be written and why; a reader that has gone is left as it is, being no fault. */
export function explainOutput(error: unknown, stream: string = "standard output"): unknown {
  if (error instanceof Deno.errors.BrokenPipe) return error;
  return new OutputError(`Cannot write to ${stream}: ${(error as Error).message}`, { cause: error });
}
