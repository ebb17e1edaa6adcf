import fc from "../../../support/seeded_check.ts";
import { assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../../../src/cli/each/input_error.ts";
import type { InputSource } from "../../../../src/cli/each/input_sources.ts";
import { type InputPlan, openInputs, splitInputs } from "../../../../src/cli/each/inputs.ts";

const encoder = new TextEncoder();

async function* chunksOf(text: string, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  const bytes = encoder.encode(text);
  for (let start = 0, i = 0; start < bytes.length; i++) {
    const end = start + (sizes[i % sizes.length] ?? 1);
    yield bytes.subarray(start, end);
    start = end;
  }
}

for (const separator of ["\n", "\0"] as const) {
  Deno.test(`splitInputs() gives the inputs before ${JSON.stringify(separator)}, however the bytes come`, async () => {
    const value = fc.string({
      unit: fc.constantFrom("a", "é", "𝄞", " ", "\r", "\ufeff", separator === "\0" ? "\n" : "\t"),
    });
    const sizes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(fc.array(value), sizes, fc.boolean(), async (values, sizes, isEnded) => {
        // An empty input at the very end cannot be told from none unless it is ended.
        const wanted = isEnded || values.at(-1) !== "" ? values : values.slice(0, -1);
        const text = values.join(separator) + (isEnded && values.length > 0 ? separator : "");
        assertEquals(await Array.fromAsync(splitInputs(chunksOf(text, sizes), separator, "test")), wanted);
      }),
      { numRuns: 500 },
    );
  });
}

Deno.test("splitInputs() refuses what is no text, has a NUL character, or is too long for any program", async () => {
  const take = (bytes: Uint8Array, separator: "\n" | "\0" = "\n") =>
    Array.fromAsync(splitInputs(ReadableStream.from([bytes]), separator, "x"));
  assertEquals(await take(new Uint8Array([97, 10, 255, 10])), ["a", "\udcff"]);
  await assertRejects(() => take(encoder.encode("a\0b")), InputError, "NUL character; with --null");
  await assertRejects(() => take(new Uint8Array(2_000_000).fill(97)), InputError, "Then add --null");
  assertEquals(await take(encoder.encode("a\0b"), "\0"), ["a", "b"]);
});

const plan = (more: Partial<InputPlan>): InputPlan => ({
  sources: [],
  separator: "\n",
  input: ReadableStream.from([encoder.encode("x\ny\n")]),
  rows: { trim: "n", skipsBlank: false },
  firstRow: "input",
  isLinked: false,
  ...more,
});
const values = (...items: string[]): InputSource => ({ kind: "values", items, isLinked: false });
const standard = (isLinked: boolean): InputSource => ({ kind: "files", items: ["-"], isLinked });

async function read(more: Partial<InputPlan>): Promise<[names: readonly string[], rows: string[]]> {
  const { names, values } = await openInputs(plan(more));
  return [names, (await Array.fromAsync(values)).map((row) => row.join("|"))];
}

Deno.test("openInputs() takes a single source as it comes, and combines several", async () => {
  assertEquals(await read({ sources: [standard(false)] }), [[], ["x", "y"]]);
  assertEquals(await read({ sources: [values("a")] }), [[], ["a"]]);
  assertEquals(await read({ sources: [values("a", "b"), standard(true)] }), [[], ["a|x", "b|y"]]);
  assertEquals(await read({ sources: [values("a", "b", "c"), standard(false)], isLinked: true }), [
    [],
    ["a|x", "b|y", "c|x"],
  ]);
});

Deno.test("openInputs() splits values at a separator that is no line end", async () => {
  const sources = [values("a,b,", "", ",c")];
  assertEquals((await read({ sources, separator: "," }))[1], ["a", "b", "", "", "", "c"]);
  assertEquals((await read({ sources: [values("a\nb")] }))[1], ["a\nb"]);
});

Deno.test("openInputs() takes names from the first row of each source, or leaves it out", async () => {
  const columns = { trim: "lr", skipsBlank: false, columns: /,/ } as const;
  const sources = [values("a, b", "1, 2", "3, 4"), standard(false)];
  assertEquals(await read({ sources, rows: columns, firstRow: "names" }), [["a", "b", "x"], ["1|2|y", "3|4|y"]]);
  assertEquals(await read({ sources: [values("a", "b")], firstRow: "skipped" }), [[], ["b"]]);
  assertEquals(await read({ sources: [values()], firstRow: "names" }), [[], []]);
});

Deno.test("openInputs() gives every order of the inputs the chance that the numbers say", async () => {
  const inOrder = async (...numbers: number[]) =>
    (await read({ sources: [values("a", "b", "c")], random: () => numbers.shift()! }))[1].join("");
  assertEquals(await inOrder(0, 0, 0), "acb");
  assertEquals(await inOrder(0.99, 0.99, 0), "cba");
  assertEquals(await inOrder(0.5, 0.5, 0), "bca");
});
