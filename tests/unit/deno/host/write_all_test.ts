import { assertEquals, assertThrows } from "@std/assert";
import { writeAll, writeAllSync } from "../../../../src/deno/host/write_all.ts";

const bytes = Uint8Array.from([1, 2, 3, 4, 5]);

Deno.test("writeAllSync() goes on where a call wrote less, and waits for a full pipe", () => {
  const taken: number[] = [];
  let calls = 0;
  writeAllSync({
    writeSync(given) {
      if (++calls === 2) throw new Deno.errors.WouldBlock("full");
      taken.push(...given.subarray(0, 2));
      return Math.min(2, given.length);
    },
  }, bytes);
  assertEquals([taken, calls], [[...bytes], 4]);
});

Deno.test("writeAllSync() says that a file takes no more, and passes other errors on", () => {
  assertThrows(() => writeAllSync({ writeSync: () => 0 }, bytes), Error, "nothing more can be written");
  const broken = () => {
    throw new Deno.errors.BrokenPipe("gone");
  };
  assertThrows(() => writeAllSync({ writeSync: broken }, bytes), Deno.errors.BrokenPipe);
});

Deno.test("writeAll() goes on where a call wrote less", async () => {
  const taken: number[] = [];
  await writeAll({
    write(given) {
      taken.push(...given.subarray(0, 3));
      return Promise.resolve(Math.min(3, given.length));
    },
  }, bytes);
  assertEquals(taken, [...bytes]);
});
