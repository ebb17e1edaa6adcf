/**
 * What the tasks of the soak test do, and how they may end.
 *
 * @module
 */

/** A kind of job. */
export interface Kind {
  /** How often it is drawn. */
  readonly weight: number;
  readonly name: string;
  readonly execution: Readonly<Record<string, unknown>>;
  readonly more?: Readonly<Record<string, unknown>>;
  /** What is canceled while it runs. */
  readonly cancel?: "job" | "iterations";
  /** The states that its tasks may end in, with the cause. */
  readonly ends: readonly string[];
}

function shell(script: string): Kind["execution"] {
  return { exec: "/bin/sh", args: ["-c", script] };
}

/** All kinds. */
export const kinds: readonly Kind[] = [
  { weight: 50, name: "quick", execution: { exec: "/bin/true" }, ends: ["SUCCEED"] },
  { weight: 8, name: "fails", execution: { exec: "/bin/false" }, more: { retry: 1 }, ends: ["FAILED exit"] },
  {
    weight: 8,
    name: "flaky",
    // The mark ends with the number of the attempt.
    execution: shell('case "$QCG_PM_STEP_ID" in *0001) exit 3 ;; esac'),
    more: { retry: { max: 3, on: ["exit", "signal"], backoffMs: 20, jitter: 0.5 } },
    ends: ["SUCCEED"],
  },
  { weight: 5, name: "dies", execution: shell("kill -SEGV $$"), ends: ["FAILED signal"] },
  {
    weight: 4,
    name: "slow",
    execution: { exec: "/bin/sleep", args: ["60"] },
    more: { timeoutMs: 60 },
    ends: ["FAILED timeout"],
  },
  {
    weight: 2,
    name: "stubborn",
    execution: shell("trap '' TERM; sleep 60 & wait; sleep 60"),
    more: { timeoutMs: 60, graceMs: 30 },
    ends: ["FAILED timeout"],
  },
  {
    weight: 2,
    name: "daemons",
    execution: shell("(setsid sleep 60 &) ; (sleep 60 &) ; setsid sleep 60 & sleep 0.02"),
    ends: ["SUCCEED"],
  },
  {
    weight: 4,
    name: "canceled",
    execution: { exec: "/bin/sleep", args: ["0.05"] },
    cancel: "job",
    ends: ["SUCCEED", "CANCELED cancel"],
  },
  {
    weight: 4,
    name: "picked",
    execution: { exec: "/bin/sleep", args: ["0.05"] },
    cancel: "iterations",
    ends: ["SUCCEED", "CANCELED cancel"],
  },
  { weight: 3, name: "missing", execution: { exec: "no-such-program" }, more: { retry: 2 }, ends: ["FAILED start"] },
];
