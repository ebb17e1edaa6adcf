/**
 * Descriptors that no task is to inherit: what is open in this program and is not one of its three streams.
 *
 * @module
 */

import { descriptorCalls, privateFlag } from "./file_numbers.ts";

const symbolsUsed = {
  closeRange: { name: "close_range", parameters: ["u32", "u32", "i32"], result: "i32", optional: true },
  fcntl: { name: "fcntl", parameters: ["i32", "i32", "i32"], result: "i32" },
} as const;
/** CLOSE_RANGE_CLOEXEC: they stay open here. */
const onlyMark = 4;
const firstOther = 3;
const lastOther = 0xffff_ffff;

/**
 * Lets no process that this program starts inherit a descriptor beside its three streams. All that the runtime opens is
 * not inherited anyway; what is comes from the program that started this one, or from a foreign library.
 */
export class PrivateDescriptors implements Disposable {
  readonly #library: Deno.DynamicLibrary<typeof symbolsUsed> | undefined;

  /** Opens the C library, where it is the one that is known. */
  constructor() {
    try {
      this.#library = Deno.dlopen("libc.so.6", symbolsUsed);
    } catch {
      // Another C library: nothing can be done about it.
    }
  }

  /** Marks all that is open by now. One call where the kernel has it (Linux 5.11), a look at each descriptor else. */
  mark(): void {
    const symbols = this.#library?.symbols;
    if (symbols === undefined || symbols.closeRange?.(firstOther, lastOther, onlyMark) === 0) return;
    for (const { name } of Deno.readDirSync("/proc/self/fd")) {
      const descriptor = Number(name);
      if (descriptor >= firstOther && symbols.fcntl(descriptor, descriptorCalls.getFlags, 0) === 0) {
        symbols.fcntl(descriptor, descriptorCalls.setFlags, privateFlag);
      }
    }
  }

  /** Gives the library back. */
  [Symbol.dispose](): void {
    this.#library?.close();
  }
}
