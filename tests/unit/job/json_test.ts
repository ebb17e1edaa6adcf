import { assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { JobDescriptionError } from "../../../src/errors.ts";
import { jsonDepthMax } from "../../../src/job/json.ts";
import { parseJob } from "../../../src/job/parse.ts";
import { parse, refusal } from "./support.ts";

const execution = { exec: "date" };
const refuseValue = (value: unknown) => assertThrows(() => parseJob(value, {}), JobDescriptionError);

Deno.test("parseJob() refuses two keys that become one", () => {
  const error = refusal({ execution: { exec: "e", env: { "${rcnt}": "a", "12": "b" } } });
  assertMatch(error.path, /^execution\.env\[/);
  assertStringIncludes(error.message, 'becomes a second key "12"');
});

Deno.test("parseJob() refuses NUL and broken Unicode in any string, with its path", () => {
  const table: [Record<string, unknown>, string][] = [
    [{ execution: { exec: "a\0" } }, "execution.exec"],
    [{ execution: { exec: "a", args: ["b", "\0"] } }, "execution.args[1]"],
    [{ execution: { exec: "a", env: { A: "x\0" } } }, "execution.env.A"],
    [{ execution: { exec: "a", env: { "A\0": "x" } } }, 'execution.env["A\\u0000"]'],
    [{ iteration: { values: ["a", "\0"] } }, "iteration.values[1]"],
    [{ attributes: { a: { b: ["\0"] } } }, "attributes.a.b[0]"],
    [{ execution: { exec: "a", args: ["\ud800"] } }, "execution.args[0]"],
  ];
  for (const [parts, path] of table) assertEquals(refusal(parts).path, path);
});

Deno.test("parseJob() keeps bytes that are no UTF-8 as Python writes them", () => {
  assertEquals(parse({ execution: { exec: "a", args: JSON.parse('["caf\\udce9"]') } }).execution.args, ["caf\udce9"]);
});

Deno.test("parseJob() refuses what is not JSON, with its path", () => {
  const table: [unknown, string][] = [
    [() => 0, "a function"],
    [Symbol("s"), "a symbol"],
    [1n, "a bigint"],
    [NaN, "the number NaN"],
    [Infinity, "the number Infinity"],
    [new Date(0), "an object of class Date"],
    [new Map(), "an object of class Map"],
  ];
  for (const [value, named] of table) {
    const error = refusal({ attributes: { a: [value] } });
    assertEquals(error.path, "attributes.a[0]");
    assertStringIncludes(error.message, `must be a JSON value, not ${named}`);
  }
  assertEquals(refusal({ execution: { exec: "a", args: [, "b"] } }).path, "execution.args[0]");
  assertEquals(parse({ resources: undefined, attributes: { a: undefined } }).attributes, {});
});

Deno.test("parseJob() refuses nesting beyond its limit, so also a value that contains itself", () => {
  let deep: unknown = 1;
  for (let i = 0; i < 100_000; i++) deep = [deep];
  assertStringIncludes(refusal({ attributes: { deep } }).message, `deeper than ${jsonDepthMax}`);
  const cycle: Record<string, unknown> = {};
  cycle["self"] = cycle;
  assertStringIncludes(refusal({ attributes: cycle }).message, `deeper than ${jsonDepthMax}`);
});

Deno.test("parseJob() reads own keys only, and keeps __proto__ as an ordinary key", () => {
  const inherited = Object.create({ resources: { numCores: 9 }, name: "ghost" });
  Object.assign(inherited, { execution });
  assertStringIncludes(refuseValue(inherited).message, "name is missing");
  assertEquals(parseJob(Object.assign(inherited, { name: "tj" }), {}).resources.cores, { min: 1, max: 1 });
  const env = JSON.parse('{"__proto__": "p", "constructor": "c"}');
  const job = parse({ execution: { exec: "e", env }, attributes: JSON.parse('{"__proto__": {"polluted": 1}}') });
  assertEquals(Object.entries(job.execution.env), [["__proto__", "p"], ["constructor", "c"]]);
  assertEquals(Object.keys(job.attributes!), ["__proto__"]);
  assertEquals(({} as Record<string, unknown>)["polluted"], undefined);
  assertEquals(refuseValue(JSON.parse('{"name": "tj", "execution": {"exec": "e"}, "__proto__": 1}')).path, "__proto__");
});

Deno.test("parseJob() is not misled by a polluted Object.prototype", () => {
  const polluted = Object.prototype as Record<string, unknown>;
  Object.defineProperty(polluted, "script", { value: "rm -rf", configurable: true });
  try {
    assertEquals(Object.hasOwn(parse({}).execution, "script"), false);
  } finally {
    delete polluted["script"];
  }
});

Deno.test("parseJob() copies: later changes of the value play no part, and the copy is frozen in depth", () => {
  const value = { execution: { exec: "e", args: ["a"], env: { A: "1" } }, attributes: { a: [{ b: 1 }] } };
  const job = parse(value);
  value.execution.args.push("b");
  value.execution.env.A = "2";
  value.attributes.a[0]!.b = 2;
  assertEquals(job.execution.args, ["a"]);
  assertEquals(job.execution.env, { A: "1" });
  assertEquals(job.attributes, { a: [{ b: 1 }] });
});
