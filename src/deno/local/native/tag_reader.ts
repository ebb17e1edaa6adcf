/**
 * Reads the tags of processes, and kills them, by bare calls of the C library: a microsecond or two for a process. Of a
 * crowd that forks all the time only who is faster than the crowd sees the end; to read `/proc` takes twenty times as
 * long, and the runtime as long again for a number that no process has.
 *
 * @module
 */

import { tagDigits } from "../../../agent/tag.ts";
import { signalNumber } from "../../../core/exit.ts";
import { Arena } from "./arena.ts";

const symbols = {
  limit: { name: "prlimit", parameters: ["i32", "i32", "usize", "usize"], result: "i32" },
  kill: { name: "kill", parameters: ["i32", "i32"], result: "i32" },
  errno: { name: "__errno_location", parameters: [], result: "pointer" },
} as const;

const fileLocks = 10; // RLIMIT_LOCKS
const noSuchProcess = 3; // ESRCH
const killSignal = signalNumber("SIGKILL");

/** Reads tags. */
export class TagReader implements Disposable {
  readonly #library: Deno.DynamicLibrary<typeof symbols>;
  readonly #errno: Deno.UnsafePointerView;
  readonly #arena = new Arena(16);

  private constructor(library: Deno.DynamicLibrary<typeof symbols>) {
    this.#library = library;
    this.#errno = new Deno.UnsafePointerView(library.symbols.errno()!);
  }

  /** Opens the C library; `undefined` where there is none. Everything must be permitted. */
  static open(): TagReader | undefined {
    if (Deno.build.os !== "linux") return undefined;
    try {
      return new TagReader(Deno.dlopen("libc.so.6", symbols));
    } catch {
      return undefined;
    }
  }

  /**
   * Reads the tag of a process or thread.
   *
   * @returns Empty when it has none, `undefined` when there is no such process, and `"?"` when it may not be asked, as
   * that of another user.
   */
  tagOf(pid: number): string | undefined {
    const { view, address } = this.#arena;
    if (this.#library.symbols.limit(pid, fileLocks, 0n, address) !== 0) {
      return this.#errno.getInt32() === noSuchProcess ? undefined : "?";
    }
    const tag = String(view.getBigUint64(0, true));
    return tag.length === tagDigits ? tag : "";
  }

  /** Kills a process. */
  kill(pid: number): void {
    this.#library.symbols.kill(pid, killSignal);
  }

  /** Gives the library back. */
  [Symbol.dispose](): void {
    this.#library.close();
  }
}
