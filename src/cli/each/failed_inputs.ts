/**
 * The inputs whose tasks failed, for the end of a sweep: by why they failed and what they said last, in which numbers and
 * paths count as equal. However many fail, little is kept.
 *
 * @module
 */

import type { Outcome } from "../../core/types.ts";
import type { InputValues } from "../../job/command_words.ts";
import { commandText } from "../../report/command_text.ts";
import { isOwnEnd } from "../../report/look/failure_groups.ts";
import { endLines, lastLine, type LastWords, patternOf } from "../../report/look/last_words.ts";

/** How many ways are told apart, how many of them are told, and how many inputs of each are named. */
const knownMax = 200;
const toldMax = 10;
const inputsMax = 8;
/** How many of the last lines of the commonest failure are told. */
const linesMax = 5;

/** Why a task failed. */
export type FailedOutcome = Pick<Outcome & { readonly kind: "failed" }, "cause" | "reason">;

/** Inputs whose tasks failed in the same way. */
interface FailedAlike {
  /** Why, and what was said last; what differs among them is `<n>` or `<path>`. */
  reason: string;
  words: string;
  /** The last lines of the first. */
  readonly lines: readonly string[];
  readonly inputs: string[];
  count: number;
}

/** Remembers which inputs failed. */
export class FailedInputs {
  readonly #alike: Map<string, FailedAlike> = new Map();
  #others = 0;

  /**
   * Takes an input whose task failed.
   *
   * @param input The input.
   * @param outcome Why it failed.
   * @param said What it wrote last, if that is known.
   */
  add(input: InputValues, { cause, reason }: FailedOutcome, said: LastWords = {}): void {
    const isOwn = isOwnEnd(cause);
    const words = (isOwn ? lastLine(said) : undefined) ?? "";
    // The number in a reason such as "exit code 3" is what tells it from others.
    const [why, pattern] = [isOwn ? reason : patternOf(reason), patternOf(words)];
    const key = JSON.stringify([cause, why, pattern]);
    const known = this.#alike.get(key);
    if (known === undefined) {
      if (this.#alike.size >= knownMax) this.#others++;
      else {
        const lines = endLines(said, linesMax);
        this.#alike.set(key, { reason, words, lines, inputs: [commandText(input)], count: 1 });
      }
      return;
    }
    if (known.reason !== reason) known.reason = why;
    if (known.words !== words) known.words = pattern;
    if (known.inputs.length < inputsMax) known.inputs.push(commandText(input));
    known.count++;
  }

  /**
   * Tells them, the commonest way first, without line feeds.
   *
   * @param showsEnd Whether the last lines of the commonest are told: where the user has not had them already.
   */
  lines(showsEnd: boolean): string[] {
    const all = [...this.#alike.values()].sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1));
    const lines = all.slice(0, toldMax).flatMap(({ reason, words, lines, inputs, count }, index) => {
      const more = count > inputs.length ? ` and ${count - inputs.length} more` : "";
      return [
        `  ${reason}: ${inputs.join(", ")}${more}`,
        ...(words === "" ? [] : [`    ${words}`]),
        ...(showsEnd && index === 0 ? lines.map((line) => `    | ${line}`) : []),
      ];
    });
    const others = all.slice(toldMax).reduce((sum, { count }) => sum + count, this.#others);
    return others === 0 ? lines : [...lines, `  and ${others} in other ways`];
  }
}
