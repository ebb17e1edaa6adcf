/**
 * An argument vector as a user would type it.
 *
 * @module
 */

import { shellQuote } from "../base/shell_quote.ts";
import type { Execution } from "../job/description.ts";
import { programPath } from "../job/paths.ts";

/** The words of a command whose variables are filled in, as it is started in the folder `wd`. */
export function commandWords({ exec, script, args, login }: Execution, wd: string): readonly string[] {
  if (exec !== undefined) return [programPath(exec, wd), ...args];
  return ["bash", ...(login === false ? [] : ["-l"]), "-c", script ?? ""];
}

/** Writes words so that a shell reads exactly these words; only what needs quotes gets them. */
export function commandText(words: readonly string[]): string {
  return words.map((word) => /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : quoteWord(word)).join(" ");
}

/** What would break a line is written in the `$'…'` form of bash, ksh and zsh, so that a command stays one line. */
function quoteWord(word: string): string {
  // deno-lint-ignore no-control-regex -- control characters are what is looked for
  if (!/[\x00-\x1f\x7f]/.test(word)) return shellQuote(word);
  // deno-lint-ignore no-control-regex -- control characters are what is replaced
  const escaped = word.replaceAll(/[\\'\x00-\x1f\x7f]/g, (character) => {
    switch (character) {
      case "\n":
        return "\\n";
      case "\t":
        return "\\t";
      case "\\":
      case "'":
        return `\\${character}`;
      default:
        return `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
    }
  });
  return `$'${escaped}'`;
}
