/**
 * The job log of GNU parallel: a line for each task, separated by tabs.
 *
 * @module
 */

import { type Exit, signalNumber } from "../core/exit.ts";

/** The first line. */
export const jobLogHeader = "Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand\n";

/** What the log says about one task. */
export interface LoggedTask {
  /** The 1-based number of its input. */
  readonly number: number;
  /** When it was started, in milliseconds since the epoch; absent when it never was. */
  readonly startedAtMs?: number | undefined;
  /** When it ended. */
  readonly endedAtMs: number;
  /** Bytes of its standard output. */
  readonly outputBytes: number;
  /** How its process ended; absent when there was none. */
  readonly exit?: Exit | undefined;
  /** Whether we ended it. */
  readonly wasStopped: boolean;
  /** The command, in one line. */
  readonly command: string;
}

/** How a task ended, as GNU parallel writes it. */
export interface LoggedEnd {
  /** When it was started, in seconds since the epoch, with three digits. */
  readonly startedAt: string;
  /** How long it ran, in the same form. */
  readonly runtime: string;
  /** -1 when a limit of ours ended it, 127 when it could not be started, 0 when a signal from elsewhere killed it. */
  readonly exitValue: number;
  readonly signal: number;
}

/** Says of a task what the columns of GNU parallel hold. */
export function describeEnd({ startedAtMs, endedAtMs, exit, wasStopped }: LoggedTask): LoggedEnd {
  const seconds = (ms: number) => (ms / 1000).toFixed(3);
  return {
    startedAt: seconds(startedAtMs ?? endedAtMs),
    runtime: seconds(endedAtMs - (startedAtMs ?? endedAtMs)),
    exitValue: wasStopped ? -1 : exit === undefined ? 127 : "code" in exit ? exit.code : 0,
    signal: exit === undefined || "code" in exit ? 0 : signalNumber(exit.signal),
  };
}

/** Writes the line of a task. */
export function jobLogLine(task: LoggedTask): string {
  const { number, outputBytes, command } = task;
  const { startedAt, runtime, exitValue, signal } = describeEnd(task);
  return [number, ":", startedAt, runtime.padStart(10), 0, outputBytes, exitValue, signal, command].join("\t") + "\n";
}
