/**
 * What the options of `qcgpj each` mean. Their spelling is that of GNU parallel, or of xargs where parallel has none.
 *
 * @module
 */

import { type OptionSpec, type ParsedArguments, spell } from "./arguments.ts";
import { nodeCoresMax } from "../resources/node_spec.ts";
import { UsageError } from "./usage.ts";

const most = Number.MAX_SAFE_INTEGER;
const count = { kind: "integer", min: 1, max: 1_000_000 } as const;

/** The options. */
export const eachOptionTable: readonly OptionSpec[] = [
  {
    name: "jobs",
    short: "j",
    value: { kind: "text" },
    placeholder: "N",
    default: "one for each core, or as many as --cores allows",
    help: "how many tasks run at once: a number, N% of the cores, +N or -N to add to their number or take off it",
  },
  { name: "max-procs", short: "P", value: { kind: "text" }, placeholder: "N", help: "the same as --jobs" },
  { name: "cores", value: count, placeholder: "N", default: "1", help: "cores for each task" },
  {
    name: "binding",
    value: { kind: "choice", choices: ["cores", "none"] },
    placeholder: "WHICH",
    default: "none",
    help: "cores keeps each task to its cores",
  },
  {
    name: "nodes",
    value: { kind: "text" },
    placeholder: "SPEC",
    default: "this machine",
    help: 'nodes and their cores, for example 4 or "n1:2,n2:3"; instead of --jobs',
  },
  { name: "keep-order", short: "k", value: { kind: "flag" }, help: "prints the outputs in the order of the inputs" },
  {
    name: "arg-file",
    short: "a",
    value: { kind: "text" },
    placeholder: "FILE",
    default: "standard input",
    help: "reads the inputs from a file, one in each line",
  },
  { name: "null", short: "0", value: { kind: "flag" }, help: "inputs end with a NUL character instead of a line end" },
  {
    name: "halt",
    value: { kind: "text" },
    placeholder: "WHEN",
    default: "never",
    help:
      "when to give up: never, soon,fail=N (start no more), now,fail=N (stop what runs, too); also success=N, done=N",
  },
  { name: "retries", value: count, placeholder: "N", default: "1", help: "how often a task that fails is run in all" },
  {
    name: "timeout",
    value: { kind: "text" },
    placeholder: "TIME",
    help: "ends a task that runs longer: seconds, or 1m30s; fractions are allowed",
  },
  { name: "tag", value: { kind: "flag" }, help: "begins each line of output with the input and a tab" },
  {
    name: "wd",
    value: { kind: "text" },
    placeholder: "DIR",
    default: ".",
    help: "working directory of the tasks; created when missing",
  },
  { name: "joblog", value: { kind: "text" }, placeholder: "FILE", help: "writes a line for each task that has ended" },
  {
    name: "run",
    value: { kind: "text" },
    placeholder: "DIR",
    help: "keeps records of the run in a directory, so that it can be resumed",
  },
  {
    name: "resume",
    value: { kind: "flag" },
    help: "with --run: goes on with that run; tasks that have ended are not run again",
  },
  { name: "resume-failed", value: { kind: "flag" }, help: "as --resume, but runs those again that failed" },
  {
    name: "replace",
    short: "I",
    value: { kind: "text" },
    placeholder: "TEXT",
    default: "{}",
    help: "what stands for the value in the command",
  },
  { name: "dry-run", value: { kind: "flag" }, help: "prints the commands and runs nothing" },
];

/** When to give up. */
export interface Halt {
  /** Whether running tasks are stopped, too. */
  readonly isNow: boolean;
  /** What is counted. */
  readonly counts: "fail" | "success" | "done";
  /** How many of these. */
  readonly limit: number;
}

/** What was asked for. */
export interface EachOptions {
  /** How many tasks at once, as it was written. */
  readonly jobs?: string;
  /** Cores for each task. */
  readonly cores: number;
  /** Whether tasks are bound to their cores. */
  readonly binding: "cores" | "none";
  /** Node specification. */
  readonly nodes?: string;
  readonly keepOrder: boolean;
  /** File with the inputs. */
  readonly argFile?: string;
  /** What ends an input. */
  readonly separator: "\n" | "\0";
  /** Absent: never. */
  readonly halt?: Halt;
  /** Attempts in all. */
  readonly attempts: number;
  readonly timeoutMs?: number;
  readonly tag: boolean;
  readonly wd: string;
  readonly jobLog?: string;
  /** Directory of the records. */
  readonly runDirectory?: string;
  /** Which of the tasks that an earlier run has ended run again; absent when there is to be no earlier run. */
  readonly resume?: "unfinished" | "failed";
  /** What stands for the value. */
  readonly valueWord: string;
  readonly dryRun: boolean;
}

/**
 * Reads the options.
 *
 * @param given What was on the command line.
 * @throws {UsageError} If a value is wrong, or two options contradict one another.
 */
export function parseEachOptions({ options }: ParsedArguments): EachOptions {
  const text = (name: string) => options.get(name) as string | undefined;
  const number = (name: string) => (options.get(name) as number | undefined) ?? 1;
  const jobs = text("jobs") ?? text("max-procs");
  const [nodes, runDirectory, argFile, jobLog] = [text("nodes"), text("run"), text("arg-file"), text("joblog")];
  const resume = options.has("resume-failed") ? "failed" : options.has("resume") ? "unfinished" : undefined;
  if (jobs !== undefined && nodes !== undefined) {
    throw new UsageError("--jobs and --nodes both say how many tasks run at once; leave out one of them", {
      option: "--jobs",
    });
  }
  if (resume !== undefined && runDirectory === undefined) {
    const option = resume === "failed" ? "--resume-failed" : "--resume";
    throw new UsageError(`${option} needs the directory of the run; write --run DIR, from the first run on`, {
      option,
    });
  }
  const halt = parseHalt(text("halt") ?? "never");
  const timeoutMs = parseTimeout(text("timeout"));
  return {
    cores: number("cores"),
    binding: (options.get("binding") ?? "none") as EachOptions["binding"],
    keepOrder: options.has("keep-order"),
    separator: options.has("null") ? "\0" : "\n",
    attempts: number("retries"),
    tag: options.has("tag"),
    wd: text("wd") ?? ".",
    valueWord: text("replace") ?? "{}",
    dryRun: options.has("dry-run"),
    ...(jobs === undefined ? {} : { jobs }),
    ...(nodes === undefined ? {} : { nodes }),
    ...(argFile === undefined ? {} : { argFile }),
    ...(jobLog === undefined ? {} : { jobLog }),
    ...(runDirectory === undefined ? {} : { runDirectory }),
    ...(resume === undefined ? {} : { resume }),
    ...(halt === undefined ? {} : { halt }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  };
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
  if (ms >= 1 && ms <= most / 1000) return Math.round(ms);
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
      `Option ${spell(eachOptionTable[0]!)} must be a number, N%, +N or -N, not ${JSON.stringify(text)}${hint}`,
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
