/**
 * The common case in one call: a program runs, and what it wrote is there.
 *
 * @module
 */

import { randomUuid } from "../deno/host/machine.ts";
import type { JobInput } from "../job/input.ts";
import { nameValue, type Scalar } from "../job/json.ts";
import { literalForSubmit } from "../job/literal_text.ts";
import { type SimpleJobInput, standardJob } from "../job/simple_job.ts";
import type { TaskReport } from "../report/views.ts";
import type { QCGPJFuture } from "./future.ts";
import { outputText } from "./output/parse_output.ts";

/**
 * Options of {@linkcode QCGPJExecutor.run}: what else a job may say, in the simple form, and a signal that cancels it.
 * Both streams are captured, unless `capture`, `stdout` or `stderr` says otherwise.
 */
export interface RunOptions extends Omit<SimpleJobInput, "exec" | "args" | "script" | "iteration"> {
  /** Cancels the task when it is aborted; the call rejects with its reason then. */
  readonly signal?: AbortSignal;
}

/** What a program has written that {@linkcode QCGPJExecutor.run} ran. */
export interface RunOutput {
  /** Its standard output as text, without a line end at the end. */
  readonly text: string;
  /** Its standard output, as it is. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Its standard error as text, without a line end at the end; empty where that is not kept. */
  readonly stderr: string;
  /** What is known of the task: times, cores, usage. */
  readonly info: TaskReport;
}

/** What running needs. */
export interface ProgramPorts {
  readonly submit: (job: JobInput) => QCGPJFuture<unknown>;
  /** Forgets jobs that have ended. */
  readonly remove: (names: readonly string[]) => void;
  readonly signals: readonly AbortSignal[];
}

/**
 * Checks what {@linkcode QCGPJExecutor.run} was given.
 *
 * @throws {TypeError} If the program is no text, the arguments are no list, or the options no object.
 */
export function checkRunArguments(program: unknown, args: unknown, options: unknown): void {
  if (typeof program !== "string") throw new TypeError(`run() takes the name of a program, not ${nameValue(program)}`);
  if (!Array.isArray(args)) {
    const hint = 'such as run("wc", ["-l", file]); no shell splits them';
    throw new TypeError(`run() takes the arguments as a list, ${hint}. It got ${nameValue(args)}`);
  }
  if (typeof options !== "object" || options === null) {
    throw new TypeError(`The options of run() must be an object such as { wd: "work" }, got ${nameValue(options)}`);
  }
}

/**
 * Runs a program; see {@linkcode QCGPJExecutor.run}.
 *
 * @throws As `submit()` and `future.text()`, all as a rejection.
 */
export async function runProgram(
  program: string,
  args: readonly Scalar[],
  options: Omit<RunOptions, "signal">,
  ports: ProgramPorts,
): Promise<RunOutput> {
  const words = args.map((arg) => typeof arg === "string" ? literalForSubmit(arg) : arg);
  const name = nameFor(program);
  const job = standardJob({ capture: "both", ...options, exec: literalForSubmit(program), args: words }, name);
  const future = ports.submit(job);
  const forget = () => ports.remove(future.jobNames);
  const limit = ports.signals.length === 0 ? {} : { signal: AbortSignal.any([...ports.signals]) };
  try {
    const failure = await future.exception(limit);
    if (failure !== undefined) throw failure;
    const bytes = keeps(job, "stdout") ? await future.bytes({ stream: "stdout" }) : new Uint8Array(0);
    const stderr = keeps(job, "stderr") ? await future.text({ stream: "stderr" }) : "";
    return { text: outputText(bytes), bytes, stderr, info: future.task().info() };
  } finally {
    if (future.done()) forget();
    else future.addDoneCallback(forget);
  }
}

function keeps({ execution, capture }: JobInput, stream: "stdout" | "stderr"): boolean {
  if (execution[stream]) return true;
  const streams = typeof capture === "string" ? capture : capture?.streams ?? "stdout";
  return (capture ?? undefined) !== undefined && (streams === "both" || streams === stream);
}

/** A name that no other job has, and that people recognise. */
function nameFor(program: string): string {
  const base = program.slice(program.lastIndexOf("/") + 1).replaceAll(/[^A-Za-z0-9._+-]/g, "_") || "run";
  return `${base}-${randomUuid().slice(0, 8)}`;
}
