/**
 * The inputs whose tasks failed, by why they failed, for the end of a sweep. However many fail, little is kept.
 *
 * @module
 */

import type { InputValues } from "../../job/command_words.ts";
import { commandText } from "../../report/command_text.ts";

/** So many reasons are told apart, and so many inputs of each are named. */
const reasonsMax = 10;
const inputsMax = 8;

/** Remembers which inputs failed. */
export class FailedInputs {
  readonly #byReason: Map<string, { count: number; readonly inputs: string[] }> = new Map();
  #others = 0;

  /** Takes an input whose task failed. */
  add(input: InputValues, reason: string): void {
    const known = this.#byReason.get(reason);
    if (known === undefined && this.#byReason.size >= reasonsMax) {
      this.#others++;
      return;
    }
    const { inputs, count } = known ?? { inputs: [], count: 0 };
    if (inputs.length < inputsMax) inputs.push(commandText(input));
    this.#byReason.set(reason, { inputs, count: count + 1 });
  }

  /** Tells them, the commonest reason first, without line feeds. */
  lines(): string[] {
    const groups = [...this.#byReason].sort(([a, { count: m }], [b, { count: n }]) => n - m || (a < b ? -1 : 1));
    const lines = groups.map(([reason, { count, inputs }]) => {
      const more = count > inputs.length ? ` and ${count - inputs.length} more` : "";
      return `  ${reason}: ${inputs.join(", ")}${more}`;
    });
    return this.#others === 0 ? lines : [...lines, `  and ${this.#others} in other ways`];
  }
}
