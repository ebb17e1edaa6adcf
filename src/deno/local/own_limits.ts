/**
 * The limits that this process has from the system (`ulimit`), which its tasks have too.
 *
 * @module
 */

import { canScan } from "./process_scan.ts";

/** The kinds of limits that are asked for, by the names that the kernel has for them. */
export type LimitName = "Max processes" | "Max open files" | "Max file size";

/** The soft limit of a kind; `Infinity` where there is none, or `/proc` may not be read. */
export function ownLimit(name: LimitName): number {
  if (!canScan()) return Infinity; // Deno would ask the user.
  try {
    const text = Deno.readTextFileSync("/proc/self/limits");
    return Number(new RegExp(`^${name} +(\\d+)`, "m").exec(text)?.[1] ?? Infinity);
  } catch {
    return Infinity;
  }
}
