import { assertEquals } from "@std/assert";
import { numberText } from "../../../../src/report/figures/figure_lines.ts";
import { csvLines, singleRow, tableJson } from "../../../../src/report/figures/table.ts";

const table = { columns: ["name", "n"], rows: [["plain", 1], ['a "b", c\nd', undefined]] } as const;

Deno.test("csvLines() quotes what needs it, and leaves unknown values empty", () => {
  assertEquals([...csvLines(table)].join(""), 'name,n\nplain,1\n"a ""b"", c\nd",\n');
});

Deno.test("tableJson() writes an array of objects, or one object", () => {
  assertEquals(JSON.parse([...tableJson(table)].join("")), [{ name: "plain", n: 1 }, { name: 'a "b", c\nd' }]);
  assertEquals(JSON.parse([...tableJson(singleRow({ tasks: 2, nodes: undefined }))].join("")), { tasks: 2 });
  assertEquals([...tableJson({ columns: ["a"], rows: [] })].join(""), "[]\n");
});

Deno.test("numberText() writes floats as Python does", () => {
  const texts = [0, 3, 0.25, 0.0001, 0.00008, 1.5e-7, 1e16].map(numberText);
  assertEquals(texts, ["0", "3", "0.25", "0.0001", "8e-05", "1.5e-07", "1e+16"]);
});
