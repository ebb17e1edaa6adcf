/**
 * Several inputs for one task: a fixed number of them, or as many as a command line holds.
 *
 * @module
 */

import type { InputValues } from "../../job/command_words.ts";
import { InputError } from "./input_error.ts";

/** How many inputs a task gets. */
export interface GroupRules {
  /** How many inputs a task gets at most; with 0 there is a task for each input, and the command is not given it. */
  readonly inputsMax?: number;
  /** The length of a command in bytes that must not be reached; absent where only the number counts. */
  readonly lengthMax?: number;
  /** Among how many tasks the inputs are spread evenly when they are too few to fill as many command lines. */
  readonly spreadOver?: number;
  /** Whether one input that is too long for a command line ends the sweep, instead of being tried. */
  readonly refusesLong: boolean;
}

/**
 * Gathers inputs.
 *
 * @param inputs The values of each input.
 * @param rules How many for each task.
 * @param lengthOf How long the command is with some values, in bytes.
 * @returns The values for each task.
 * @throws {InputError} If one input alone is too long, and that is to be refused.
 */
export async function* groupInputs(
  inputs: AsyncIterable<InputValues>,
  rules: GroupRules,
  lengthOf: (values: InputValues) => number,
): AsyncGenerator<InputValues, void, void> {
  const { inputsMax = Number.POSITIVE_INFINITY, spreadOver } = rules;
  if (inputsMax === 0) {
    for await (const _ of inputs) yield [];
    return;
  }
  const ruler = new Ruler(rules, lengthOf);
  let group: InputValues[] = [];
  let length = ruler.empty;
  for await (const values of inputs) {
    const more = ruler.lengthOf(values);
    if (group.length > 0 && (group.length === inputsMax || length + more > ruler.lengthMax)) {
      yield group.flat();
      group = [];
      length = ruler.empty;
    }
    if (length + more > ruler.lengthMax && rules.refusesLong) {
      throw new InputError(
        `An input is too long for a command of less than ${rules.lengthMax} bytes: ${values.join(" ")}`,
      );
    }
    group.push(values);
    length += more;
  }
  // The rest has not filled a command line; it goes to all that can run at once.
  const each = spreadOver === undefined ? group.length : Math.ceil(group.length / spreadOver);
  for (let at = 0; at < group.length; at += each) yield group.slice(at, at + each).flat();
}

/** Measures commands without filling each of them in: what an input adds does not depend on those before it. */
class Ruler {
  /** The length of a command without inputs. */
  readonly empty: number = 0;
  readonly lengthMax: number = Number.POSITIVE_INFINITY;
  readonly #lengthOf: (values: InputValues) => number;
  readonly #one: number = 0;

  constructor({ lengthMax }: GroupRules, lengthOf: (values: InputValues) => number) {
    this.#lengthOf = lengthOf;
    if (lengthMax === undefined) return;
    this.lengthMax = lengthMax - 1;
    this.#one = lengthOf(["x"]);
    this.empty = this.#one - (lengthOf(["x", "x"]) - this.#one);
  }

  lengthOf(values: InputValues): number {
    return this.lengthMax === Number.POSITIVE_INFINITY ? 0 : this.#lengthOf(["x", ...values]) - this.#one;
  }
}

/** Joins a line that ends with a blank and the one behind it to one input, as `-L` of xargs does. */
export async function* joinContinued(inputs: AsyncIterable<InputValues>): AsyncGenerator<InputValues, void, void> {
  let begun: string | undefined;
  for await (const [value = "", ...more] of inputs) {
    const whole = begun === undefined ? value : `${begun} ${value}`;
    const isContinued = more.length === 0 && /[ \t]$/.test(whole);
    begun = isContinued ? whole.trimEnd() : undefined;
    if (!isContinued) yield [whole, ...more];
  }
  if (begun !== undefined) yield [begun];
}
