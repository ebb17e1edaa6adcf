import { assertEquals } from "@std/assert";
import { defined } from "../../../src/base/defined.ts";

Deno.test("defined() leaves out the keys without a value, and keeps the order of the others", () => {
  const all = { b: 0, a: undefined, d: null, c: "", e: false };
  assertEquals(Object.entries(defined<Record<string, unknown>>(all)), [["b", 0], ["d", null], ["c", ""], ["e", false]]);
  assertEquals(Object.keys(all).length, 5);
});
