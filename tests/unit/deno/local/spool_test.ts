/**
 * The spool on files in memory.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { Spool, type SpoolFile, spoolLookMs } from "../../../../src/deno/local/spool.ts";
import { MemoryFiles } from "./memory_spool.ts";

const folders = ["/spool"];

function take(spool: Spool): SpoolFile {
  const file = spool.take(0);
  assert("descriptor" in file);
  return file;
}

function endOf(spool: Spool, file: SpoolFile, bytesMax: number): string {
  return new TextDecoder().decode(spool.readEnd(file, bytesMax).bytes);
}

Deno.test("Spool.look() with holes gives back the front of what is beyond the bound, block by block", () => {
  const system = new MemoryFiles();
  const spool = new Spool({ folders, system });
  const file = take(spool);
  system.write(file.descriptor, "x".repeat(10_000));
  spool.look(spoolLookMs, 1000);
  assertEquals(system.released, [[file.descriptor, 0, 8192]]);
  spool.look(2 * spoolLookMs, 1000);
  system.write(file.descriptor, "x".repeat(4000) + "the last words");
  spool.look(3 * spoolLookMs, 1000);
  assertEquals(system.released.slice(1), [[file.descriptor, 8192, 4096]]);
  assertEquals(endOf(spool, file, 16), "xxthe last words");
});

Deno.test("Spool.look() keeps the end of what it cuts off until something else is said", () => {
  const system = new MemoryFiles(false);
  const spool = new Spool({ folders, system });
  const file = take(spool);
  system.write(file.descriptor, "x".repeat(99_990) + "0123456789");
  spool.look(spoolLookMs, 1);
  assertEquals([system.size(file.descriptor), endOf(spool, file, 10)], [0, "0123456789"]);
  system.write(file.descriptor, "abc");
  assertEquals(endOf(spool, file, 10), "3456789abc");
});

Deno.test("Spool uses a file again only when nothing can write to it any more", () => {
  const system = new MemoryFiles();
  const spool = new Spool({ folders, system });
  const first = take(spool);
  system.write(first.descriptor, "first");
  spool.giveBack(first, true);
  const second = take(spool);
  assertEquals([second.descriptor, second.begin, endOf(spool, second, 9)], [first.descriptor, 5, ""]);
  const third = take(spool);
  spool.giveBack(second, false);
  assertEquals([spool.count, system.open], [1, [third.descriptor]]);
  spool.giveBack(third, true);
  spool.close();
  assertEquals([spool.count, system.open], [0, []]);
});

Deno.test("Spool looks only while a task writes, and at most so often", () => {
  const spool = new Spool({ folders, system: new MemoryFiles() });
  assertEquals(spool.dueMs, Infinity);
  const file = take(spool);
  assertEquals(spool.dueMs, spoolLookMs);
  spool.look(spoolLookMs / 2);
  assertEquals(spool.dueMs, spoolLookMs);
  spool.look(spoolLookMs);
  assertEquals(spool.dueMs, 2 * spoolLookMs);
  spool.giveBack(file, true);
  assertEquals(spool.dueMs, Infinity);
});
