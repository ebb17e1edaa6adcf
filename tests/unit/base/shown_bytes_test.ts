import { assertEquals } from "@std/assert";
import fc from "../../support/seeded_check.ts";
import { showBytes } from "../../../src/base/shown_bytes.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);

Deno.test("showBytes() leaves text as it is, also what stands for bytes that are none", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => {
    assertEquals(showBytes(bytesOf(text)), text);
  }));
  assertEquals(showBytes(bytesOf("\ufffd\ufeffx\0")), "\ufffd\ufeffx\0");
});

Deno.test("showBytes() shows each byte that is no text, and all that is text around it", () => {
  assertEquals(showBytes(new Uint8Array([0x61, 0xe9, 0x62])), "a\\xe9b");
  assertEquals(showBytes(new Uint8Array([0xe2, 0x82, 0x41])), "\\xe2\\x82A");
  assertEquals(showBytes(new Uint8Array([0xff, 0xfe, 0xef, 0xbf, 0xbd])), "\\xff\\xfe\ufffd");
  assertEquals(showBytes(new Uint8Array([0xf0, 0x9f, 0x98])), "\\xf0\\x9f\\x98");
});

Deno.test("showBytes() shows any bytes, from which they can be made again", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }).filter((bytes) => !bytes.includes(0x5c)), (bytes) => {
    const back = showBytes(bytes).split(/(\\x[0-9a-f]{2})/).flatMap((part) =>
      /^\\x/.test(part) ? [Number.parseInt(part.slice(2), 16)] : [...bytesOf(part)]
    );
    assertEquals(back, [...bytes]);
  }));
});

Deno.test("showBytes() leaves out half a character where more stood before", () => {
  const end = bytesOf("aé€x").subarray(2); // the second half of é
  assertEquals(showBytes(end, true), "€x");
  assertEquals(showBytes(end), "\\xa9€x");
  assertEquals(showBytes(new Uint8Array(5).fill(0x80), true), "\\x80\\x80");
});
