import { assertEquals } from "@std/assert";
import fc from "../../support/seeded_check.ts";
import { TextLines } from "../../../src/base/text_lines.ts";

function linesOf(pieces: readonly Uint8Array[]): string[] {
  const lines = new TextLines();
  return [...pieces.flatMap((piece) => lines.push(piece)), ...lines.finish()];
}

/** The same by a simple way: all bytes at once. */
function modelLines(bytes: Uint8Array): string[] {
  const lines = new TextDecoder().decode(bytes).split("\n");
  const last = lines.pop()!;
  return [...lines.map((line) => line.replace(/\r$/, "")), ...(last === "" ? [] : [last])];
}

function cutAt(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  return places.slice(1).map((to, index) => bytes.subarray(places[index]!, to));
}

Deno.test("TextLines gives the same lines wherever the bytes are cut, also within characters, line ends and no UTF-8", () => {
  const byte = fc.oneof(fc.constantFrom(10, 13, 97, 0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xff, 0xef, 0xbb, 0xbf), fc.nat(255));
  fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), fc.array(byte), fc.array(fc.nat()), (any, likely, cuts) => {
    const bytes = Uint8Array.from([...likely, ...any]);
    assertEquals(linesOf(cutAt(bytes, cuts)), modelLines(bytes));
  }));
});

Deno.test("TextLines leaves line ends out, keeps empty lines, and counts a last line without an end", () => {
  const of = (text: string) => linesOf([new TextEncoder().encode(text)]);
  assertEquals(of("a\r\nb\n\nc"), ["a", "b", "", "c"]);
  assertEquals(of("a\n"), ["a"]);
  assertEquals([of(""), of("\n"), of("\r\n"), of("a\rb\r")], [[], [""], [""], ["a\rb\r"]]);
  assertEquals(linesOf([new Uint8Array([0xff, 10, 0xc3])]), ["\ufffd", "\ufffd"]);
});
