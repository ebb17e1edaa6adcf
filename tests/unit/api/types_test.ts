/**
 * What must not compile, and what the compiler knows of outputs. Each `@ts-expect-error` fails the type check if the line
 * under it compiles.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { QCGPJFuture } from "../../../src/api/future.ts";
import type { Submitter } from "../../../src/api/submitter.ts";
import { asCompleted, wait } from "../../../src/api/wait.ts";
import type { JobInput } from "../../../src/job/input.ts";
import { defineTemplate } from "../../../src/template/define_template.ts";

/** Compiles only if both types are the same. */
function assertSameType<A, B>(
  _same: (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false,
): void {}

const text = "{'name': '${name}', 'execution': {'exec': 'echo', 'args': ['${n}']}}";
const plain = defineTemplate(text, { n: 1 });
const counting = defineTemplate(text, { output: Number });
const both = defineTemplate(text, { n: 1 }, { output: (output) => ({ length: output.length }) });
const job: JobInput = { name: "a", execution: { exec: "date" }, capture: "stdout" };

/** Is compiled, and not run. */
async function uses(executor: Submitter, future: QCGPJFuture, counted: QCGPJFuture<number>): Promise<void> {
  assertSameType<Awaited<ReturnType<typeof counted.value>>, number>(true);
  assertSameType<Awaited<ReturnType<typeof future.value>>, string>(true);
  const submitted = [executor.submit(counting, { name: "a", n: 2 }), executor.submit(both, { name: "a" })] as const;
  assertSameType<(typeof submitted)[0], QCGPJFuture<number>>(true);
  assertSameType<(typeof submitted)[1], QCGPJFuture<{ length: number }>>(true);
  assertSameType<ReturnType<typeof plain>[0], string>(true);
  const awaited = await executor.submit(job);
  assertSameType<typeof awaited, QCGPJFuture>(true);
  // @ts-expect-error await alone gives no result: it takes await future.result()
  awaited["a"];
  // @ts-expect-error a forgotten parameter of a template with a parser
  executor.submit(counting, { name: "a" });
  // @ts-expect-error a misspelt stream
  await future.text({ stream: "stdot" });
  // @ts-expect-error a misspelt word of capture
  executor.submit({ ...job, capture: "all" });
  // @ts-expect-error two forms of stdin at once
  executor.submit({ name: "a", execution: { exec: "cat", stdin: { text: "a", form: "b" } } });
  // @ts-expect-error arguments as one text, which no shell would split
  await executor.run("ls", "-l /");
  for await (const one of executor.map([job])) {
    assertSameType<typeof one, Readonly<Record<string, "SUCCEED" | "FAILED" | "CANCELED" | "OMITTED">>>(true);
  }
  for await (const one of executor.map([job], { output: "text" })) assertSameType<typeof one, string>(true);
  for await (const one of executor.map([job], { output: "json", unordered: true })) {
    assertSameType<typeof one, unknown>(true);
  }
  for await (const one of executor.map(counting, [{ name: "a", n: 1 }], { output: "value" })) {
    assertSameType<typeof one, number>(true);
  }
  for await (const { output } of future.outputs()) assertSameType<typeof output, string>(true);
  for await (const { output } of future.outputs({ as: "bytes" })) {
    assertSameType<typeof output, Uint8Array<ArrayBuffer>>(true);
  }
  for await (const one of asCompleted([counted])) assertSameType<typeof one, QCGPJFuture<number>>(true);
  const { done } = await wait([counted, future]);
  assertSameType<typeof done, ReadonlySet<QCGPJFuture<number> | QCGPJFuture>>(true);
}

Deno.test("The compiler knows the values of outputs, and refuses what would be ignored", () => {
  assertEquals(uses.length, 3);
  assertEquals([plain.output, counting.output?.("4"), both.output?.("abc")], [undefined, 4, { length: 3 }]);
});
