/**
 * A terminal in memory.
 *
 * @module
 */

import type { Terminal } from "../../../src/cli/command.ts";

/** Keeps what is written. */
export class MemoryTerminal implements Terminal {
  readonly input: AsyncIterable<Uint8Array>;
  readonly isTyped = false;
  readonly isInteractive: boolean;
  readonly hasColour: boolean;
  /** What was written to the standard output. */
  written = "";
  /** What was written to the standard error. */
  complaints = "";
  readonly #columns: number;

  constructor(options: { readonly columns?: number; readonly isInteractive?: boolean; readonly input?: string } = {}) {
    this.#columns = options.columns ?? 80;
    this.isInteractive = options.isInteractive ?? false;
    this.hasColour = false;
    this.input = piecesOf(options.input ?? "");
  }

  readonly out = (text: string): void => {
    this.written += text;
  };

  readonly send = (text: string): Promise<void> => {
    this.written += text;
    return Promise.resolve();
  };

  readonly err = (text: string): void => {
    this.complaints += text;
  };

  readonly sendBytes = (bytes: Uint8Array<ArrayBuffer>): Promise<void> => this.send(new TextDecoder().decode(bytes));

  readonly errorBytes = (bytes: Uint8Array<ArrayBuffer>): void => this.err(new TextDecoder().decode(bytes));

  columns = (): number => this.#columns;
}

/** The bytes of a text, a few at a time. */
export async function* piecesOf(text: string, size = 7): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  for (let start = 0; start < bytes.length; start += size) yield await bytes.slice(start, start + size);
}
