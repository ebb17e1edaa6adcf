import fc from "../../../support/seeded_check.ts";
import { assertEquals } from "@std/assert";
import { type BlockRules, splitBlocks } from "../../../../src/cli/each/blocks.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const bytes = (text: string) => encoder.encode(text);
const rules = (more: Partial<BlockRules>): BlockRules => ({
  recordEnd: bytes("\n"),
  recordStart: bytes(""),
  together: 1,
  bytesMax: 1 << 20,
  headers: 0,
  ...more,
});

async function split(text: string, more: Partial<BlockRules>, size = 7): Promise<string[]> {
  const all = bytes(text);
  const chunks = Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));
  const blocks = await Array.fromAsync(splitBlocks(ReadableStream.from(chunks), rules(more)));
  return blocks.map((block) => decoder.decode(block));
}

Deno.test("splitBlocks() counts records, or keeps blocks below a size", async () => {
  assertEquals(await split("1\n2\n3\n4\n5\n", { recordsMax: 2 }), ["1\n2\n", "3\n4\n", "5\n"]);
  assertEquals(await split("1\n22\n333\n4", { bytesMax: 5 }), ["1\n22\n", "333\n4"]);
  assertEquals(await split("1234567\n8\n", { bytesMax: 3 }), ["1234567\n", "8\n"]);
  assertEquals(await split("1\n2\n3\n", { together: 2, recordsMax: 1 }), ["1\n2\n", "3\n"]);
  assertEquals(await split("1\n2\n3\n", { together: 2 }), ["1\n2\n", "3\n"]);
  assertEquals(await split("", {}), []);
});

Deno.test("splitBlocks() cuts between what ends and what begins a record", async () => {
  assertEquals(await split("aXbXc", { recordEnd: bytes(""), recordStart: bytes("X"), recordsMax: 1 }), [
    "a",
    "Xb",
    "Xc",
  ]);
  assertEquals(await split("a;\n>b;c;\n>d", { recordEnd: bytes(";\n"), recordStart: bytes(">"), recordsMax: 1 }), [
    "a;\n",
    ">b;c;\n",
    ">d",
  ]);
});

Deno.test("splitBlocks() cuts at any byte where nothing ends or begins a record", async () => {
  const none = { recordEnd: bytes("") };
  assertEquals(await split("a\nbcdefghij", { ...none, bytesMax: 4 }), ["a\nbc", "defg", "hij"]);
  assertEquals(await split("abcd", { ...none, bytesMax: 4 }), ["abcd"]);
  assertEquals(await split("abcde", { ...none, recordsMax: 2 }), ["ab", "cd", "e"]);
  assertEquals(await split("abcde", { ...none, recordsMax: 1, together: 2 }), ["ab", "cd", "e"]);
  assertEquals(await split("hhabc", { ...none, recordsMax: 2, headers: 2 }), ["hhab", "hhc"]);
});

Deno.test("splitBlocks() puts the first records before each block", async () => {
  assertEquals(await split("h\n1\n2\n", { headers: 1, recordsMax: 1 }), ["h\n1\n", "h\n2\n"]);
  assertEquals(await split("h\n", { headers: 1, recordsMax: 1 }), []);
});

Deno.test("splitBlocks() loses no byte, and ends blocks with whole records however the bytes come", async () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", "\n", "-"), maxLength: 200 });
  const how = fc.record({
    recordEnd: fc.constantFrom("\n", "-\n", "").map(bytes),
    recordStart: fc.constantFrom("", "b").map(bytes),
    bytesMax: fc.integer({ min: 1, max: 30 }),
    recordsMax: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
  });
  await fc.assert(
    fc.asyncProperty(text, how, fc.integer({ min: 1, max: 40 }), async (text, { recordsMax, ...how }, size) => {
      const more = recordsMax === undefined ? how : { ...how, recordsMax };
      const blocks = await split(text, more, size);
      assertEquals(blocks.join(""), text);
      assertEquals(blocks, await split(text, more, 1000));
      const end = decoder.decode(how.recordEnd);
      for (const block of blocks.slice(0, -1)) assertEquals(block.endsWith(end), true);
    }),
  );
});
