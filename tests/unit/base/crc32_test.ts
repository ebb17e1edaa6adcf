import { crc32 as crc32OfZlib } from "node:zlib";
import fc from "../../support/seeded_check.ts";
import { assertEquals } from "@std/assert";
import { crc32 } from "../../../src/base/crc32.ts";

Deno.test("crc32() is the checksum of zip and gzip, at once and in parts", () => {
  assertEquals(crc32(new TextEncoder().encode("123456789")), 0xcbf43926);
  fc.assert(fc.property(fc.uint8Array(), fc.uint8Array(), (first, second) => {
    assertEquals(crc32(first), crc32OfZlib(first));
    assertEquals(crc32(second, crc32(first)), crc32OfZlib(new Uint8Array([...first, ...second])));
  }));
});
