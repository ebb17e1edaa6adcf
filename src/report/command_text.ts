/**
 * An argument vector as a user would type it.
 *
 * @module
 */

import { shellQuote } from "../base/shell_quote.ts";
import type { Execution } from "../job/description.ts";
import { programPath } from "../job/paths.ts";
import { visible } from "./look/last_words.ts";

/** The words of a command whose variables are filled in, as it is started in the folder `wd`. */
export function commandWords({ exec, script, args, login }: Execution, wd: string): readonly string[] {
  if (exec !== undefined) return [programPath(exec, wd), ...args];
  return ["bash", ...(login === false ? [] : ["-l"]), "-c", script ?? ""];
}

/** Writes words so that a shell reads exactly these words; only what needs quotes gets them. */
export function commandText(words: readonly string[]): string {
  return words.map((word) => /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : quoteWord(word)).join(" ");
}

const encoder = new TextEncoder();

/**
 * What would break a line is written in the `$'…'` form of bash, ksh and zsh, so that a command stays one line, and so is
 * what turns the direction of writing, so that it is seen.
 */
function quoteWord(word: string): string {
  if (visible(word) === word && !/[\t\n]/.test(word)) return shellQuote(word);
  const escaped = word.replaceAll(/[\\'\t\n]|[^ -~]/gu, (character) => {
    switch (character) {
      case "\n":
        return "\\n";
      case "\t":
        return "\\t";
      case "\\":
      case "'":
        return `\\${character}`;
      default:
        return visible(character) === character ? character : escapeBytes(character);
    }
  });
  return `$'${escaped}'`;
}

function escapeBytes(character: string): string {
  return Array.from(encoder.encode(character), (byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("");
}
