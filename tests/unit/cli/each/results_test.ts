import { assertEquals } from "@std/assert";
import { parseResults, resultFiles, tableHeader, tableRow } from "../../../../src/cli/each/results.ts";

const place = { number: 3 };
const stdout = (where: string, values: readonly string[], names: readonly string[] = [], each = values.length) =>
  resultFiles(parseResults(where, { names }), values, place, each)?.stdout;

Deno.test("resultFiles() names a folder for each value, whatever is in it", () => {
  assertEquals(resultFiles(parseResults("out", {}), ["a", "b"], place, 2), {
    stdout: "out/1/a/2/b/stdout",
    stderr: "out/1/a/2/b/stderr",
    seq: "out/1/a/2/b/seq",
  });
  assertEquals(stdout("out", ["a/b\\c\td"]), "out/1/a\\_b\\\\c\\td/stdout");
  assertEquals(stdout("out", ["a", "b"], ["x", "y"]), "out/x/a/y/b/stdout");
  assertEquals(stdout("out", ["a", "b"], [], 1), "out/1/a/1/b/stdout");
});

Deno.test("resultFiles() keeps every value below the folder, and different ones apart", () => {
  const values = ["", ".", "..", "/", "\\", "\\.", "\\_", "...", "a"];
  const paths = values.map((value) => stdout("out", [value])!);
  assertEquals(new Set(paths).size, values.length);
  for (const path of paths) assertEquals(path.split("/").some((step) => ["", ".", ".."].includes(step)), false);
});

Deno.test("resultFiles() fills placeholders of a name in", () => {
  assertEquals(resultFiles(parseResults("r/{1.}.txt", {}), ["a.c"], place, 1), {
    stdout: "r/a.txt",
    stderr: "r/a.txt.err",
    seq: "r/a.txt.seq",
  });
  assertEquals(stdout("r/{#}/", ["a"]), "r/3/stdout");
  assertEquals(stdout("r/{x}", ["a"], ["x"]), "r/a");
});

Deno.test("tableRow() quotes what a table could not hold otherwise", () => {
  assertEquals(parseResults("out.csv", {}), { kind: "table", path: "out.csv", format: "csv" });
  const task = { number: 1, startedAtMs: 1000, endedAtMs: 1500, outputBytes: 4, exit: { code: 2 }, wasStopped: false };
  const row = { task: { ...task, command: "echo a" }, values: ['q"', "b"], stdout: "x\n", stderr: "" };
  assertEquals(
    tableHeader("csv", 2, []) + tableRow("csv", row),
    "Seq,Host,Starttime,JobRuntime,Send,Receive,Exitval,Signal,Command,V1,V2,Stdout,Stderr\n" +
      '1,:,1.000,0.500,0,4,2,0,"echo a","q""",b,"x\n",\n',
  );
  assertEquals(tableHeader("tsv", 1, ["x"]).split("\t")[9], "x");
  assertEquals(JSON.parse(tableRow("json", row)).V, ['q"', "b"]);
  assertEquals(tableHeader("json", 1, []), "");
});
