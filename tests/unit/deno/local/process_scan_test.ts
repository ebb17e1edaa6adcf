/**
 * What the kernel says of a process.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { parseStat } from "../../../../src/deno/local/process_scan.ts";

/** The text of `/proc/40/stat`. */
const statOf = (name: string, state: string, threads: number) =>
  `40 (${name}) ${state} 7 39 38 0 -1 4194304 174 0 0 0 2 3 0 0 20 0 ${threads} 0 123456 5603328 240 18446744073709551615 1 1`;

Deno.test("parseStat() reads the fields behind a program's name, whatever is in the name", () => {
  for (const name of ["sh", "a b", "x) Z 1 1 1 (y", ")", ""]) {
    assertEquals(parseStat(40, statOf(name, "S", 1)), {
      ...{ pid: 40, parent: 7, group: 39, session: 38, startTicks: 123456, pages: 240, isEnded: false },
    }, name);
  }
});

Deno.test("parseStat() takes a process for ended when all its threads have, not only the first", () => {
  const isEnded = (state: string, threads: number) => parseStat(40, statOf("sh", state, threads)).isEnded;
  assertEquals([isEnded("Z", 1), isEnded("X", 1), isEnded("Z", 0)], [true, true, true]);
  // The state is that of the first thread.
  assertEquals([isEnded("Z", 2), isEnded("R", 1), isEnded("T", 3)], [false, false, false]);
});
