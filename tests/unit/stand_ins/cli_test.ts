/**
 * What the stand-in for `@std/cli` promises. Also runs against the real package (`deno task test:jsr`).
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { parseArgs, unicodeWidth } from "@std/cli";

const declared = {
  string: ["wd", "log", "no-net"],
  boolean: ["net", "no-verbose"],
  collect: ["log", "no-net"],
  "--": true,
} as const;

/** Command line, then what of it differs from an empty one. */
const cases: [string[], Record<string, unknown>][] = [
  [[], {}],
  [["--wd=/tmp=x"], { wd: "/tmp=x" }],
  [["--wd="], { wd: "" }],
  [["--wd=-5"], { wd: "-5" }],
  [["--wd=a", "--wd=b"], { wd: "b" }],
  [["--wd=007", "--log=1e3"], { wd: "007", log: ["1e3"] }],
  [["--wd", "a", "--net"], { wd: "a", net: true }],
  [["--wd", "--net"], { wd: "", net: true }],
  [["--wd"], { wd: "" }],
  [["--log", "1", "--log", "x"], { log: ["1", "x"] }],
  [["--wd=a\nb"], { wd: "a\nb" }],
  [["--log=1", "--log=", "--log=true"], { log: ["1", "", "true"] }],
  [["--no-net=x"], { "no-net": ["x"] }],
  [["--net", "--no-verbose"], { net: true, "no-verbose": true }],
  [["--net", "--", "true"], { net: true, "--": ["true"] }],
  [["--net", "--", "--", "-x", "--wd=7", "8"], { net: true, "--": ["--", "-x", "--wd=7", "8"] }],
];

const empty = { _: [], "--": [], net: false, "no-verbose": false, log: [], "no-net": [] };

for (const [args, differs] of cases) {
  Deno.test(`parseArgs() reads ${JSON.stringify(args.join(" "))}`, () => {
    assertEquals<unknown>(parseArgs(args, declared), { ...empty, ...differs });
  });
}

Deno.test("parseArgs() has types for what is declared", () => {
  const args = parseArgs(["--rounds", "7"], { string: ["rounds", "tasks"] });
  const rounds: string | undefined = args.rounds;
  assertEquals([rounds, args.tasks], ["7", undefined]);
});

const widths: [string, number][] = [
  ["", 0],
  ["plain, text", 11],
  ["naïve – …", 9],
  ["e\u0301", 1],
  ["計算", 4],
  ["シミュ", 6],
  ["ｼﾐｭ", 3],
  ["한국어", 6],
  ["ＡＢ", 4],
  ["、。", 4],
  ["🚀", 2],
  ["𠮷", 2],
  ["a\u200bb", 2],
];
for (const [text, width] of widths) {
  Deno.test(`unicodeWidth() of ${JSON.stringify(text)} is ${width}`, () => {
    assertEquals(unicodeWidth(text), width);
  });
}
