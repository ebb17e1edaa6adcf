/**
 * The signals that ask a program to end: Ctrl-C, what `kill` and batch systems send, and the end of the terminal.
 *
 * @module
 */

import { signalNumber } from "../core/exit.ts";
import { keepDebuggerShut } from "../deno/host/debugger_signal.ts";
import { ignoredSignals } from "../deno/local/process_scan.ts";

/** The signals that ask to end. */
const interruptSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Signals that a program of ours lives through, beside SIGUSR1. Without a listener SIGUSR2 kills, SIGXFSZ kills where a
 * write could tell that the file has become too large, and SIGXCPU where the soft limit of processor time (`ulimit -St`)
 * is used up, though the hard one lets the program go on.
 */
const harmlessSignals = ["SIGUSR2", "SIGXFSZ", "SIGXCPU"] as const;

/** What this program was started to ignore, as a mask; unknown before it is looked at. */
let ignoredAtStart: bigint | undefined;

function isIgnored(signal: InterruptSignal): boolean {
  return (ignoredAtStart! >> BigInt(signalNumber(signal) - 1) & 1n) === 1n;
}

/**
 * Keeps this program alive at signals that mean nothing to it, until it ends. The listeners are never removed: a signal
 * reaches its listener a moment after it was sent, so one that is sent right before the end must still find it. Every
 * command does so, as each may wait for long: for a slow reader of what it prints, a file system, a run that it follows.
 * To be called before anything else listens to a signal.
 *
 * A signal that asks to end and is ignored when the program starts stays ignored: that is how `nohup` and a shell's `&`
 * keep a program alive. Deno takes over all three as soon as any signal is listened to, and would then end the program;
 * so an ignored one needs a listener too, one that does nothing.
 */
export function liveThroughHarmless(): void {
  if (ignoredAtStart !== undefined) return;
  ignoredAtStart = ignoredSignals(Deno.pid);
  for (const signal of [...interruptSignals.filter(isIgnored), ...harmlessSignals]) {
    Deno.addSignalListener(signal, () => {});
  }
  keepDebuggerShut();
}

/** A signal that asks to end. */
export type InterruptSignal = typeof interruptSignals[number];

/**
 * Listens to the signals that ask to end, but for those that were ignored when the program started.
 *
 * @param interrupted Is called at each signal.
 * @returns Ends the listening when disposed.
 */
export function onInterrupt(interrupted: (signal: InterruptSignal) => void): Disposable {
  liveThroughHarmless();
  const listeners = interruptSignals.filter((signal) => !isIgnored(signal))
    .map((signal) => ({ signal, listener: () => interrupted(signal) }));
  for (const { signal, listener } of listeners) Deno.addSignalListener(signal, listener);
  return {
    [Symbol.dispose]: () => {
      for (const { signal, listener } of listeners) Deno.removeSignalListener(signal, listener);
    },
  };
}
