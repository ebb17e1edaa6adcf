import { assertEquals, assertThrows } from "@std/assert";
import { renderTemplate } from "../../../src/template/render.ts";
import type { AnyTemplate } from "../../../src/template/types.ts";

const basic: AnyTemplate = () => [
  "{'name': '$name', 'exec': '$exec', 'args': $args, 'input2': '$input2', 'x': '$x'}",
  { name: "tj", exec: "date", args: [], input2: "", x: "" },
];

function refusal(...parameters: unknown[]): string {
  return assertThrows(() => renderTemplate(basic, parameters), TypeError).message;
}

Deno.test("A parameter name that is a near miss of a placeholder is refused, in any of the objects", () => {
  const message = (name: string, near: string) =>
    `Parameter "${name}" is no placeholder of the template (did you mean "${near}"?)`;
  assertEquals(refusal({ arg: ["-u"] }), message("arg", "args"));
  assertEquals(refusal({ name: "other", agrs: [] }), message("agrs", "args"));
  assertEquals(refusal({ args: [] }, null, { name: "other", Args: [1] }), message("Args", "args"));
  assertEquals(refusal({ X: 1 }), message("X", "x"));
});

Deno.test("Other names are ignored, so that several templates can share an object", () => {
  const shared = { stdout: "out", threads: 4, input: "in", input1: "in", y: 1, callback: () => 1 };
  const rendered = { name: "tj", exec: "date", args: [], input2: "", x: "" };
  assertEquals(renderTemplate(basic, [shared]), rendered);
  assertEquals(renderTemplate(basic, [shared, { name: "other" }]), { ...rendered, name: "other" });
  assertEquals(renderTemplate(basic, [{ args: [1], arg: 2, stdout: "out" }]), { ...rendered, args: [1] });
  assertEquals(renderTemplate(basic, [{ args: [1] }, {}, undefined, null]), { ...rendered, args: [1] });
});

Deno.test("A second object that gives no placeholder is refused, and so is an AbortSignal", () => {
  const { signal } = new AbortController();
  assertEquals(
    refusal({ name: "tj" }, { timeoutMs: 1, keep: true }),
    "Parameter object 2 after the template gives no placeholder of it, only timeoutMs, keep; there are name, exec, " +
      "args, input2, x",
  );
  const constant: AnyTemplate = () => "{'name': 'tj'}";
  assertThrows(() => renderTemplate(constant, [{}, { wait: true }]), TypeError, "only wait; the template has none");
  const told = 'Parameter "signal" is an AbortSignal, and no placeholder of the template: give it by executor.with(';
  for (const given of [[{ signal }], [{ name: "tj" }, { signal }], [{ name: "tj", signal }]]) {
    assertEquals(refusal(...given).startsWith(told), true);
  }
});
