import { assertEquals } from "@std/assert";
import { formatColumns, padToWidth, textWidth } from "../../../src/base/columns.ts";

Deno.test("padToWidth() counts the places of a terminal, not letters", () => {
  assertEquals(["ab", "計算", "e\u0301", "wider"].map((text) => padToWidth(text, 4)), [
    "ab  ",
    "計算",
    "e\u0301   ",
    "wider",
  ]);
});

Deno.test("formatColumns() begins every column at the same place", () => {
  const lines = formatColumns([["job", "cores"], ["シミュレーション", "4"], ["計算-ä", "16"]]);
  assertEquals(lines, ["job               cores", "シミュレーション  4    ", "計算-ä            16   "]);
  assertEquals(lines.map(textWidth), [23, 23, 23]);
  assertEquals(formatColumns([]), []);
});
