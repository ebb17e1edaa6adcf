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
  /** Whether it was us who ended it. */
  readonly wasStopped: boolean;
  /** The command, in one line. */
  readonly command: string;
}

/**
 * Writes the line of a task. As in GNU parallel, the exit value is -1 when a limit of ours ended it, 127 when it could
 * not be started, and 0 when a signal from elsewhere killed it, which stands in the column behind.
 */
export function jobLogLine(task: LoggedTask): string {
  const { number, startedAtMs = task.endedAtMs, endedAtMs, outputBytes, exit, wasStopped, command } = task;
  const seconds = (ms: number) => (ms / 1000).toFixed(3);
  const value = wasStopped ? -1 : exit === undefined ? 127 : "code" in exit ? exit.code : 0;
  const signal = exit === undefined || "code" in exit ? 0 : signalNumber(exit.signal);
  const runtime = seconds(endedAtMs - startedAtMs).padStart(10);
  return [number, ":", seconds(startedAtMs), runtime, 0, outputBytes, value, signal, command].join("\t") + "\n";
}
