/**
 * The functions of the C library that starters of processes call, as Deno wants them described.
 *
 * @module
 */

import type { SpoolSystem } from "../spool.ts";

/** What every starter of processes needs: the preparation of a `posix_spawn`, and what comes after it. */
export const processSymbols = {
  actionsInit: { name: "posix_spawn_file_actions_init", parameters: ["usize"], result: "i32" },
  actionsDestroy: { name: "posix_spawn_file_actions_destroy", parameters: ["usize"], result: "i32" },
  actionsOpen: {
    name: "posix_spawn_file_actions_addopen",
    parameters: ["usize", "i32", "usize", "i32", "u32"],
    result: "i32",
  },
  actionsDup: { name: "posix_spawn_file_actions_adddup2", parameters: ["usize", "i32", "i32"], result: "i32" },
  actionsChdir: { name: "posix_spawn_file_actions_addchdir_np", parameters: ["usize", "usize"], result: "i32" },
  actionsFchdir: { name: "posix_spawn_file_actions_addfchdir_np", parameters: ["usize", "i32"], result: "i32" },
  attributesInit: { name: "posix_spawnattr_init", parameters: ["usize"], result: "i32" },
  attributesFlags: { name: "posix_spawnattr_setflags", parameters: ["usize", "i16"], result: "i32" },
  attributesDefaults: { name: "posix_spawnattr_setsigdefault", parameters: ["usize", "usize"], result: "i32" },
  attributesMask: { name: "posix_spawnattr_setsigmask", parameters: ["usize", "usize"], result: "i32" },
  wait4: { name: "wait4", parameters: ["i32", "usize", "i32", "usize"], result: "i32" },
  kill: { name: "kill", parameters: ["i32", "i32"], result: "i32" },
  prctl: { name: "prctl", parameters: ["i32", "usize", "usize", "usize", "usize"], result: "i32" },
  disposition: { name: "signal", parameters: ["i32", "usize"], result: "usize" },
  getUsage: { name: "getrusage", parameters: ["i32", "usize"], result: "i32" },
} as const;

/** What a spool asks of the system. */
export const fileSymbols = {
  truncate: { name: "ftruncate64", parameters: ["i32", "i64"], result: "i32" },
  seek: { name: "lseek64", parameters: ["i32", "i64", "i32"], result: "i64" },
  allocate: { name: "fallocate64", parameters: ["i32", "i32", "i64", "i64"], result: "i32" },
} as const;

const seekEnd = 2;
const punchHole = 0x03; // FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE

/** What an opened library can do with open files. */
export function filesOf(
  symbols: Deno.StaticForeignLibraryInterface<typeof fileSymbols>,
): Pick<SpoolSystem, "size" | "release" | "empty"> {
  return {
    empty: (descriptor) => void symbols.truncate(descriptor, 0n),
    size: (descriptor) => Number(symbols.seek(descriptor, 0n, seekEnd)),
    release: (descriptor, from, count) => symbols.allocate(descriptor, punchHole, BigInt(from), BigInt(count)) === 0,
  };
}
