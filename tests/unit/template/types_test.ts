/**
 * What must not compile. Each `@ts-expect-error` fails the type check if the line under it compiles.
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
import { BasicTemplate, QCGPJTemplate } from "../../../src/template/basic_template.ts";
import { defineTemplate } from "../../../src/template/define_template.ts";
import type { PlaceholderNames } from "../../../src/template/placeholder_names.ts";
import { renderTemplate } from "../../../src/template/render.ts";
import type {
  AnyTemplate,
  ParameterObjects,
  ParameterValue,
  SeveralParameters,
  SubmitParameters,
  Template,
  TemplateParameters,
  TemplateSource,
} from "../../../src/template/types.ts";
import { TemplateError } from "../../../src/errors.ts";

/** Has the signature of `QCGPJExecutor.submit()`. */
function submit<T extends AnyTemplate>(template: T, ...parameters: SubmitParameters<T>): ParameterValue;
function submit<T extends AnyTemplate, const P extends ParameterObjects<T>>(
  template: T,
  ...parameters: P & SeveralParameters<T, P>
): ParameterValue;
function submit(template: AnyTemplate, ...parameters: unknown[]): ParameterValue {
  return renderTemplate(template, parameters);
}

/** Compiles only if both types are the same. */
function assertSameType<A, B>(
  _same: (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false,
): void {}

type Ten<Text extends string> = `${Text}${Text}${Text}${Text}${Text}${Text}${Text}${Text}${Text}${Text}`;

Deno.test("submit() takes the parameters of BasicTemplate.template", () => {
  const execution = { exec: "date", args: [], stdout: "stdout", stderr: "stderr" };
  assertEquals(submit(BasicTemplate.template, { name: "tj", exec: "date" }), { name: "tj", execution });
  assertEquals(submit(BasicTemplate.template, { name: "tj", exec: "sleep", args: ["10"], stderr: "e" }), {
    name: "tj",
    execution: { exec: "sleep", args: ["10"], stdout: "stdout", stderr: "e" },
  });
  const parameters: TemplateParameters<typeof BasicTemplate.template> = { name: "tj", exec: "date" };
  assertEquals(submit(BasicTemplate.template, parameters), { name: "tj", execution });
});

Deno.test("submit() does not compile with a missing, misspelt or unusable parameter", () => {
  const { template } = BasicTemplate;
  // @ts-expect-error no parameters at all
  assertThrows(() => submit(template), TemplateError);
  // @ts-expect-error null instead of the parameters
  assertThrows(() => submit(template, null), TemplateError);
  // @ts-expect-error exec is missing
  assertThrows(() => submit(template, { name: "tj" }), TemplateError);
  // @ts-expect-error exec is misspelt
  assertThrows(() => submit(template, { name: "tj", exce: "date" }), TemplateError);
  // @ts-expect-error args is misspelt
  assertThrows(() => submit(template, { name: "tj", exec: "date", agrs: ["-u"] }), TypeError);
  // @ts-expect-error a function is no value
  assertThrows(() => submit(template, { name: "tj", exec: () => "date" }), TemplateError);
  // @ts-expect-error undefined is no value
  assertThrows(() => submit(template, { name: "tj", exec: "date", stdout: undefined }), TemplateError);
  // @ts-expect-error a function within a list is no value
  assertThrows(() => submit(template, { name: "tj", exec: "date", args: [() => 1] }), TemplateError);
  // @ts-expect-error a symbol is no value
  assertThrows(() => submit(template, { name: Symbol("tj"), exec: "date" }), TemplateError);
});

Deno.test("submit() takes several parameter objects that cover the required names together", () => {
  const { template } = BasicTemplate;
  const named = (name: string) => ({ name, execution: { exec: "date", args: [], stdout: "stdout", stderr: "stderr" } });
  assertEquals(submit(template, { name: "tj" }, { exec: "date" }), named("tj"));
  assertEquals(submit(template, { name: "tj" }, null, undefined, { exec: "date" }), named("tj"));
  assertEquals(submit(template, { name: "tj", exec: "date" }, { name: "other" }), named("other"));
  const maybe: { name?: string; stdout?: string } = { name: "other" };
  assertEquals(submit(template, { name: "tj", exec: "date" }, maybe), named("other"));

  // @ts-expect-error nobody gives exec
  assertThrows(() => submit(template, { name: "tj" }, { args: [] }), TemplateError);
  // @ts-expect-error a name that may be absent is not given for certain
  submit(template, { exec: "date" }, maybe);
  // @ts-expect-error args is misspelt in the second
  assertThrows(() => submit(template, { name: "tj" }, { exec: "date", agrs: [] }), TypeError);
  // @ts-expect-error args is misspelt in the first
  assertThrows(() => submit(template, { name: "tj", agrs: [] }, { exec: "date" }), TypeError);
  // @ts-expect-error undefined is no value
  assertThrows(() => submit(template, { name: "tj" }, { exec: undefined }), TemplateError);
  // @ts-expect-error a function is no value
  assertThrows(() => submit(template, { name: "tj" }, { exec: () => 1 }), TemplateError);
});

Deno.test("submit() lets any parameters pass to a plain template", () => {
  const plain = (): TemplateSource => ["{'name': '$name', 'n': $n}", { n: 1 }];
  assertEquals(submit(plain, { name: "tj", whatever: 3n }), { name: "tj", n: 1 });
  assertEquals(submit(plain, { name: "tj" }, null, { n: 2 }), { name: "tj", n: 2 });
  assertEquals(submit(() => "{'name': 'tj'}"), { name: "tj" });
  assertEquals(submit(() => ["{'name': '$name'}", { name: "tj" }]), { name: "tj" });

  class Mine extends QCGPJTemplate {
    static override template(): TemplateSource {
      return "{'name': '$name'}";
    }
  }
  assertEquals(submit(Mine.template, { name: "tj" }), { name: "tj" });
  // @ts-expect-error a template returns a text, or a text with defaults
  assertThrows(() => submit(() => 3), TemplateError);
  // @ts-expect-error the class is not its template
  assertThrows(() => submit(BasicTemplate, { name: "tj", exec: "date" }), TypeError);
});

Deno.test("defineTemplate() infers the required and the optional names", () => {
  const sleeping = defineTemplate("{'name': '${name}', 'cost': '$$5', 'seconds': $seconds_2}", { seconds_2: 1 });
  assertSameType<typeof sleeping, Template<"name", "seconds_2">>(true);
  assertEquals(submit(sleeping, { name: "tj" }), { name: "tj", cost: "$5", seconds: 1 });
  // @ts-expect-error name is missing
  assertThrows(() => submit(sleeping, {}), TemplateError);
  // @ts-expect-error it is not called seconds
  assertThrows(() => submit(sleeping, { name: "tj", seconds: 1 }), TypeError);

  const nothing = defineTemplate("{'name': '$name'}", { name: "tj" });
  assertSameType<typeof nothing, Template<never, "name">>(true);
  assertEquals(submit(nothing), { name: "tj" });
  assertEquals(submit(nothing, null), { name: "tj" });
  assertEquals(submit(nothing, { name: "other" }), { name: "other" });
  // @ts-expect-error name is misspelt
  assertThrows(() => submit(nothing, { nmae: "other" }), TypeError);

  // @ts-expect-error the default is misspelt
  assertThrows(() => defineTemplate("{'name': '$name'}", { nmae: "tj" }), TemplateError);
  // @ts-expect-error a function is no value
  assertThrows(() => defineTemplate("{'name': '$name'}", { name: () => 1 }), TemplateError);
});

Deno.test("defineTemplate() takes a text that the compiler does not know", () => {
  const text: string = ["{'name': '$name',", "'n': $n}"].join(" ");
  assertEquals(submit(defineTemplate(text, { n: 1 }), { name: "tj" }), { name: "tj", n: 1 });
  assertEquals(submit(defineTemplate(text), { name: "tj" }, { n: 1 }), { name: "tj", n: 1 });
});

Deno.test("PlaceholderNames finds what the parser finds", () => {
  assertSameType<PlaceholderNames<"">, never>(true);
  assertSameType<PlaceholderNames<"no dollar">, never>(true);
  assertSameType<PlaceholderNames<"$a${b}$c_1-$$d$$${e}$a">, "a" | "b" | "c_1" | "e">(true);
  assertSameType<PlaceholderNames<"$$${it} $${it}">, "it">(true);
  assertSameType<PlaceholderNames<"tail $">, never>(true);
  assertSameType<PlaceholderNames<string>, string>(true);
  assertSameType<PlaceholderNames<"$a">, "b">(false);
});

Deno.test("PlaceholderNames is not stopped by a long text or by many placeholders", () => {
  type Filler = Ten<Ten<"line of thirty letters, no more">>;
  assertSameType<PlaceholderNames<`{'first': '\${first}', '${Filler}': '$last'}`>, "first" | "last">(true);
  assertSameType<PlaceholderNames<`${Ten<Ten<"$a, ${b}; $$">>}$c`>, "a" | "b" | "c">(true);
  type Hundred = Ten<Ten<"${a} ${b} ${c} ${d} ${e} ${f} ${g} ${h} ${i} ">>;
  assertSameType<PlaceholderNames<Hundred>, "a" | "b" | "c" | "d" | "e" | "f" | "g" | "h" | "i">(true);
  assertSameType<
    PlaceholderNames<`${Ten<Ten<"$name ">>}${Ten<"$a $b $c $d $e ">}`>,
    "name" | "a" | "b" | "c" | "d" | "e"
  >(true);
});
