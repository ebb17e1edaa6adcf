/**
 * The value language: JSON and the Python form.
 *
 * @module
 */

import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc, { anyCharacter } from "../../support/seeded_check.ts";
import { TemplateError } from "../../../src/errors.ts";
import { parseLiteral } from "../../../src/template/literal.ts";

/** Fails to parse `text` and returns the error. */
function failOn(text: string): TemplateError {
  return assertThrows(() => parseLiteral(text), TemplateError);
}

/** Prints as Python's `repr()` does; `style` decides what several Python values map to. */
function pythonRepr(value: unknown, style: { tuples: boolean; trailing: boolean }): string {
  if (value === null) return "None";
  if (value === true) return "True";
  if (value === false) return "False";
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return pythonText(value);
  const print = (item: unknown) => pythonRepr(item, style);
  const comma = style.trailing ? ", " : "";
  if (Array.isArray(value)) {
    if (style.tuples) return `(${value.map(print).join(", ")}${value.length === 1 ? "," : ""})`;
    return `[${value.map(print).join(", ")}${value.length > 0 ? comma : ""}]`;
  }
  const entries = Object.entries(value as object).map(([key, item]) => `${pythonText(key)}: ${print(item)}`);
  return `{${entries.join(", ")}${entries.length > 0 ? comma : ""}}`;
}

function pythonText(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let printed = "";
  for (const letter of text) {
    const code = letter.codePointAt(0)!;
    if (letter === quote || letter === "\\") printed += `\\${letter}`;
    else if (letter === "\n") printed += "\\n";
    else if (letter === "\r") printed += "\\r";
    else if (letter === "\t") printed += "\\t";
    else if (code >= 0x20 && code < 0x7f) printed += letter;
    else if (code <= 0xff) printed += `\\x${code.toString(16).padStart(2, "0")}`;
    else if (code <= 0xffff) printed += `\\u${code.toString(16).padStart(4, "0")}`;
    else printed += `\\U${code.toString(16).padStart(8, "0")}`;
  }
  return `${quote}${printed}${quote}`;
}

Deno.test("parseLiteral() equals JSON.parse() for whatever JSON.stringify() prints", () => {
  fc.assert(fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2, "\t"), (value, indent) => {
    const text = JSON.stringify(value, undefined, indent);
    assertEquals(parseLiteral(text), JSON.parse(text));
  }));
  fc.assert(fc.property(fc.double({ noDefaultInfinity: true, noNaN: true }), (value) => {
    assertEquals(parseLiteral(JSON.stringify(value)), JSON.parse(JSON.stringify(value)));
  }));
  fc.assert(fc.property(fc.string({ unit: anyCharacter }), (value) => {
    assertEquals(parseLiteral(JSON.stringify(value)), value);
  }));
});

Deno.test("parseLiteral() reads whatever Python prints", () => {
  const style = fc.record({ tuples: fc.boolean(), trailing: fc.boolean() });
  const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;
  fc.assert(fc.property(fc.jsonValue({ stringUnit: anyCharacter }), style, (value, style) => {
    assertEquals(parseLiteral(pythonRepr(plain(value), style)), plain(value) as never);
  }));
});

Deno.test("parseLiteral() throws nothing but TemplateError, with a place inside the text", () => {
  const fragment = fc.constantFrom(
    ..."{}[]():,'\"\\$ \n\r\t#+-._0123456789eExuUTNtn",
    "True",
    "None",
    "'a': 1,",
    "\\u00",
    "\\U0011",
    "${it}",
    "1e",
    "\uFEFF",
    "é",
    "\uD800",
  );
  const text = fc.oneof(
    fc.string({ unit: anyCharacter }),
    fc.array(fragment, { maxLength: 60 }).map((all) => all.join("")),
  );
  fc.assert(
    fc.property(text, (text) => {
      try {
        parseLiteral(text);
      } catch (thrown) {
        if (!(thrown instanceof TemplateError)) throw thrown;
        const lines = text.split(/\r\n|\r|\n/);
        const line = lines[thrown.line! - 1];
        if (line === undefined || thrown.column! < 1 || thrown.column! > line.length + 2) throw thrown;
      }
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("parseLiteral() reads words, numbers, tuples and trailing commas", () => {
  assertEquals(parseLiteral("[True, true, False, false, None, null,]"), [true, true, false, false, null, null]);
  const numbers = JSON.parse(JSON.stringify(parseLiteral("[0, -5, +3, 1.5, .5, 5., 1e5, -2E-2, 1e+3]")));
  assertEquals(numbers, [0, -5, 3, 1.5, 0.5, 5, 1e5, -0.02, 1000]);
  assertEquals(parseLiteral("((), (1,), (1, 2), (1, 2,), [[],], {},)"), [[], [1], [1, 2], [1, 2], [[]], {}]);
  assertEquals(parseLiteral(" \t\r\n('in parentheses')\n"), "in parentheses");
  assertEquals(parseLiteral("\uFEFF{ 'a' : {\"b\": [1,],}, }"), { a: { b: [1] } });
  assertEquals(parseLiteral("9007199254740991"), Number.MAX_SAFE_INTEGER);
  assertEquals(parseLiteral("100000000000000000000"), 1e20);
  assertEquals(parseLiteral("-123456789012345680000"), -123456789012345680000, "as JavaScript prints it");
});

Deno.test("parseLiteral() reads the escapes of JSON and of Python", () => {
  assertEquals(parseLiteral(String.raw`'\n\t\r\b\f\v\a\\\'\"\/'`), "\n\t\r\b\f\v\x07\\'\"/");
  assertEquals(parseLiteral(String.raw`"\x41\u00e9\U0001F600\uD83D\uDE00\0\101"`), "Aé😀😀\0A");
  assertEquals(parseLiteral("'joined \\\nline \\\r\nby \\\rline'"), "joined line by line");
  assertEquals(parseLiteral(String.raw`'\d+ \. \N{DASH}'`), String.raw`\d+ \. \N{DASH}`, "unknown escapes stay");
  assertEquals(parseLiteral(`["it's", 'say "no"']`), ["it's", 'say "no"']);
  assertEquals(parseLiteral("'$$ $HOME ${it} $'"), "$$ $HOME ${it} $", "a literal has no placeholders");
});

Deno.test("parseLiteral() keeps hostile keys as own properties", () => {
  const value = parseLiteral("{'__proto__': {'polluted': True}, 'constructor': 1, 'a': 2}") as Record<
    string,
    unknown
  >;
  assertEquals(Object.keys(value), ["__proto__", "constructor", "a"]);
  assertEquals(value["polluted"], undefined);
  assertEquals(Object.getPrototypeOf(value), Object.prototype);
  assertEquals(value["a"], 2);
  assertEquals(({} as Record<string, unknown>)["polluted"], undefined);
});

Deno.test("parseLiteral() sets no prototype where __proto__ is an accessor, as with --unstable-unsafe-proto", () => {
  const assigned: unknown[] = [];
  Object.defineProperty(Object.prototype, "__proto__", { configurable: true, set: (value) => assigned.push(value) });
  try {
    parseLiteral("{'__proto__': 1}");
  } finally {
    Reflect.deleteProperty(Object.prototype, "__proto__");
  }
  assertEquals(assigned, []);
});

Deno.test("parseLiteral() keeps the digits of every number", () => {
  const cases: readonly [text: string, written: string][] = [
    ["9007199254740993", "9007199254740993"],
    ["-18446744073709551615", "-18446744073709551615"],
    ["1.0", "1.0"],
    ["+100000.0", "100000.0"],
    ["1e5", "1e5"],
    [".5", "0.5"],
    ["5.", "5.0"],
    ["5.e3", "5.0e3"],
    ["0x1F", "31"],
    ["0xFFFFFFFFFFFFFFFF", "18446744073709551615"],
    ["-0o17", "-15"],
    ["0b1_01", "5"],
    ["0x_ff", "255"],
    ["1_000_000", "1000000"],
    ["1_0.2_5", "10.25"],
  ];
  for (const [text, written] of cases) assertEquals(JSON.stringify([parseLiteral(text)]), `[${written}]`, text);
});

Deno.test("parseLiteral() refuses what is no number, and numbers without end", () => {
  assertStringIncludes(failOn("1e309").message, "the number 1e309 is too large");
  assertStringIncludes(failOn("-1e309").message, "the number -1e309 is too large");
  for (const text of ["007", "1__0", "1_", "_1", "0x", "0xG", "1.2.3", "1e", "--1", "1j", ".", "+", "1e5e5"]) {
    if (text === "_1") assertStringIncludes(failOn(text).message, 'found the word "_1"');
    else assertStringIncludes(failOn(text).message, `"${text === "--1" ? "-" : text}" is not a number`);
  }
});

Deno.test("parseLiteral() reads texts as Python writes them: joined, raw, in three quotes, with comments between", () => {
  const cases: readonly [text: string, value: unknown][] = [
    ["'a' 'b'\n \"c\"", "abc"],
    ["['-n' # why\n '5', 'x']", ["-n5", "x"]],
    ["{'k' 'ey': 1}", { key: 1 }],
    ["{ # first\n'a': 1, # second\r\n'b': 2 # last\n} # end", { a: 1, b: 2 }],
    ["'a # no comment'", "a # no comment"],
    ["'''it's\ntwo \"lines\" \\t'''", 'it\'s\ntwo "lines" \t'],
    ['"""a\r\nb""\\""""', 'a\nb"""'],
    ['""""""', ""],
    ["''", ""],
    [String.raw`r'\d+\n' R"\"" u'\x41'`, String.raw`\d+\n\"A`],
    ["r'''\\\n'''", "\\\n"],
  ];
  for (const [text, value] of cases) assertEquals<unknown>(parseLiteral(text), value, text);
});

Deno.test("parseLiteral() refuses a key that stands twice in an object", () => {
  const { message, line, column } = failOn("{'a': 1,\n 'b': {'a': 3}, \"\\x61\": 2}");
  assertStringIncludes(message, 'the key "a" stands twice in one object, first at line 1, column 2');
  assertEquals([line, column], [2, 17]);
});

Deno.test("parseLiteral() limits the depth instead of overflowing the stack", () => {
  assertEquals(typeof parseLiteral("[".repeat(200) + "]".repeat(200)), "object");
  for (const open of ["[", "(", "{'a':"]) {
    assertStringIncludes(failOn(open.repeat(100_000)).message, "nested deeper than 200 levels");
  }
  assertEquals(failOn("[".repeat(201)).column, 201);
});

Deno.test("parseLiteral() says what it expected, and where", () => {
  const cases: readonly [text: string, line: number, column: number, problem: string][] = [
    ["", 1, 1, "expected a value, found the end of the text"],
    ["[1, 2", 1, 6, 'expected "," or "]", found the end of the text'],
    ["(1 2)", 1, 4, 'expected "," or ")", found "2"'],
    ["[\n  1,\r\n  é]", 3, 3, 'expected a value, found "é" (U+00E9)'],
    ["[,]", 1, 2, 'expected a value, found ","'],
    ["[1,,]", 1, 4, 'expected a value, found ","'],
    ["{,}", 1, 2, 'expected a key in quotes, found ","'],
    ["{a: 1}", 1, 2, 'expected a key in quotes, found "a"'],
    ["{1: 1}", 1, 2, 'expected a key in quotes, found "1"'],
    ["{'a', 'b'}", 1, 5, 'expected ":" after the key, found ","'],
    ["{'a': 1\r'b': 2}", 2, 1, `expected "," or "}", found "'"`],
    ["'a' 5", 1, 5, 'expected the end of the text, found "5"'],
    ["'a': 1", 1, 4, 'found ":"; the braces { } around the whole text are missing'],
    ["[1, # one", 1, 10, "expected a value, found the end of the text"],
    ["hello", 1, 1, 'found the word "hello"; a text needs quotes'],
    ["TRUE", 1, 1, 'found the word "TRUE" (did you mean "true"?)'],
    ["$it", 1, 1, 'expected a value, found "$"'],
    ["['''a\n''", 2, 3, "the text ends before the closing ''' of the text that starts at line 1, column 2"],
    ["b'a'", 1, 1, "bytes are not part of the language: write a plain text"],
    ["['a' f'{b}']", 1, 6, "f-strings are not part of the language"],
    ["['a", 1, 4, "the text ends before the closing ' of the text that starts at line 1, column 2"],
    [
      "['a\n']",
      1,
      4,
      'the line ends before the closing \' of the text that starts at line 1, column 2; write "\\n" for a line end inside',
    ],
    ["['a\r']", 1, 4, "the line ends before the closing '"],
    ["'\\u12'", 1, 2, "\\u needs 4 hexadecimal digits"],
    ["'\\xZ'", 1, 2, "\\x needs 2 hexadecimal digits"],
    ["'\\U00110000'", 1, 2, "beyond the last Unicode character"],
    ["“a”", 1, 1, 'found "“" (U+201C)'],
    ["[1,\u00A02]", 1, 4, "(U+00A0)"],
    ["[1,\0]", 1, 4, "found U+0000"],
  ];
  for (const [text, line, column, problem] of cases) {
    const error = failOn(text);
    assertStringIncludes(error.message, problem);
    assertStringIncludes(error.message, `Cannot parse the literal at line ${line}, column ${column}: `);
    assertEquals([error.line, error.column, error.code], [line, column, "TEMPLATE"], text);
  }
});
