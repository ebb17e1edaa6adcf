/**
 * JSON texts: what is wrong and where.
 *
 * @module
 */

import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "../../support/seeded_check.ts";
import { isWrittenNumber } from "../../../src/base/written_number.ts";
import { findPlace, formatSteps, JsonTextError, parseJsonText, parsePath } from "../../../src/job/json_text.ts";

const wrong: readonly (readonly [text: string, line: number, column: number, path: string, problem: string])[] = [
  ["", 1, 1, "", "a value must stand here, not the end of the text"],
  ["[\n1,\n]", 2, 2, "", 'no comma may stand before "]"'],
  ['{"a": [1, 2,]}', 1, 12, "a", 'no comma may stand before "]"'],
  ['{"a": 1,}', 1, 8, "", 'no comma may stand before "}"'],
  ["[1 2]", 1, 4, "", 'a comma or "]" must stand here, not "2"'],
  ['{"a" 1}', 1, 6, "", 'a colon must follow the key "a", not "1"'],
  ["{'a': 1}", 1, 2, "", "keys are written in double quotes"],
  ["{a: 1}", 1, 2, "", "keys are written in double quotes"],
  ["{1: 1}", 1, 2, "", "keys are written in double quotes"],
  ["{,}", 1, 2, "", 'a key in double quotes must stand here, not ","'],
  ["['a']", 1, 2, "[0]", "strings are written in double quotes"],
  ['{"a": {"b": True}}', 1, 13, "a.b", "True is Python; write true"],
  ["[None]", 1, 2, "[0]", "None is Python; write null"],
  ["// x\n1", 1, 1, "", "JSON has no comments"],
  ["[1, # one\n2]", 1, 5, "[1]", "JSON has no comments"],
  ["[1 /* one */]", 1, 4, "", "JSON has no comments"],
  ["[01]", 1, 2, "[0]", "01 is no number of JSON"],
  ["[+1]", 1, 2, "[0]", "+1 is no number of JSON"],
  ["[1.]", 1, 2, "[0]", "1. is no number of JSON"],
  ["[] []", 1, 4, "", '"[" stands after the end of the value; there can be only one'],
  ['["a', 1, 2, "[0]", "the text ends inside a string that begins here"],
  ['["a\nb"]', 1, 4, "[0]", "a string may not go on in the next line; a line break in it is written \\n"],
  ['["a\tb"]', 1, 4, "[0]", 'the control character "\\t" may not stand in a string; write it as an escape'],
  ['["\\x"]', 1, 3, "[0]", '"\\\\x" is no escape; a backslash is written \\\\'],
  ["\ufeff[]", 1, 1, "", "the text begins with a byte order mark; save it without one"],
  ['["äö😀" 1]', 1, 8, "", 'a comma or "]" must stand here, not "1"'],
];

for (const [text, line, column, path, problem] of wrong) {
  Deno.test(`parseJsonText() says what is wrong with ${JSON.stringify(text)}`, () => {
    const { where } = assertThrows(() => parseJsonText(text), JsonTextError);
    assertEquals([where.line, where.column, formatSteps(where.steps), where.problem], [line, column, path, problem]);
  });
}

Deno.test("parseJsonText() reads what Python's json reads beyond JSON, and nothing more", () => {
  assertEquals(parseJsonText('[NaN, Infinity, -Infinity, "\\u00e4", -500]'), [NaN, Infinity, -Infinity, "ä", -500]);
});

Deno.test("parseJsonText() keeps numbers as they were written where JavaScript would change them", () => {
  const written = ["9007199254740993", "18446744073709551615", "1.0", "100000.0", "1e5", "-0", "1E+2", "0.10", "1e999"];
  for (const text of [`[${written}]`, `[${written}, NaN]`]) {
    const numbers = parseJsonText(text) as unknown[];
    const texts = numbers.slice(0, written.length).map((value) => isWrittenNumber(value) ? value.rawJSON : value);
    assertEquals(texts, written, text);
  }
  assertEquals(parseJsonText("[7, -12.5, 9007199254740991]"), [7, -12.5, 9007199254740991]);
});

Deno.test("parseJsonText() gives all numbers back as JSON.stringify writes them", () => {
  const number = fc.stringMatching(/^-?(0|[1-9][0-9]{0,24})(\.[0-9]{1,9})?([eE][-+]?[0-9]{1,3})?$/);
  fc.assert(fc.property(fc.array(number), (numbers) => {
    assertEquals(JSON.stringify(parseJsonText(`[${numbers}]`)), `[${numbers}]`);
  }));
});

Deno.test("parseJsonText() refuses a key that stands twice in an object, and names both places", () => {
  const text = '[{"name": "a",\n  "execution": {"exec": "x", "exec" : "y"}}]';
  const { where } = assertThrows(() => parseJsonText(text), JsonTextError);
  assertEquals([where.line, where.column, formatSteps(where.steps)], [2, 30, "[0].execution"]);
  assertEquals(where.problem, 'the key "exec" stands twice in one object, first at line 2, column 17');
  assertThrows(() => parseJsonText('{"a": 1, "\\u0061": 2}'), JsonTextError, 'the key "a" stands twice');
  assertThrows(() => parseJsonText('{"a": {"__proto__": 1, "__proto__": 2}}'), JsonTextError, "twice");
  assertEquals(parseJsonText('[{"a": {"a": "a\\": "}}, {"a": 2}]'), [{ a: { a: 'a": ' } }, { a: 2 }]);
});

Deno.test("parseJsonText() finds a second key wherever it is planted", () => {
  const object = fc.dictionary(fc.string(), fc.json().map((text) => JSON.parse(text) as unknown), { minKeys: 1 });
  fc.assert(fc.property(object, fc.array(fc.constantFrom("[]", "{}")), (value, around) => {
    const inner = JSON.stringify(value);
    const [key] = Object.keys(value);
    const wrap = (text: string) =>
      around.reduce((whole, kind) => kind === "[]" ? `[0, ${whole}]` : `{"k": ${whole}}`, text);
    assertEquals(JSON.stringify(parseJsonText(wrap(inner))), JSON.stringify(JSON.parse(wrap(inner))));
    const planted = `${inner.slice(0, -1)},${JSON.stringify(key)}:0}`;
    assertThrows(() => parseJsonText(wrap(planted)), JsonTextError, "stands twice");
  }));
});

Deno.test("parseJsonText() keeps a key __proto__ a key", () => {
  const value = parseJsonText('{"__proto__": NaN}') as object;
  assertEquals([Object.hasOwn(value, "__proto__"), Object.getPrototypeOf(value)], [true, Object.prototype]);
});

Deno.test("parseJsonText() refuses, and findPlace() bears, what is nested without end", () => {
  const deep = "[".repeat(100_000);
  assertStringIncludes(assertThrows(() => parseJsonText(deep), JsonTextError).message, "nested deeper than 500");
  const legal = "[".repeat(600) + "]".repeat(600);
  assertEquals(findPlace(legal, Array.from({ length: 550 }, () => 0)).line, 1);
});

/** Reads a text, and forgets how its numbers were written. */
function parsePlain(text: string): unknown {
  return JSON.parse(JSON.stringify(parseJsonText(text)));
}

Deno.test("parseJsonText() agrees with JSON.parse on every text that JSON.stringify writes, cut anywhere", () => {
  fc.assert(fc.property(fc.json(), fc.nat(), fc.constantFrom(0, 2), (text, cut, indent) => {
    const whole = JSON.stringify(JSON.parse(text), null, indent);
    assertEquals(parsePlain(whole), JSON.parse(whole));
    const part = whole.slice(0, cut % (whole.length + 1));
    let right: unknown;
    try {
      right = JSON.parse(part);
    } catch {
      assertThrows(() => parseJsonText(part), JsonTextError);
      return;
    }
    assertEquals(parsePlain(part), right);
  }));
});

Deno.test("findPlace() finds every value of a text", () => {
  const text = '[\n  {"a": {"b c": [1,\n "x"]}},\n 2]';
  assertEquals(findPlace(text, []), { line: 1, column: 1 });
  assertEquals(findPlace(text, [0]), { line: 2, column: 3 });
  assertEquals(findPlace(text, [0, "a"]), { line: 2, column: 4 });
  assertEquals(findPlace(text, [0, "a", "b c", 1]), { line: 3, column: 2 });
  assertEquals(findPlace(text, [1]), { line: 4, column: 2 });
  assertEquals(findPlace(text, [0, "a", "missing", "x"]), { line: 2, column: 4 });
});

Deno.test("parsePath() reads what errors about job descriptions carry", () => {
  assertEquals(parsePath("execution.args[2]"), ["execution", "args", 2]);
  assertEquals(parsePath('execution.env["my \\"var\\""]'), ["execution", "env", 'my "var"']);
  assertEquals(parsePath(""), []);
  const steps = ["a", "b c", 3, "__proto__", "ä"];
  assertEquals(parsePath(formatSteps(steps)), steps);
});

Deno.test("parseJsonText() reads strings of any length, with any escapes, and finds what is wrong behind them", () => {
  const long = "x".repeat(12_000_000);
  assertEquals((parseJsonText(JSON.stringify({ a: long, b: 1 })) as { a: string }).a.length, long.length);
  const escapes = JSON.stringify({ a: '"\\\n'.repeat(1_000_000) });
  assertEquals((parseJsonText(escapes) as { a: string }).a.length, 3_000_000);
  const error = assertThrows(() => parseJsonText(`{"a": "${long}", "a": 1}`), JsonTextError);
  assertStringIncludes(error.message, 'the key "a" stands twice');
});
