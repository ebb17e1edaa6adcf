import fc from "fast-check";
import { assertEquals } from "@std/assert";
import { parseMemoryMiB } from "../../../src/base/byte_size.ts";

Deno.test("parseMemoryMiB() reads units of 1024 and of 1000, rounded up to MiB", () => {
  const cases: [string, number][] = [
    ["1MiB", 1],
    ["2GiB", 2048],
    ["1.5 GiB", 1536],
    ["2GB", 1908],
    ["1kB", 1],
    ["1TiB", 1048576],
    [" 10MB ", 10],
  ];
  for (const [text, mebibytes] of cases) assertEquals(parseMemoryMiB(text), mebibytes, text);
});

Deno.test("parseMemoryMiB() refuses what has no unit, no number or no size", () => {
  for (const text of ["", "2", "GiB", "-1GiB", "0MiB", "2 G", "2gib", "1e3MiB", "constructor", "1toString"]) {
    assertEquals(parseMemoryMiB(text), undefined, text);
  }
});

Deno.test("parseMemoryMiB() takes any text without harm", () => {
  fc.assert(fc.property(fc.string(), (text) => {
    const size = parseMemoryMiB(text);
    return size === undefined || size > 0;
  }));
});
