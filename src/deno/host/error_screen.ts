/**
 * The standard error, as something to show on: whether it is a terminal, how wide it is, whether colours are wanted.
 *
 * @module
 */

import type { ProgressScreen } from "../../report/progress_display.ts";
import { writeAllSync } from "./write_all.ts";

/** How wide a text is written where no terminal says its width. */
const columnsDefault = 80;

/** The standard error of this program. */
export function errorScreen(): ProgressScreen {
  const isInteractive = Deno.stderr.isTerminal() && readVariable("TERM") !== "dumb";
  return {
    err: (text) => writeError(new TextEncoder().encode(text)),
    isInteractive,
    hasColour: isInteractive && !readVariable("NO_COLOR"),
    columns: () => isInteractive ? readColumns() : columnsDefault,
  };
}

/** Writes bytes to the standard error. */
export function writeError(bytes: Uint8Array<ArrayBuffer>): void {
  try {
    writeAllSync(Deno.stderr, bytes);
  } catch {
    // Where complaints cannot be written, there is no way to tell that they cannot.
  }
}

function readVariable(name: string): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable: name });
  return state === "granted" ? Deno.env.get(name) : undefined;
}

function readColumns(): number {
  try {
    return Deno.consoleSize().columns || columnsDefault;
  } catch {
    return columnsDefault; // The terminal has gone.
  }
}
