import fc from "../../../support/seeded_check.ts";
import { assertEquals, assertRejects } from "@std/assert";
import { groupInputs, type GroupRules, joinContinued } from "../../../../src/cli/each/groups.ts";
import { InputError } from "../../../../src/cli/each/input_error.ts";

const inputs = (count: number) => Array.from({ length: count }, (_, i) => [`${i + 1}`]);
async function* oneByOne<T>(all: readonly T[]): AsyncGenerator<T> {
  yield* all;
}
const lengthOf = (values: readonly string[]) => ["echo", ...values].join(" ").length;
const group = async (all: readonly (readonly string[])[], rules: Partial<GroupRules>) =>
  (await Array.fromAsync(groupInputs(oneByOne(all), { refusesLong: false, ...rules }, lengthOf))).map((g) =>
    g.join(" ")
  );

Deno.test("groupInputs() gives a task a number of inputs, the last one what is left", async () => {
  assertEquals(await group(inputs(5), { inputsMax: 2 }), ["1 2", "3 4", "5"]);
  assertEquals(await group([["1", "a"], ["2", "b"]], { inputsMax: 2 }), ["1 a 2 b"]);
  assertEquals(await group(inputs(2), { inputsMax: 0 }), ["", ""]);
  assertEquals(await group([], { inputsMax: 2 }), []);
});

Deno.test("groupInputs() spreads what does not fill a command line over the tasks that run at once", async () => {
  assertEquals(await group(inputs(5), { lengthMax: 1000, spreadOver: 2 }), ["1 2 3", "4 5"]);
  assertEquals(await group(inputs(9), { lengthMax: 1000, spreadOver: 4 }), ["1 2 3", "4 5 6", "7 8 9"]);
  assertEquals(await group(inputs(2), { lengthMax: 1000, spreadOver: 8 }), ["1", "2"]);
  assertEquals(await group(inputs(9), { lengthMax: 1000 }), ["1 2 3 4 5 6 7 8 9"]);
});

Deno.test("groupInputs() loses nothing, keeps the order, and fills each command line as far as it goes", async () => {
  const values = fc.array(fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 8 }));
  await fc.assert(fc.asyncProperty(values, fc.integer({ min: 14, max: 60 }), async (all, lengthMax) => {
    const rows = all.map((value) => [value]);
    const groups = await Array.fromAsync(groupInputs(oneByOne(rows), { lengthMax, refusesLong: true }, lengthOf));
    assertEquals(groups.flat(), all);
    let used = 0;
    for (const [i, values] of groups.entries()) {
      used += values.length;
      assertEquals(lengthOf(values) < lengthMax, true);
      const next = groups[i + 1] === undefined ? undefined : all[used]!;
      if (next !== undefined) assertEquals(lengthOf([...values, next]) >= lengthMax, true);
    }
  }));
});

Deno.test("groupInputs() refuses an input that is too long, or leaves it alone in its command", async () => {
  const all = [["a"], ["x".repeat(20)], ["b"]];
  await assertRejects(() => group(all, { lengthMax: 20, refusesLong: true }), InputError, "less than 20 bytes: xxx");
  assertEquals(await group(all, { lengthMax: 20 }), ["a", "x".repeat(20), "b"]);
});

Deno.test("joinContinued() joins a line that ends with a blank to the next one", async () => {
  const join = async (...lines: string[]) =>
    (await Array.fromAsync(joinContinued(oneByOne(lines.map((l) => [l]))))).flat();
  assertEquals(await join("a b ", "c", "d"), ["a b c", "d"]);
  assertEquals(await join("a\t", "b ", "c "), ["a b c"]);
});
