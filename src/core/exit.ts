/**
 * How a process ended, as the core and everything after it sees it.
 *
 * @module
 */

/** Signals that ask a task to end; the first one is sent where no option names another. */
export const askingSignals = ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"] as const;

/** A signal that asks a task to end. */
export type AskingSignal = typeof askingSignals[number];

/** A signal by which a task is stopped: it is asked to end, or killed. */
export type StopSignal = AskingSignal | "SIGKILL";

/** How a process ended: by exiting, or by a signal. Never both. */
export type Exit =
  | { readonly code: number }
  | { readonly signal: string };

/** What a process used, where the operating system told; absent means unknown, never zero. */
export interface Usage {
  /** CPU time of the process and its children that it waited for, user and system, in milliseconds. */
  readonly cpuMs?: number;
  /** Peak resident memory in KiB. */
  readonly peakKiB?: number;
}

/** What became of the processes of a task that was stopped, or that left some behind; counted as they were seen. */
export interface Cleanup {
  /** Processes that were there when the stop was asked for or after the main process had ended. */
  readonly found: number;
  /** Of these: ended by SIGTERM, or by themselves. */
  readonly terminated: number;
  /** Of these: ended by SIGKILL. */
  readonly killed: number;
  /** Of these: could not be ended, as they belong to another user or wait for a device. */
  readonly left: number;
}

/** The cleanup where nothing was found. */
export const cleanOfNothing: Cleanup = { found: 0, terminated: 0, killed: 0, left: 0 };

/** What several looks at one attempt found together. */
export function addCleanups(one: Cleanup, other: Cleanup): Cleanup {
  return {
    found: one.found + other.found,
    terminated: one.terminated + other.terminated,
    killed: one.killed + other.killed,
    left: one.left + other.left,
  };
}

/** The ends of the outputs of an attempt that did not succeed, as text in which invalid bytes are shown as `\\xff`. */
export interface Tails {
  /** The end of its standard output; absent where it is not known, empty where it said nothing. */
  readonly stdout?: string;
  /** The end of its standard error; absent, too, where both went to one file. */
  readonly stderr?: string;
  /** Why one of them is not known, in a sentence. */
  readonly problem?: string;
}

/** What kind of thing kept a process from starting. */
export type StartFailureKind =
  | "program-not-found"
  | "not-executable"
  | "working-directory"
  | "stdin"
  | "output"
  | "descriptors"
  | "arguments"
  | "permission"
  | "variables"
  | "preparation"
  | "other";

/** Why a process could not be started. */
export interface StartFailure {
  /** What kind of thing went wrong. */
  readonly kind: StartFailureKind;
  /** One sentence for the user: which thing, and what to do. */
  readonly message: string;
}

/** The failure of a launch that was stopped while it still waited. */
export const stoppedEarly: StartFailure = { kind: "other", message: "stopped before it could be started" };

const numbers: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGILL: 4,
  SIGTRAP: 5,
  SIGABRT: 6,
  SIGBUS: 7,
  SIGFPE: 8,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGSEGV: 11,
  SIGUSR2: 12,
  SIGPIPE: 13,
  SIGALRM: 14,
  SIGTERM: 15,
  SIGSTKFLT: 16,
  SIGCHLD: 17,
  SIGCONT: 18,
  SIGSTOP: 19,
  SIGTSTP: 20,
  SIGTTIN: 21,
  SIGTTOU: 22,
  SIGURG: 23,
  SIGXCPU: 24,
  SIGXFSZ: 25,
  SIGVTALRM: 26,
  SIGPROF: 27,
  SIGWINCH: 28,
  SIGIO: 29,
  SIGPWR: 30,
  SIGSYS: 31,
};

const names: readonly string[] = Object.keys(numbers);

/** Names a signal by its number on Linux; a real-time signal is `SIG34` and so on. */
function signalName(number: number): string {
  return names[number - 1] ?? `SIG${number}`;
}

/** Numbers a signal by its name; 0 when the name is not known. */
export function signalNumber(name: string): number {
  return numbers[name] ?? Number(/^SIG(\d+)$/.exec(name)?.[1] ?? 0);
}

/** How a process ended, by the word that `wait` gives on Linux. */
export function exitOf(status: number): Exit {
  const signal = status & 0x7f;
  return signal === 0 ? { code: (status >> 8) & 0xff } : { signal: signalName(signal) };
}

/** QCG-PilotJob's exit code: the code itself, or the negative number of the signal. */
export function exitNumber(exit: Exit): number {
  return "code" in exit ? exit.code : -signalNumber(exit.signal);
}
