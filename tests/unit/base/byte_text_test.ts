import fc from "../../support/seeded_check.ts";
import { assertEquals } from "@std/assert";
import { decodeBytes, encodeText, hasRawBytes, isByteText } from "../../../src/base/byte_text.ts";

Deno.test("decodeBytes() reads UTF-8 as it is, and escapes each other byte as Python's surrogateescape does", () => {
  const texts: [bytes: number[], text: string][] = [
    [[0x61, 0xc3, 0xa9], "aé"],
    [[0x63, 0xe9], "c\udce9"],
    [[0xff, 0xfe], "\udcff\udcfe"],
    // Half a character, an overlong one, and half a surrogate pair are no UTF-8.
    [[0xe2, 0x82], "\udce2\udc82"],
    [[0xc0, 0xaf], "\udcc0\udcaf"],
    [[0xed, 0xb2, 0x80], "\udced\udcb2\udc80"],
    [[0xf0, 0x9f, 0x98, 0x80, 0x80], "😀\udc80"],
    [[0xef, 0xbb, 0xbf], "\ufeff"],
    [[0xef, 0xbf, 0xbd], "\ufffd"],
  ];
  for (const [bytes, text] of texts) assertEquals(decodeBytes(Uint8Array.from(bytes)), text);
});

Deno.test("encodeText() gives back the bytes, also through JSON", () => {
  const byte = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0xc3, 0xa9, 0xed, 0xb2, 0x80, 0xf0, 0x9f));
  fc.assert(fc.property(fc.array(byte), (bytes) => {
    const text = decodeBytes(Uint8Array.from(bytes));
    assertEquals([...encodeText(JSON.parse(JSON.stringify(text)))], bytes);
    assertEquals(isByteText(text), true);
  }));
});

Deno.test("isByteText() and hasRawBytes() tell what encodeText() alone can encode, and what nothing can", () => {
  const texts = ["a😀", "\udc80", "😀\udcff", "\ud800", "\udc7f", "\ud83d"];
  assertEquals(texts.map(hasRawBytes), [false, true, true, true, true, true]);
  assertEquals(texts.map(isByteText), [true, true, true, false, false, false]);
});
