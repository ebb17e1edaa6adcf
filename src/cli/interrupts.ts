/**
 * The signals that ask a program to end: Ctrl-C, what `kill` and batch systems send, and the end of the terminal.
 *
 * @module
 */

/** The signals, with their numbers on Linux and macOS. */
const numbers = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const;

/** A signal that asks to end. */
export type InterruptSignal = keyof typeof numbers;

/**
 * Listens to the signals that ask to end.
 *
 * One that is ignored when the program starts stays ignored: that is how `nohup` and a shell's `&` keep a program alive.
 * Deno takes over all three as soon as any signal is listened to, and would then end the program; so an ignored one needs
 * a listener too, one that does nothing. To be called before anything else listens to a signal.
 *
 * @param interrupted Is called at each signal.
 * @returns Ends the listening when disposed.
 */
export function onInterrupt(interrupted: (signal: InterruptSignal) => void): Disposable {
  const ignored = readIgnored();
  const listeners = (Object.keys(numbers) as InterruptSignal[])
    .map((signal) => {
      const isIgnored = (ignored >> BigInt(numbers[signal] - 1) & 1n) === 1n;
      return { signal, listener: isIgnored ? () => {} : () => interrupted(signal) };
    });
  for (const { signal, listener } of listeners) Deno.addSignalListener(signal, listener);
  return {
    [Symbol.dispose]: () => {
      for (const { signal, listener } of listeners) Deno.removeSignalListener(signal, listener);
    },
  };
}

/** The signals that this process ignores, as bits. Where the system does not tell, none. */
function readIgnored(): bigint {
  try {
    return BigInt(`0x${/^SigIgn:\s*([0-9a-f]+)$/m.exec(Deno.readTextFileSync("/proc/self/status"))?.[1] ?? "0"}`);
  } catch {
    return 0n;
  }
}
