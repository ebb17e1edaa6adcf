/**
 * What the stand-in for `@std/cli` promises. Also runs against the real package (`deno task test:jsr`).
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { parseArgs } from "@std/cli";

const declaredOptions = {
  string: ["_", "wd", "resources", "log", "n"],
  boolean: ["net", "verbose", "quiet"],
  collect: ["log"],
  negatable: ["verbose"],
  alias: { verbose: "v", wd: ["w", "folder"] },
  default: { resources: "4" },
} as const;

/** Command line, then what of it differs from an empty one. */
const cases: [string[], Record<string, unknown>][] = [
  [[], {}],
  [["--wd", "/tmp"], { wd: "/tmp", w: "/tmp", folder: "/tmp" }],
  [["--wd=/tmp=x"], { wd: "/tmp=x", w: "/tmp=x", folder: "/tmp=x" }],
  [["-w", "/tmp"], { wd: "/tmp", w: "/tmp", folder: "/tmp" }],
  [["-w/tmp/x"], { wd: "/tmp/x", w: "/tmp/x", folder: "/tmp/x" }],
  [["--wd="], { wd: "", w: "", folder: "" }],
  [["--wd"], { wd: "", w: "", folder: "" }],
  [["--wd", "--net"], { wd: "", w: "", folder: "", net: true }],
  [["--wd", "a", "--wd", "b"], { wd: "b", w: "b", folder: "b" }],
  [["-n5"], { n: "5" }],
  [["-n=5"], { n: "5" }],
  [["-n", "007"], { n: "007" }],
  [["-n", "-"], { n: "-" }],
  [["--resources", "8"], { resources: "8" }],
  [["--log", "1", "--log", "x"], { log: ["1", "x"] }],
  [["--net"], { net: true }],
  [["--net=false"], { net: false }],
  [["--net=true"], { net: true }],
  [["--net", "true"], { net: true }],
  [["--net", "job"], { net: true, _: ["job"] }],
  [["--verbose", "job"], { verbose: true, v: true, _: ["job"] }],
  [["-v", "job"], { verbose: true, v: true, _: ["job"] }],
  [["-v", "--no-verbose"], { verbose: false, v: false }],
  [["5", "x", "-"], { _: ["5", "x", "-"] }],
  [["x", "--net", "y"], { _: ["x", "y"], net: true }],
  [["x", "--", "--net", "7"], { _: ["x", "--net", "7"] }],
  [["--other"], { other: true }],
  [["--other", "x"], { other: "x" }],
  [["--no-net"], { "no-net": true }],
  [["-ab"], { a: true, b: true }],
  [["-vn", "3"], { verbose: true, v: true, n: "3" }],
];

const empty = { _: [], net: false, verbose: false, v: false, quiet: false, resources: "4", log: [] };

for (const [args, differs] of cases) {
  Deno.test(`parseArgs() reads ${JSON.stringify(args.join(" "))}`, () => {
    assertEquals<unknown>(parseArgs(args, declaredOptions), { ...empty, ...differs });
  });
}

Deno.test("parseArgs() keeps what follows -- apart when asked", () => {
  const args = parseArgs(["run", "--", "-x", "5"], { "--": true, string: ["_"] });
  assertEquals<unknown>(args, { _: ["run"], "--": ["-x", "5"] });
});

Deno.test("parseArgs() with stopEarly leaves all after the first positional argument alone", () => {
  const args = parseArgs(["--net", "run", "--net", "-n", "x"], { boolean: ["net"], string: ["_"], stopEarly: true });
  assertEquals<unknown>(args, { net: true, _: ["run", "--net", "-n", "x"] });
});

Deno.test("parseArgs() tells unknown of what is not declared and leaves it out on false", () => {
  const told: unknown[] = [];
  const unknown = (arg: string, key?: string, value?: unknown): boolean => {
    told.push([arg, key, value]);
    return key === undefined;
  };
  const args = parseArgs(["--wd", "a", "--exce=x", "-z", "job"], { string: ["wd", "_"], unknown });
  assertEquals(told, [["--exce=x", "exce", "x"], ["-z", "z", "job"]]);
  assertEquals<unknown>(args, { wd: "a", _: [] });
});

Deno.test("parseArgs() has types for what is declared", () => {
  const args = parseArgs(["--wd", "a"], {
    string: ["wd", "log"],
    boolean: ["net"],
    collect: ["log"],
    default: { wd: "." },
  });
  const wd: string = args.wd;
  const log: string[] = args.log;
  const net: boolean = args.net;
  assertEquals<unknown>([wd, log, net], ["a", [], false]);
});
