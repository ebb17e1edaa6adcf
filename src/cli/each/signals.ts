/**
 * Signals that ask a sweep to end.
 *
 * @module
 */

import { signalNumber } from "../../core/exit.ts";
import { PilotJobError } from "../../errors.ts";
import { onInterrupt } from "../interrupts.ts";

/** A second signal came while the tasks were being ended. */
export class InterruptedError extends PilotJobError {
  /** The name of the class. */
  override readonly name = "InterruptedError";
  /** Always `"INTERRUPTED"`. */
  override readonly code = "INTERRUPTED";
}

/** Listens until it is disposed. */
export interface StopSignals extends Disposable {
  /** What the process exits with because of the first signal; `undefined` when there was none. */
  readonly exitCode: number | undefined;
}

/**
 * Listens for the signals that ask this process to end.
 *
 * @param stop Called at the first one.
 * @param abandon Called at the second one, with an error that says so.
 */
export function onStopSignals(stop: (signal: string) => void, abandon: (error: unknown) => void): StopSignals {
  let exitCode: number | undefined;
  const listening = onInterrupt((signal) => {
    if (exitCode === undefined) stop(signal);
    else abandon(new InterruptedError(`Ended by a second signal, ${signal}`));
    exitCode ??= 128 + signalNumber(signal);
  });
  return {
    get exitCode() {
      return exitCode;
    },
    [Symbol.dispose]: () => listening[Symbol.dispose](),
  };
}
