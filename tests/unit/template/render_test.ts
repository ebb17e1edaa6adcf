/**
 * From the template function to the filled value, and the templates that come with the package.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc, { anyCharacter } from "../../support/seeded_check.ts";
import { TemplateError } from "../../../src/errors.ts";
import { BasicTemplate, QCGPJTemplate } from "../../../src/template/basic_template.ts";
import { defineTemplate } from "../../../src/template/define_template.ts";
import { renderTemplate } from "../../../src/template/render.ts";
import type { AnyTemplate } from "../../../src/template/types.ts";

Deno.test("BasicTemplate.template() returns text and defaults", () => {
  const [text, defaults] = BasicTemplate.template();
  assertStringIncludes(text, "'args': ${args},");
  assertEquals(defaults, { args: [], stdout: "stdout", stderr: "stderr" });
  assertEquals(BasicTemplate.template.required, ["name", "exec"]);
  assertEquals(BasicTemplate.template.optional, ["args", "stdout", "stderr"]);
  assert(BasicTemplate.prototype instanceof QCGPJTemplate);
});

Deno.test("BasicTemplate.template carries any text unchanged", () => {
  const nasty = fc.constantFrom("'", '"', "\\", "$", "${name}", "$$", "\n", "\0", "]", ", 'x': '", "é", "\u2028", "😀");
  const hostile = fc.oneof(
    fc.string({ unit: anyCharacter }),
    fc.array(nasty, { maxLength: 12 }).map((all) => all.join("")),
  );
  const parameters = fc.record({
    name: hostile,
    exec: hostile,
    args: fc.array(hostile),
    stdout: hostile,
    stderr: hostile,
  });
  fc.assert(fc.property(parameters, ({ name, ...execution }) => {
    assertEquals(renderTemplate(BasicTemplate.template, [{ name, ...execution }]), { name, execution });
  }));
});

Deno.test("BasicTemplate.template takes a list as text, a tuple and a missing list", () => {
  const args = (value: unknown) => {
    const rendered = renderTemplate(BasicTemplate.template, [{ name: "tj", exec: "cat", args: value }]);
    return (rendered as { execution: { args: unknown } }).execution.args;
  };
  assertEquals(args('["-v", "/etc/hostname"]'), ["-v", "/etc/hostname"]);
  assertEquals(args("('-v',)"), ["-v"]);
  assertEquals(args(null), null, "the job model says what null means");
});

Deno.test("renderTemplate() merges the defaults, then each object, later wins", () => {
  const template: AnyTemplate = () => ["['$a', '$b', '$c']", { a: 0, b: 0, c: 0 }];
  assertEquals(renderTemplate(template, [{ b: 1, c: 1 }, null, { c: 2 }]), ["0", "1", "2"]);
  assertEquals(renderTemplate(() => "'$a'", [undefined, { a: "x" }]), "x");
});

Deno.test("renderTemplate() lets the template's own error through", () => {
  const template = () => {
    throw new RangeError("mine");
  };
  assertThrows(() => renderTemplate(template, []), RangeError, "mine");
  assertThrows(() => renderTemplate(QCGPJTemplate.template, []), TemplateError, "override the static template()");
});

Deno.test("renderTemplate() says what a template must return", () => {
  const rule = "A template must return its text, or [text, defaults]; ";
  const programs =
    'Only programs can be submitted, not functions: describe one by a template or by a job such as { name: "tj", ' +
    'execution: { exec: "deno", args: ["run", "work.ts"] } }';
  const cases: readonly [returned: unknown, problem: string][] = [
    [3, `"template" returned a number. ${programs}`],
    [undefined, `"template" returned undefined. ${programs}`],
    [null, `"template" returned null. ${programs}`],
    [{}, `"template" returned an object. ${programs}`],
    [Promise.resolve(""), `"template" returned a Promise. ${programs}`],
    [["'a'"], '"template" returned an array of 1'],
    [["'a'", {}, {}], '"template" returned an array of 3'],
    [[{}, "'a'"], 'the text of "template" is an object'],
    [["'a'", null], 'the defaults of "template" must be an object, not null'],
    [["'a'", ["b"]], 'the defaults of "template" must be an object, not an array'],
    [["'a'", new Map()], 'the defaults of "template" must be an object, not a Map'],
  ];
  for (const [returned, problem] of cases) {
    const template = () => returned;
    const error = assertThrows(() => renderTemplate(template as AnyTemplate, []), TemplateError);
    assertEquals(error.message, rule + problem);
  }
});

Deno.test("renderTemplate() refuses a template or parameters of the wrong kind", () => {
  const render = (template: unknown, ...parameters: unknown[]) => () =>
    renderTemplate(template as AnyTemplate, parameters);
  assertThrows(render("text"), TypeError, "A template must be a function that returns its text, got a string");
  assertThrows(render(undefined), TypeError, "got undefined");
  assertThrows(render(BasicTemplate), TypeError, "pass BasicTemplate.template, not BasicTemplate");
  assertThrows(render(() => "1", {}, "x"), TypeError, "Parameter object 2 after the template must be an object");
  assertThrows(render(() => "1", ["x"]), TypeError, "got an array");
  assertThrows(render(() => "1", new Map()), TypeError, "got a Map");
  assertThrows(
    render(function square(n: number) {
      return n * n;
    }, 3),
    TypeError,
    'A template takes no arguments, and "square" takes 1. Only programs can be submitted',
  );
});

Deno.test("defineTemplate() fails at once for a malformed text or a default without placeholder", () => {
  assertThrows(() => defineTemplate("{'name': '$ '}"), TemplateError, "line 1, column 11");
  const misspelt: Record<string, number> = { secnds: 1 };
  const error = assertThrows(() => defineTemplate("'$seconds'", misspelt as never), TemplateError);
  assertEquals(error.placeholder, "secnds");
  assertStringIncludes(error.message, 'belongs to no placeholder of the template (did you mean "seconds"?)');
  assertThrows(() => defineTemplate("'$a'", { a: NaN }), TemplateError, 'The default of placeholder "a" has a value');
});

Deno.test("defineTemplate() keeps its own copy of the defaults", () => {
  const list = ["a"];
  const template = defineTemplate("$args", { args: list });
  list.push("b");
  assertEquals(renderTemplate(template, []), ["a"]);
  assertEquals(renderTemplate(defineTemplate("'$__proto__'", JSON.parse('{"__proto__": "p"}')), []), "p");
  assertEquals(renderTemplate(defineTemplate("'$toString'"), [{ toString: "t" }]), "t");
});

Deno.test("defineTemplate() takes a parser for the output beside defaults or alone, and refuses what is none", () => {
  const text = "{'name': '$name', 'output': '$output'}";
  const parser = (output: string) => output.length;
  assertEquals(defineTemplate(text, { output: "out" }).optional, ["output"]);
  assertEquals(defineTemplate(text, { output: "out" }, { output: parser }).output?.("abc"), 3);
  const alone = defineTemplate(text, { output: parser });
  assertEquals([alone.required, alone.output?.("ab")], [["name", "output"], 2]);
  assertThrows(() => defineTemplate(text, {}, { output: "no" as never }), TypeError, "takes a parser");
  assertThrows(() => defineTemplate(text, { output: parser, name: 1 } as never), TypeError, 'no option "name" beside');
});
