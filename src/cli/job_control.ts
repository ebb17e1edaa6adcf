/**
 * Ctrl-Z: the tasks stand still together with the program, and go on with it.
 *
 * @module
 */

import { signalNumber } from "../core/exit.ts";
import { mayRunAnything } from "../deno/host/permissions.ts";
import { ignoredSignals } from "../deno/local/process_scan.ts";

const suspendSignal = "SIGTSTP";

/** What stands still. */
export interface Suspendable {
  /** Lets it stand still, or go on; false when it cannot. */
  freeze(isFrozen: boolean): Promise<boolean>;
  /** Tells the user, in a sentence without its end. */
  warn(text: string): void;
}

/**
 * Lets everything stand still when the program is asked to, until it goes on. Where the program may not stop itself, and
 * where the signal was ignored when it started, all stays as the system has it.
 *
 * @returns Ends that when disposed.
 */
export function onSuspend(suspendable: Suspendable): Disposable {
  const isIgnored = (ignoredSignals(Deno.pid) >> BigInt(signalNumber(suspendSignal) - 1) & 1n) === 1n;
  if (isIgnored || !mayRunAnything()) return { [Symbol.dispose]: () => {} };
  let isSuspending = false;
  const listener = async (): Promise<void> => {
    if (isSuspending) return;
    isSuspending = true;
    if (await suspendable.freeze(true)) {
      Deno.kill(Deno.pid, "SIGSTOP"); // Comes back when the program is let go on.
      await suspendable.freeze(false);
    } else suspendable.warn("Tasks on other nodes cannot stand still, so the run goes on");
    isSuspending = false;
  };
  Deno.addSignalListener(suspendSignal, listener);
  return { [Symbol.dispose]: () => Deno.removeSignalListener(suspendSignal, listener) };
}
