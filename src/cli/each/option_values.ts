/**
 * Values of the options of `qcgpj each` that have a form of their own.
 *
 * @module
 */

import { nodeCoresMax } from "../../resources/node_spec.ts";
import { UsageError } from "../../service/usage.ts";

/** When to give up. */
export interface Halt {
  /** Whether running tasks are stopped, too. */
  readonly isNow: boolean;
  /** What is counted. */
  readonly counts: "fail" | "success" | "done";
  /** How many of these, or which share of all tasks. */
  readonly limit: number | { readonly percent: number };
}

const olderHalts: Readonly<Record<string, string>> = {
  "0": "never",
  "1": "soon,fail=1",
  "2": "now,fail=1",
  "-1": "soon,success=1",
  "-2": "now,success=1",
};

/** Reads `never`, `soon,fail=1`, `now,success=3`, `soon,done=10%`, and the older spellings of GNU parallel. */
export function parseHalt(text: string): Halt | undefined {
  const spelt = olderHalts[text] ?? (/^[1-9][0-9]?%$/.test(text) ? `soon,fail=${text}` : text);
  if (spelt === "never") return undefined;
  const match = /^(soon|now),(fail|success|done)=(?:([1-9][0-9]{0,14})|([1-9][0-9]?|100)%)$/.exec(spelt);
  if (match === null) {
    throw new UsageError(
      `Option --halt must be never, soon,fail=N or now,fail=N (or success, done; or N%), not ${JSON.stringify(text)}`,
      { option: "--halt" },
    );
  }
  const limit = match[3] === undefined ? { percent: Number(match[4]) } : Number(match[3]);
  return { isNow: match[1] === "now", counts: match[2] as Halt["counts"], limit };
}

/** How many tasks a share of all is, at least one. */
export function haltCount({ limit }: Halt, total: number): number {
  return typeof limit === "number" ? limit : Math.max(1, Math.ceil(total * limit.percent / 100));
}

/**
 * Reads a number of tasks or processes.
 *
 * @param text A number, `50%`, `+2` or `-1`.
 * @param cores Cores of this machine.
 * @param name The option, for errors.
 */
export function parseJobs(text: string, cores: number, name: string = "jobs"): number {
  const match = /^([-+]?)([0-9]{1,9})(%?)$/.exec(text);
  const refuse = (problem: string): never => {
    throw new UsageError(`Option ${name === "jobs" ? "-j, " : ""}--${name} must be ${problem}`, {
      option: `--${name}`,
    });
  };
  if (match === null || (match[1] !== "" && match[3] !== "") || text === "0") {
    const hint = text === "0" && name === "jobs" ? "; say how many, as every task costs memory and descriptors" : "";
    return refuse(`a number, N%, +N or -N, not ${JSON.stringify(text)}${hint}`);
  }
  const amount = Number(match[2]);
  if (match[1] === "" && match[3] === "" && amount > nodeCoresMax) refuse(`${nodeCoresMax} or less, not ${text}`);
  const wanted = match[3] === "%"
    ? Math.floor(cores * amount / 100)
    : match[1] === "+"
    ? cores + amount
    : match[1] === "-"
    ? cores - amount
    : amount;
  return Math.max(1, Math.min(wanted, nodeCoresMax));
}
