/**
 * The few calls of the C library that start and reap processes, behind functions that take and return plain numbers.
 * This is the only file that knows of memory: every address it hands to the library lies in an {@linkcode Arena} that
 * outlives the call.
 *
 * @module
 */

import { signalNumber, type StopSignal } from "../../../core/exit.ts";
import type { GroupSignal } from "../process_group.ts";
import { plainSystem, type SpoolSystem } from "../spool.ts";
import { Arena } from "./arena.ts";
import type { HeldLaunch } from "./held_launch.ts";
import { filesOf, fileSymbols, processSymbols } from "./symbols.ts";

const libcSymbols = {
  spawnOnThread: {
    name: "posix_spawn",
    parameters: ["usize", "usize", "usize", "usize", "usize", "usize"],
    result: "i32",
    nonblocking: true,
  },
  spawnHere: {
    name: "posix_spawn",
    parameters: ["usize", "usize", "usize", "usize", "usize", "usize"],
    result: "i32",
  },
  ...processSymbols,
  ...fileSymbols,
  waitId: { name: "waitid", parameters: ["i32", "u32", "usize", "i32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

type Library = Deno.DynamicLibrary<typeof libcSymbols>;

/** Linux numbers, the same on x86_64 and aarch64. */
const openRead = 0;
const openWrite = 0o1 | 0o100 | 0o1000; // O_WRONLY | O_CREAT | O_TRUNC
const openAppend = 0o1 | 0o100 | 0o2000; // O_WRONLY | O_CREAT | O_APPEND
const spawnSetsigdef = 0x04;
const spawnSetsigmask = 0x08;
const spawnSetsid = 0x80;
const waitNoHang = 1;
const waitExited = 4;
const waitKeep = 0x01000000; // WNOWAIT
const anyChild = 0;
const signalDefault = 0n;
const signalIgnore = 1n;
const setSubreaper = 36; // PR_SET_CHILD_SUBREAPER
const getSubreaper = 37;

/** Larger than `posix_spawn_file_actions_t` (80), `posix_spawnattr_t` (336), `siginfo_t` (128), `struct rusage` (144). */
const structBytes = 512;
/** What lies where in the library's own arena; the attributes come first. */
const resultAt = structBytes;
const usageAt = 2 * structBytes;
const signalSetAt = 3 * structBytes;
const nullDeviceAt = 4 * structBytes;
/** `ru_maxrss`, after two times of two words each. */
const peakAt = usageAt + 32;
/** `si_pid`, after three ints and a hole. */
const childAt = resultAt + 16;

const foreignNumbers = [signalNumber("SIGURG"), signalNumber("SIGWINCH")];

/** A process that ignores one of these was not started by us: see {@linkcode Libc.becomeSubreaper}. A bit for each. */
export const foreignSignals: bigint = bitsOf(foreignNumbers);

/** What tasks get back as the system has it: all but the foreign ones, see {@linkcode Libc.becomeSubreaper}. */
const defaultSignals = (2n ** 64n - 1n) & ~foreignSignals;

/** A set of signals as the kernel has it: the lowest bit stands for signal 1. */
function bitsOf(signals: readonly number[]): bigint {
  return signals.reduce((bits, signal) => bits | 1n << BigInt(signal - 1), 0n);
}

/** How a child ended, as the kernel tells. */
export interface Reaped {
  /** The word that `wait` gives: exit code and signal packed in one number. */
  readonly status: number;
  /** User and system time in milliseconds. */
  readonly cpuMs: number;
  /** Peak resident memory in KiB, not less than the pilot's own at the time of the launch: see `selfPeakKiB`. */
  readonly peakKiB: number;
}

/** Addresses of what one spawn needs; all strings end with NUL, `0n` where a thing is not wanted. */
export interface SpawnAddresses {
  /** Where the process id is written, four bytes. */
  readonly pid: bigint;
  /** {@linkcode Libc.structBytes} bytes of scratch memory. */
  readonly actions: bigint;
  /** The program's path. */
  readonly program: bigint;
  /** The argument vector, the program's name first, ended by a null pointer. */
  readonly argv: bigint;
  /** The environment, ended by a null pointer. */
  readonly envp: bigint;
  /** The working directory. */
  readonly cwd: bigint;
  /** The file to read. */
  readonly stdin: bigint;
  /** The file to truncate and write. */
  readonly stdout: bigint;
  /** As `stdout`; the same address means one shared open file. */
  readonly stderr: bigint;
  /** The outputs that are added to. */
  readonly append: readonly ("stdout" | "stderr")[];
  /** Open files for streams that have no path. */
  readonly open: { readonly [name in "stdin" | "stdout" | "stderr"]?: number | undefined };
}

/** The opened C library. */
export class Libc implements Disposable {
  /** How much scratch memory a structure of the library takes at most. */
  static readonly structBytes: number = structBytes;

  readonly #library: Library;
  readonly #arena = new Arena(5 * structBytes);
  readonly #attributes: bigint;
  /** Where calls write their results: at `resultAt` of the arena, and `usageAt` for what a process used. */
  readonly #result: bigint;
  readonly #usage: bigint;
  readonly #nullDevice: bigint;
  /** What it can do with open files. */
  readonly files: SpoolSystem;

  private constructor(library: Library) {
    this.#library = library;
    this.files = { ...plainSystem, ...filesOf(library.symbols) };
    const { address, bytes } = this.#arena;
    this.#attributes = address;
    this.#result = address + BigInt(resultAt);
    this.#usage = address + BigInt(usageAt);
    this.#nullDevice = address + BigInt(nullDeviceAt);
    new TextEncoder().encodeInto("/dev/null\0", bytes.subarray(nullDeviceAt));
    const { symbols } = library;
    symbols.attributesInit(this.#attributes);
    // A session of its own: one group to signal, and no terminal on which a read would stop the task for ever. Deno
    // ignores sigpipe for itself; a task must not inherit that, nor the mask of the thread that starts it.
    symbols.attributesFlags(this.#attributes, spawnSetsid | spawnSetsigdef | spawnSetsigmask);
    symbols.attributesMask(this.#attributes, this.#signalSet(0n));
    symbols.attributesDefaults(this.#attributes, this.#signalSet(defaultSignals));
  }

  /** Writes a set of signals. By hand, as `sigaddset` refuses the C library's own signals. */
  #signalSet(bits: bigint): bigint {
    this.#arena.view.setBigUint64(signalSetAt, bits, true);
    return this.#arena.address + BigInt(signalSetAt);
  }

  /**
   * Opens the C library of this machine.
   *
   * @returns The library, or `undefined` where it is missing, refused, or too old to know `addchdir_np` (glibc 2.29).
   */
  static open(): Libc | undefined {
    if (Deno.build.os !== "linux" || !["x86_64", "aarch64"].includes(Deno.build.arch)) return undefined;
    try {
      return new Libc(Deno.dlopen("libc.so.6", libcSymbols));
    } catch {
      return undefined;
    }
  }

  /**
   * Starts a process in a session of its own, on another thread: neither a slow file system nor the start itself
   * holds up the event loop.
   *
   * @param held What was opened for it; it opens the rest itself.
   * @returns 0, or the error number of whatever failed first.
   */
  async spawn(at: SpawnAddresses, held?: HeldLaunch): Promise<number> {
    const { symbols } = this.#library;
    try {
      this.#prepare(at, held);
      return await symbols.spawnOnThread(at.pid, at.program, at.actions, this.#attributes, at.argv, at.envp);
    } finally {
      symbols.actionsDestroy(at.actions);
    }
  }

  /**
   * Starts a process as {@linkcode spawn} does, but on this thread, whose mask of CPUs it inherits. The event loop waits
   * until the program was loaded, half a millisecond, and so none of its streams may be one whose opening waits for
   * another process, such as a named pipe.
   */
  spawnHere(at: SpawnAddresses, held?: HeldLaunch): number {
    const { symbols } = this.#library;
    try {
      this.#prepare(at, held);
      return symbols.spawnHere(at.pid, at.program, at.actions, this.#attributes, at.argv, at.envp);
    } finally {
      symbols.actionsDestroy(at.actions);
    }
  }

  /** Writes down what the new process does before it loads its program. */
  #prepare(at: SpawnAddresses, held?: HeldLaunch): void {
    const { symbols } = this.#library;
    const { actions } = at;
    symbols.actionsInit(actions);
    if (held?.folder === undefined) symbols.actionsChdir(actions, at.cwd);
    else symbols.actionsFchdir(actions, held.folder);
    // Onto itself it stays open in the new process.
    for (const descriptor of held?.shared ?? []) symbols.actionsDup(actions, descriptor, descriptor);
    if (at.open.stdin !== undefined) symbols.actionsDup(actions, at.open.stdin, 0);
    else symbols.actionsOpen(actions, 0, at.stdin || this.#nullDevice, openRead, 0);
    const output = (target: number, name: "stdout" | "stderr") => {
      const descriptor = at.open[name];
      if (at[name] === 0n && descriptor !== undefined) return symbols.actionsDup(actions, descriptor, target);
      const flags = at.append.includes(name) ? openAppend : openWrite;
      return symbols.actionsOpen(actions, target, at[name] || this.#nullDevice, flags, 0o666);
    };
    output(1, "stdout");
    if (at.stderr === at.stdout && at.stderr !== 0n) symbols.actionsDup(actions, 1, 2);
    else output(2, "stderr");
  }

  /** Tells the process id of some child that has ended and was not reaped; 0 when there is none. */
  endedChild(): number {
    const { view } = this.#arena;
    view.setInt32(childAt, 0, true);
    const flags = waitExited | waitNoHang | waitKeep;
    return this.#library.symbols.waitId(anyChild, 0, this.#result, flags) === 0 ? view.getInt32(childAt, true) : 0;
  }

  /**
   * Takes the status of a child that has ended; its process id may then be used again.
   *
   * @returns `undefined` while it runs, or when another part of the program reaped it.
   */
  reap(pid: number): Reaped | undefined {
    const { view } = this.#arena;
    if (this.#library.symbols.wait4(pid, this.#result, waitNoHang, this.#usage) !== pid) return undefined;
    const word = (at: number) => Number(view.getBigInt64(at, true));
    return {
      status: view.getInt32(resultAt, true),
      cpuMs: (word(usageAt) + word(usageAt + 16)) * 1000 + (word(usageAt + 8) + word(usageAt + 24)) / 1000,
      peakKiB: word(peakAt),
    };
  }

  /**
   * The pilot's own peak of resident memory in KiB. Until a new process loads its program it shares the pilot's
   * memory, and the kernel counts that as its peak: only a larger number says anything about the process itself.
   */
  selfPeakKiB(): number {
    if (this.#library.symbols.getUsage(0, this.#usage) !== 0) return Infinity;
    return Number(this.#arena.view.getBigInt64(peakAt, true));
  }

  /** Sends a signal to a process group; false when nothing of it is left that could be reached. */
  signalGroup(group: number, signal: GroupSignal): boolean {
    // -1 and 0 would reach far more than one group.
    return group > 1 && this.#library.symbols.kill(-group, signal === 0 ? 0 : signalNumber(signal)) === 0;
  }

  /** Sends a signal to one process; false when there is none that could be reached. */
  signalProcess(pid: number, signal: StopSignal): boolean {
    return pid > 1 && this.#library.symbols.kill(pid, signalNumber(signal)) === 0;
  }

  /**
   * Lets orphans among our descendants become our children, and makes those of tasks known by what they do not
   * ignore: from now on we ignore the signals of {@linkcode foreignSignals}, which means nothing, as nothing happens
   * on them anyway; processes that this program starts by other ways inherit that, and those that we start do not.
   *
   * @returns Whether we are now; false when another part of this process is.
   */
  becomeSubreaper(): boolean {
    const { symbols } = this.#library;
    const { view } = this.#arena;
    const isTaken = symbols.prctl(getSubreaper, this.#result, 0n, 0n, 0n) !== 0 ||
      view.getInt32(resultAt, true) !== 0;
    if (isTaken || symbols.prctl(setSubreaper, 1n, 0n, 0n, 0n) !== 0) return false;
    for (const signal of foreignNumbers) {
      const before = BigInt(symbols.disposition(signal, signalIgnore));
      // The program listens to it: its listener stays.
      if (before > signalIgnore) symbols.disposition(signal, before);
    }
    symbols.attributesDefaults(this.#attributes, this.#signalSet(defaultSignals | foreignSignals));
    return true;
  }

  /** Takes {@linkcode becomeSubreaper} back. */
  resignSubreaper(): void {
    const { symbols } = this.#library;
    symbols.prctl(setSubreaper, 0n, 0n, 0n, 0n);
    for (const signal of foreignNumbers) {
      const before = BigInt(symbols.disposition(signal, signalDefault));
      if (before > signalIgnore) symbols.disposition(signal, before);
    }
  }

  /** Gives the library back. */
  [Symbol.dispose](): void {
    this.#library.close();
  }
}
