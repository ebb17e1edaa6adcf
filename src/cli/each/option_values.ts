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
  /** How many of these. */
  readonly limit: number;
}

/** Reads `never`, `soon,fail=1`, `now,success=3`; or 0, 1 and 2, which are older spellings of the first two kinds. */
export function parseHalt(text: string): Halt | undefined {
  const spelt = { "0": "never", "1": "soon,fail=1", "2": "now,fail=1" }[text] ?? text;
  if (spelt === "never") return undefined;
  const match = /^(soon|now),(fail|success|done)=([1-9][0-9]{0,14})$/.exec(spelt);
  if (match === null) {
    const hint = text.includes("%") ? "; a share of the tasks is not supported" : "";
    throw new UsageError(
      `Option --halt must be never, soon,fail=N or now,fail=N (or success, done), not ${JSON.stringify(text)}${hint}`,
      { option: "--halt" },
    );
  }
  return { isNow: match[1] === "now", counts: match[2] as Halt["counts"], limit: Number(match[3]) };
}

const unitsMs = [86_400_000, 3_600_000, 60_000, 1000];

/** Reads seconds, or days, hours, minutes and seconds such as `1h30m`. */
export function parseTimeout(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const amount = "([0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)";
  const match = new RegExp(`^(?:${amount}d)?(?:${amount}h)?(?:${amount}m)?(?:${amount}s?)?$`).exec(text);
  const ms = match?.slice(1).reduce((sum, part, i) => sum + Number(part ?? 0) * unitsMs[i]!, 0) ?? 0;
  if (ms >= 1 && ms <= Number.MAX_SAFE_INTEGER / 1000) return Math.round(ms);
  throw new UsageError(`Option --timeout must be seconds or a time such as 1m30s, not ${JSON.stringify(text)}`, {
    option: "--timeout",
  });
}

/**
 * Reads how many tasks run at once.
 *
 * @param text A number, `50%`, `+2` or `-1`.
 * @param cores Cores of this machine.
 */
export function parseJobs(text: string, cores: number): number {
  const match = /^([-+]?)([0-9]{1,9})(%?)$/.exec(text);
  if (match === null || (match[1] !== "" && match[3] !== "") || text === "0") {
    const hint = text === "0" ? "; say how many, as every task costs memory and descriptors" : "";
    throw new UsageError(
      `Option --jobs must be a number, N%, +N or -N, not ${JSON.stringify(text)}${hint}`,
      { option: "--jobs" },
    );
  }
  const amount = Number(match[2]);
  if (match[1] === "" && match[3] === "" && amount > nodeCoresMax) {
    throw new UsageError(`Option -j, --jobs must be ${nodeCoresMax} or less, not ${text}`, {
      option: "--jobs",
    });
  }
  const wanted = match[3] === "%"
    ? Math.floor(cores * amount / 100)
    : match[1] === "+"
    ? cores + amount
    : match[1] === "-"
    ? cores - amount
    : amount;
  return Math.max(1, Math.min(wanted, nodeCoresMax));
}
