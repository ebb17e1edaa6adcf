import fc from "fast-check";
import { assertEquals, assertRejects } from "@std/assert";
import { InputError, readInputs, splitInputs } from "../../../../src/cli/each/inputs.ts";

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

Deno.test("readInputs() takes a single source as it comes, and combines several", async () => {
  const read = (...sources: Parameters<typeof readInputs>[0]["sources"]) =>
    Array.fromAsync(readInputs({ sources, separator: "\n", input: ReadableStream.from([encoder.encode("x\ny\n")]) }));
  assertEquals(await read({ kind: "files", items: ["-"], isLinked: false }), [["x"], ["y"]]);
  assertEquals(await read({ kind: "values", items: ["a"], isLinked: false }), [["a"]]);
  assertEquals(
    await read({ kind: "values", items: ["a", "b"], isLinked: false }, { kind: "files", items: ["-"], isLinked: true }),
    [["a", "x"], ["b", "y"]],
  );
});
