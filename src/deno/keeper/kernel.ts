/**
 * The calls of the C library that a keeper makes, all of them on its one thread: spawn, wait, signal, limits, open,
 * and waiting for several descriptors at once. Plain numbers go in and come out; an error is a negative number.
 *
 * @module
 */

import type { LaunchImage } from "../local/native/launch_image.ts";
import { Arena } from "../local/native/arena.ts";
import type { Reaped } from "../local/native/libc.ts";
import { filesOf, fileSymbols, processSymbols } from "../local/native/symbols.ts";
import { currentFolder, descriptorCalls, openFlags } from "../local/native/file_numbers.ts";
import type { HeldLaunch } from "../local/native/held_launch.ts";
import { kernelSymbols } from "./kernel_symbols.ts";

const symbolsUsed = {
  ...processSymbols,
  ...fileSymbols,
  ...kernelSymbols,
} as const satisfies Deno.ForeignLibraryInterface;

/** Linux numbers, the same on x86_64 and aarch64. */
const spawnFlags = 0x80 | 0x04 | 0x08; // SETSID | SETSIGDEF | SETSIGMASK
const waitNoHang = 1;
const pidfdSendSignal = 424n;
const pidfdOpen = 434n;
const fileLocks = 10; // RLIMIT_LOCKS
const openFiles = 7; // RLIMIT_NOFILE
const statType = 1; // STATX_TYPE
const [epollAdd, epollDelete, epollModify] = [1, 2, 3];

/** What lies where in the kernel's arena. */
const setAt = 512;
const resultAt = 1024;
const usageAt = 1536;
const limitAt = 2048;
const ownLimitAt = 2080;
const eventAt = 2112;
const pipeAt = 2144;
const statAt = 2304;
const textAt = 4096;
const textMax = 16 * 1024;
const eventsMax = 64;
/** The structure is packed on x86_64 only. */
const eventBytes = Deno.build.arch === "x86_64" ? 12 : 16;
const eventDataAt = eventBytes - 8;
const bufferBytes = 1 << 16;
const bufferBytesWord = BigInt(bufferBytes);

/** The opened C library, and the memory that it is given. */
export class Kernel {
  readonly #library: Deno.DynamicLibrary<typeof symbolsUsed>;
  readonly #arena = new Arena(textAt + textMax);
  readonly #events = new Arena(eventsMax * eventBytes);
  readonly #buffer = new Arena(bufferBytes);
  readonly #at: bigint;
  readonly #errno: Deno.UnsafePointerView;
  readonly #epoll: number;
  readonly #encoder = new TextEncoder();
  /** What it can do with open files. */
  readonly files: ReturnType<typeof filesOf>;

  /** Opens it; throws where it is missing or too old. */
  constructor() {
    const library = Deno.dlopen("libc.so.6", symbolsUsed);
    this.#library = library;
    this.files = filesOf(library.symbols);
    this.#at = this.#arena.address;
    const { symbols } = library;
    this.#errno = new Deno.UnsafePointerView(symbols.errno()!);
    this.#epoll = symbols.epollCreate(openFlags.closeOnExec);
    symbols.attributesInit(this.#at);
    symbols.attributesFlags(this.#at, spawnFlags);
    symbols.attributesMask(this.#at, this.#address(setAt));
    // The C library's own functions refuse the two signals that it keeps for itself; tasks get those by default, too.
    this.#arena.view.setBigUint64(setAt, 0xffff_ffff_ffff_ffffn, true);
    symbols.attributesDefaults(this.#at, this.#address(setAt));
    this.#arena.view.setBigUint64(setAt, 0n, true);
    symbols.attributesMask(this.#at, this.#address(setAt));
    symbols.getLimit(fileLocks, this.#address(ownLimitAt));
  }

  /** Leads a session of its own, gets what its descendants orphan, has a name of its own, ignores `signals`. */
  becomeKeeper(name: string, signals: readonly number[]): void {
    const { symbols } = this.#library;
    symbols.setsid();
    symbols.prctl(36, 1n, 0n, 0n, 0n);
    symbols.prctl(15, this.#text(name), 0n, 0n, 0n);
    for (const signal of signals) symbols.disposition(signal, 1n);
  }

  /**
   * Starts a process that leads a session of its own, with clean signals, the given streams and this tag.
   *
   * @param image Where the plan was written to by `LaunchImage.write`, which gave `at`.
   * @param streams Descriptors of the three streams, and of more that it is to have.
   * @param tag The soft limit of file locks that it has from its first instruction; the own one when absent.
   * @param held What was opened for it beside its streams.
   * @returns Its process id, or the negative number of the error.
   */
  spawn(
    image: LaunchImage,
    at: ReturnType<LaunchImage["write"]>,
    streams: readonly number[],
    tag?: bigint,
    held?: HeldLaunch,
  ): number {
    const { symbols } = this.#library;
    symbols.actionsInit(at.actions);
    if (held?.folder === undefined) symbols.actionsChdir(at.actions, at.cwd);
    else symbols.actionsFchdir(at.actions, held.folder);
    // Onto itself it stays open in the new process.
    for (const descriptor of held?.shared ?? []) symbols.actionsDup(at.actions, descriptor, descriptor);
    for (let target = 0; target < streams.length; target++) symbols.actionsDup(at.actions, streams[target]!, target);
    if (tag !== undefined) this.setLocksLimit(tag);
    const error = symbols.spawn(at.pid, at.program, at.actions, this.#at, at.argv, at.envp);
    if (tag !== undefined) symbols.setLimit(fileLocks, this.#address(ownLimitAt));
    symbols.actionsDestroy(at.actions);
    return error === 0 ? image.pid : -error;
  }

  /** Sets the soft limit of file locks of this process; false when the hard one is lower. */
  setLocksLimit(tag: bigint): boolean {
    const { view } = this.#arena;
    view.setBigUint64(limitAt, tag, true);
    view.setBigUint64(limitAt + 8, view.getBigUint64(ownLimitAt + 8, true), true);
    return this.#library.symbols.setLimit(fileLocks, this.#address(limitAt)) === 0;
  }

  /** Takes {@linkcode setLocksLimit} back. */
  restoreLocksLimit(): void {
    this.#library.symbols.setLimit(fileLocks, this.#address(ownLimitAt));
  }

  /** Gives this process a tag, which {@linkcode restoreLocksLimit} comes back to. */
  tagSelf(tag: bigint): void {
    this.#arena.view.setBigUint64(ownLimitAt, tag, true);
    this.restoreLocksLimit();
  }

  /** A limit that is no tag: the hard one. */
  get noTag(): bigint {
    return this.#arena.view.getBigUint64(ownLimitAt + 8, true);
  }

  /** How many descriptors this process may have. */
  descriptorsMax(): number {
    this.#library.symbols.getLimit(openFiles, this.#address(limitAt));
    return Number(this.#arena.view.getBigUint64(limitAt, true));
  }

  /** Takes the status of a child that has ended; `undefined` while it runs or when it is none of ours. */
  reap(pid: number): Reaped | undefined {
    const { view } = this.#arena;
    if (this.#library.symbols.wait4(pid, this.#address(resultAt), waitNoHang, this.#address(usageAt)) !== pid) {
      return undefined;
    }
    const word = (at: number) => Number(view.getBigInt64(usageAt + at, true));
    return {
      status: view.getInt32(resultAt, true),
      cpuMs: (word(0) + word(16)) * 1000 + (word(8) + word(24)) / 1000,
      peakKiB: word(32),
    };
  }

  /** The keeper's own peak of resident memory in KiB: see `Libc.selfPeakKiB`. */
  selfPeakKiB(): number {
    if (this.#library.symbols.getUsage(0, this.#address(usageAt)) !== 0) return Infinity;
    return Number(this.#arena.view.getBigInt64(usageAt + 32, true));
  }

  /** Sends a signal to a process, or to a group when the number is negative. */
  kill(pid: number, signal: number): number {
    return this.#told(this.#library.symbols.kill(pid, signal));
  }

  /** A descriptor that stands for a process. */
  openProcess(pid: number): number {
    return this.#told(Number(this.#library.symbols.call(pidfdOpen, BigInt(pid), 0n, 0n, 0n)));
  }

  /** Sends a signal to the process that a descriptor stands for. */
  signalProcess(descriptor: number, signal: number): number {
    return this.#told(Number(this.#library.symbols.call(pidfdSendSignal, BigInt(descriptor), BigInt(signal), 0n, 0n)));
  }

  /** Opens a file that no task is to inherit. */
  open(path: string, flags: number, mode = 0o666): number {
    return this.#told(this.#library.symbols.open(this.#text(path), flags | openFlags.closeOnExec, mode));
  }

  /** The type of a file, with links followed; a negative number when there is none. */
  typeOf(path: string): number {
    const { symbols } = this.#library;
    const told = symbols.statx(currentFolder, this.#text(path), 0, statType, this.#address(statAt));
    return told < 0 ? this.#told(told) : this.#arena.view.getUint16(statAt + 28, true) & 0o170000;
  }

  /** Lets reads and writes of an open file wait from now on, or never wait. */
  setNonblocking(descriptor: number, isNonblocking: boolean, otherFlags = 0): void {
    this.#library.symbols.fcntl(
      descriptor,
      descriptorCalls.setStatus,
      (isNonblocking ? openFlags.nonblock : 0) | otherFlags,
    );
  }

  /** Whether a descriptor would be inherited by the processes that this one starts. */
  isInherited(descriptor: number): boolean {
    return this.#library.symbols.fcntl(descriptor, descriptorCalls.getFlags, 0) === 0;
  }

  /** Moves a descriptor out of the way of the three standard ones. */
  moveUp(descriptor: number): number {
    const moved = this.#told(this.#library.symbols.fcntl(descriptor, descriptorCalls.duplicateFrom, 3));
    this.close(descriptor);
    return moved;
  }

  /** Closes a descriptor. */
  close(descriptor: number): void {
    this.#library.symbols.close(descriptor);
  }

  /** Makes a pipe that no child inherits: where to read, where to write. */
  pipe(): readonly [number, number] | undefined {
    if (this.#library.symbols.pipe(this.#address(pipeAt), openFlags.closeOnExec) !== 0) return undefined;
    return [this.#arena.view.getInt32(pipeAt, true), this.#arena.view.getInt32(pipeAt + 4, true)];
  }

  /** Reads what is there. The bytes are valid until the next call; 0 bytes are the end. */
  read(descriptor: number): Uint8Array | number {
    const { symbols } = this.#library;
    const count = this.#told(Number(symbols.read(descriptor, this.#buffer.address, bufferBytesWord)));
    return count < 0 ? count : this.#buffer.bytes.subarray(0, count);
  }

  /** Reads at an offset of a file. The bytes are valid until the next call. */
  readAt(descriptor: number, offset: number): Uint8Array {
    const { symbols } = this.#library;
    const count = Number(symbols.pread(descriptor, this.#buffer.address, bufferBytesWord, BigInt(offset)));
    return this.#buffer.bytes.subarray(0, Math.max(0, count));
  }

  /** Writes bytes, as many as there is room for. */
  write(descriptor: number, bytes: Uint8Array): number {
    const part = bytes.subarray(0, bufferBytes);
    this.#buffer.bytes.set(part);
    return this.#told(Number(this.#library.symbols.write(descriptor, this.#buffer.address, BigInt(part.length))));
  }

  /** Watches a descriptor from now on: see {@linkcode wait}. Returns false for what cannot be watched, as a file. */
  watch(descriptor: number, events: number, isKnown = false): boolean {
    const { view } = this.#arena;
    view.setUint32(eventAt, events, true);
    view.setUint32(eventAt + eventDataAt, descriptor, true);
    const operation = isKnown ? epollModify : epollAdd;
    const { symbols } = this.#library;
    return symbols.epollControl(this.#epoll, operation, descriptor, this.#address(eventAt)) === 0;
  }

  /**
   * Watches a descriptor no more, and closes it. Closing alone would not do: a process that is just being started may
   * still have it open, and then it would go on being watched under a number that means something else by then.
   */
  closeWatched(descriptor: number): void {
    this.#library.symbols.epollControl(this.#epoll, epollDelete, descriptor, this.#address(eventAt));
    this.close(descriptor);
  }

  /** Waits until something happens to a watched descriptor, at most `limitMs`, and tells each by `happened`. */
  wait(limitMs: number, happened: (descriptor: number, events: number) => void): void {
    const { view, address } = this.#events;
    const count = this.#library.symbols.epollWait(this.#epoll, address, eventsMax, limitMs);
    for (let index = 0; index < count; index++) {
      const at = index * eventBytes;
      happened(view.getUint32(at + eventDataAt, true), view.getUint32(at, true));
    }
  }

  #address(offset: number): bigint {
    return this.#at + BigInt(offset);
  }

  #text(text: string): bigint {
    const { written } = this.#encoder.encodeInto(text, this.#arena.bytes.subarray(textAt, textAt + textMax - 1));
    this.#arena.bytes[textAt + written] = 0;
    return this.#address(textAt);
  }

  #told(result: number): number {
    return result < 0 ? -this.#errno.getInt32() : result;
  }
}
