import fc from "../../../support/seeded_check.ts";
import { assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../../../src/cli/each/input_error.ts";
import { type RowRules, rowsOf } from "../../../../src/cli/each/rows.ts";

const rows = (items: readonly string[], rules: Partial<RowRules>) =>
  Array.fromAsync(rowsOf(items, { trim: "n", skipsBlank: false, ...rules }));

Deno.test("rowsOf() trims, leaves blank inputs out, and ends at the mark", async () => {
  assertEquals(await rows([" a ", "", " "], {}), [[" a "], [""], [" "]]);
  assertEquals(await rows([" a ", "", " ", "b"], { skipsBlank: true, trim: "lr" }), [["a"], ["b"]]);
  assertEquals(await rows([" a "], { trim: "l" }), [["a "]]);
  assertEquals(await rows([" a "], { trim: "r" }), [[" a"]]);
  assertEquals(await rows(["a", "END", "b"], { endMark: "END" }), [["a"]]);
});

Deno.test("rowsOf() splits columns at a regular expression", async () => {
  assertEquals(await rows(["a  b", "c", " d"], { columns: / +/ }), [["a", "b"], ["c"], ["", "d"]]);
});

Deno.test("rowsOf() reads every line that CSV can say", async () => {
  const values = fc.array(fc.string({ unit: fc.constantFrom("a", ",", '"', " ", "é") }), { minLength: 1 });
  const quoted = (value: string) => `"${value.replaceAll('"', '""')}"`;
  await fc.assert(fc.asyncProperty(values, fc.boolean(), async (row, always) => {
    const line = row.map((value) => always || /[,"]/.test(value) ? quoted(value) : value).join(",");
    assertEquals(await rows([line], { columns: "csv" }), [row]);
  }));
  await assertRejects(
    () => rows(["a", 'b,"c'], { columns: "csv" }),
    InputError,
    "Input 2 is no CSV: the quote in column 2",
  );
  await assertRejects(() => rows(['"a"b'], { columns: "csv" }), InputError, "column 1");
});
