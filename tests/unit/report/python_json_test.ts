import { assertEquals, assertMatch } from "@std/assert";
import fc from "../../support/seeded_check.ts";
import { indentedJson, lineJson } from "../../../src/report/python_json.ts";

Deno.test("lineJson() writes Python's separators and ASCII only", () => {
  const value = { a: [1, 2, []], b: { c: "x, y: z\n  q", d: {} }, é: "😀\u007f" };
  assertEquals(
    lineJson(value),
    '{"a": [1,2,[]],"b": {"c": "x, y: z\\n  q","d": {}},"\\u00e9": "\\ud83d\\ude00\\u007f"}',
  );
});

Deno.test("lineJson() and indentedJson() write what parses to the same value", () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    const plain = JSON.parse(JSON.stringify(value));
    for (const text of [lineJson(plain), indentedJson(plain)]) {
      assertEquals(JSON.parse(text), plain);
      assertMatch(text, /^[\n -~]*$/);
    }
    assertEquals(lineJson(plain).includes("\n"), false);
  }));
});
