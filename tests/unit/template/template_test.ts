/**
 * Placeholders: where they may stand, what fills them, what is refused.
 *
 * @module
 */

import { assert, assertEquals, assertFalse, assertStrictEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc, { anyCharacter } from "../../support/seeded_check.ts";
import { TemplateError } from "../../../src/errors.ts";
import { compileTemplate, fillTemplate, type Parameters, parseTemplate } from "../../../src/template/template.ts";

function fill(text: string, ...parameters: Parameters[]): unknown {
  return fillTemplate(parseTemplate(text), ...parameters);
}

/** Fails to fill `text` and returns the error. */
function failOn(text: string, ...parameters: Parameters[]): TemplateError {
  return assertThrows(() => fill(text, ...parameters), TemplateError);
}

Deno.test("fillTemplate() fills $name and ${name} inside quotes, in values and in keys", () => {
  assertEquals(fill("{'$a': '${a}-$b_2.${a}x', \"k$b_2\": \"$a\"}", { a: "A", b_2: "B" }), { A: "A-B.Ax", kB: "A" });
  assertEquals(parseTemplate("{'$a': ['${b}', $a, ${c}]}").placeholders, ["a", "b", "c"]);
});

Deno.test("fillTemplate() puts any text into quotes verbatim", () => {
  const hostile = fc.string({ unit: anyCharacter });
  fc.assert(fc.property(hostile, hostile, (a, b) => {
    const filled = fill("['$a', \"<${b}>\", {'k$a': 1}]", { a, b }) as [string, string, Record<string, number>];
    assertEquals(filled.slice(0, 2), [a, `<${b}>`]);
    assertEquals(Object.keys(filled[2]), [`k${a}`]);
  }));
  assertEquals(fill("'$a'", { a: "${a} $$ $b '\"\\n\n" }), "${a} $$ $b '\"\\n\n", "a value is not read again");
});

Deno.test("fillTemplate() makes one dollar of two, so that run-time variables pass through", () => {
  assertEquals(fill("'$${it} $$HOME $$$$ $$$a'", { a: "x" }), "${it} $HOME $$ $x");
  assertEquals(fill(String.raw`'\$a \\$a \u0024a'`, { a: "x" }), String.raw`\x \x $a`, "an escaped dollar is plain");
});

Deno.test("fillTemplate() writes other values inside quotes as QCG-PilotJob did", () => {
  const values = {
    n: 1.5,
    big: 12345678901234567890n,
    yes: true,
    no: false,
    none: null,
    list: ["a", 1],
    map: { a: null },
  };
  assertEquals(
    fill("'$n $big $yes $no $none $list $map'", values),
    '1.5 12345678901234567890 True False None ["a",1] {"a":null}',
  );
});

Deno.test("fillTemplate() puts a value into a bare place as it is", () => {
  const args = ["it's", ["${it}", 1], { "a'": null }];
  const filled = fill("{'args': ${args}, 'n': $n, 'yes': [$yes], 'none': $none, 'big': $big}", {
    args,
    n: -1.5,
    yes: true,
    none: null,
    big: 7n,
  });
  assertEquals(filled, { args: [...args], n: -1.5, yes: [true], none: null, big: 7 });
  args.push("later");
  assertEquals((filled as { args: unknown[] }).args.length, 3, "a later change changes no job");
});

Deno.test("fillTemplate() reads a text in a bare place as a literal, without placeholders", () => {
  assertEquals(fill("{'args': ${args}}", { args: '["-v", "/etc/hostname"]' }), { args: ["-v", "/etc/hostname"] });
  assertEquals(fill("[$a, $b, $c]", { a: "('x', '$$ ${it}',)", b: " 4 ", c: "None" }), [["x", "$$ ${it}"], 4, null]);
});

Deno.test("fillTemplate() says that a text in a bare place is no literal", () => {
  const error = failOn("{\n  'args': ${args}\n}", { args: "hello" });
  assertEquals([error.placeholder, error.line, error.column], ["args", 2, 11]);
  assertStringIncludes(error.message, 'Placeholder "args" at line 2, column 11 of the template stands outside quotes');
  assertStringIncludes(error.message, '"hello" is none: Cannot parse the literal at line 1, column 1');
  assert(error.cause instanceof TemplateError);
  const fragment = failOn("['x', ${rest}]", { rest: "'a', 'b'" }).message;
  assertStringIncludes(fragment, `stands for one value, and "'a', 'b'" are several: let it stand for the whole list`);
  assertStringIncludes(fragment, `'args': \${rest}, and give all of the list as one value, such as ["a", "b"]`);
  assertStringIncludes(failOn("[$a]", { a: "1]".repeat(1000) }).message, "1]1]…");
});

Deno.test("fillTemplate() refuses keys that become equal", () => {
  assertStringIncludes(failOn("{'a': 1, '$k': 2}", { k: "a" }).message, 'The key "a" stands twice in one object');
});

Deno.test("fillTemplate() lets later objects win, and skips absent ones", () => {
  const text = "['$a', '$b', '$c']";
  assertEquals(fill(text, { a: 1, b: 1, c: 1 }, null, { b: 2, c: 2 }, undefined, { c: 3 }), ["1", "2", "3"]);
  assertEquals(fill("'$a'", { a: 1, unused: 2 }), "1", "unused names are ignored");
});

Deno.test("fillTemplate() takes own properties only", () => {
  const error = failOn("'$toString'", {});
  assertEquals(error.placeholder, "toString");
  assertEquals(failOn("'$a'", Object.create({ a: 1 })).placeholder, "a");
  assertEquals(failOn("'$__proto__'", {}).placeholder, "__proto__");
  assertEquals(fill("'$__proto__ $constructor'", JSON.parse('{"__proto__": "p", "constructor": "c"}')), "p c");
  const filled = fill("{'$key': {'polluted': 1}, 'copy': $copy}", {
    key: "__proto__",
    copy: JSON.parse('{"__proto__": {"polluted": 1}}'),
  }) as Record<string, Record<string, unknown>>;
  assertEquals(Object.keys(filled), ["__proto__", "copy"]);
  assertEquals(Object.keys(filled["copy"]!), ["__proto__"]);
  assertEquals([filled["polluted"], filled["copy"]!["polluted"]], [undefined, undefined]);
});

Deno.test("fillTemplate() names a placeholder without a value, and the near miss", () => {
  const error = failOn("{'name': '$name',\n 'exec': '${exec}'}", { name: "tj" }, { exce: "date" });
  assertEquals([error.placeholder, error.line, error.column], ["exec", 2, 11]);
  assertEquals(
    error.message,
    'Placeholder "exec" at line 2, column 11 of the template has no value; is "exce" misspelt?',
  );
  assertStringIncludes(
    failOn("'$exec'", { name: "tj" }).message,
    "has no value: give it as a parameter, or as a default",
  );
  assertFalse(failOn("'$exec $exe'", { exe: 1 }).message.includes("misspelt"), "a name in use is not misspelt");
  assertStringIncludes(failOn("[$exec]", null).message, 'Placeholder "exec" at line 1, column 2');
});

Deno.test("fillTemplate() refuses what JSON cannot hold, inside quotes and outside", () => {
  const cyclic: Record<string, unknown> = {};
  cyclic["self"] = { again: cyclic };
  let deep: unknown = 1;
  for (let level = 0; level <= 200; level++) deep = [deep];
  const cases: readonly [value: unknown, problem: string][] = [
    [undefined, "has a value that is undefined"],
    [() => 1, "has a value that is a function"],
    [Symbol("s"), "has a value that is a symbol"],
    [NaN, "has a value that is NaN, which is not a finite number"],
    [-Infinity, "has a value that is -Infinity"],
    [["a", [undefined]], "has a value whose [1][0] is undefined"],
    // deno-lint-ignore no-sparse-arrays -- the hole is the value under test
    [["a", , "b"], "has a value whose [1] is undefined"],
    [{ env: { "a'b": NaN } }, 'has a value whose ["env"]["a\'b"] is NaN, which is not a finite number'],
    [cyclic, 'has a value whose ["self"]["again"] is cyclic'],
    [deep, "nested deeper than 200 levels"],
    [new Date(0), "has a value that is a Date"],
    [new Map(), "has a value that is a Map"],
    [[new Uint8Array(1)], "has a value whose [0] is a Uint8Array"],
    [new (class Mine {})(), "has a value that is an instance of a class"],
  ];
  for (const [value, problem] of cases) {
    for (const text of ["{'a': $a}", "{'a': '$a'}"]) {
      const error = failOn(text, { a: value });
      assertStringIncludes(error.message, problem);
      assertEquals(error.placeholder, "a");
    }
  }
  assertEquals(
    JSON.stringify(fill("[$a, '$a']", { a: (1n << 60n) + 1n })),
    '[1152921504606846977,"1152921504606846977"]',
  );
  const shared = ["x"];
  assertEquals(
    fill("[$a]", { a: [shared, shared, Object.create(null)] }),
    [[["x"], ["x"], {}]],
    "shared is not cyclic",
  );
});

Deno.test("parseTemplate() refuses a malformed placeholder with line and column", () => {
  const bare = 'a bare "$": write "$$" for a dollar, or "${name}" for a placeholder';
  const brace = 'this "${" starts no placeholder';
  const cases: readonly [text: string, line: number, column: number, problem: string][] = [
    ["{'a': '10 $ more'}", 1, 11, bare],
    ["{\r\n 'a': 'é😀$'\r\n}", 2, 11, bare],
    ["[\n\n$]", 3, 1, bare],
    ["'$1'", 1, 2, bare],
    ["'$é'", 1, 2, bare],
    ["'$$$'", 1, 4, bare],
    ["'${a'", 1, 2, brace],
    ["'${}'", 1, 2, brace],
    ["'${a.b}'", 1, 2, brace],
    ["'${1a}'", 1, 2, brace],
    ["[$$]", 1, 2, '"$$" stands for a dollar, which may only be in quotes'],
    ["[\n '$a\n]", 2, 5, "the line ends before the closing ' of the text that starts at line 2, column 2"],
    ["['x\\\n$a", 2, 3, "the text ends before the closing ' of the text that starts at line 1, column 2"],
    ["{$a: 1}", 1, 2, 'expected a key in quotes, found "$"'],
    ["[$a$b]", 1, 4, 'expected "," or "]", found "$"'],
    ["[1$a]", 1, 3, 'expected "," or "]", found "$"'],
    ["'$name': 1", 1, 8, "the braces { } around the whole text are missing"],
  ];
  for (const [text, line, column, problem] of cases) {
    const error = assertThrows(() => parseTemplate(text), TemplateError);
    assertStringIncludes(error.message, `Cannot parse the template at line ${line}, column ${column}: `);
    assertStringIncludes(error.message, problem);
    assertEquals([error.line, error.column], [line, column], text);
  }
});

Deno.test("parseTemplate() throws nothing but TemplateError for random text", () => {
  const fragment = fc.constantFrom(..."{}[](),:'\"\\$ \n_a1", "${a}", "$a", "$$", "${", "'a': ", "\\u0024");
  const text = fc.oneof(
    fc.string({ unit: anyCharacter }),
    fc.array(fragment, { maxLength: 60 }).map((all) => all.join("")),
  );
  fc.assert(
    fc.property(text, fc.anything(), (text, a) => {
      try {
        fill(text, { a });
      } catch (thrown) {
        if (!(thrown instanceof TemplateError)) throw thrown;
      }
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("parseTemplate() knows the place of each of many placeholders in a long text", () => {
  const text = `[\n${"'$a', $b,\n".repeat(20_000)}]`;
  assertEquals(parseTemplate(text).placeholders, ["a", "b"]);
  assertEquals(failOn(`${text.slice(0, -1)}'$c']`, { a: 1, b: 1 }).line, 20_002);
});

Deno.test("compileTemplate() parses an equal text once, and forgets the oldest", () => {
  const first = compileTemplate("['$a', 'first']");
  assertStrictEquals(compileTemplate("['$a', " + "'first']"), first);
  for (let index = 0; index < 256; index++) compileTemplate(`['$a', ${index}]`);
  assert(compileTemplate("['$a', 'first']") !== first);
  const long = `'${"x".repeat(100_000)}'`;
  assert(compileTemplate(long) !== compileTemplate(long), "a long text is not kept");
});
