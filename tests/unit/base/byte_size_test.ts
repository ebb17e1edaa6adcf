import fc from "../../support/seeded_check.ts";
import { assertEquals } from "@std/assert";
import { parseByteSize, parseMemoryMiB } from "../../../src/base/byte_size.ts";

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

Deno.test("parseByteSize() counts in thousands for small letters and in 1024 for capital ones, and reads units", () => {
  const sizes = { "12": 12, "0": 0, "10k": 10_000, "10K": 10_240, "1.5M": 1_572_864, "2g": 2e9, "1T": 2 ** 40 };
  for (const [text, bytes] of Object.entries({ ...sizes, "8KiB": 8192, "8 kB": 8000, "2GB": 2e9 })) {
    assertEquals(parseByteSize(text), bytes, text);
  }
});

Deno.test("parseByteSize() refuses every other text", () => {
  for (const text of ["", "k", "1X", "-1", "1kk", "9999999P", "1e3", "constructor", "2gib", "1.K"]) {
    assertEquals(parseByteSize(text), undefined, text);
  }
});
