import { assertEquals, assertThrows } from "@std/assert";
import { parseArguments } from "../../../../src/service/arguments.ts";
import { eachOptionTable } from "../../../../src/cli/each/option_table.ts";
import { haltCount, parseHalt, parseJobs } from "../../../../src/cli/each/option_values.ts";
import { parseEachOptions } from "../../../../src/cli/each/options.ts";
import { UsageError } from "../../../../src/service/usage.ts";

const read = (...args: string[]) => parseArguments(eachOptionTable, args, { stopsAtWord: true });

Deno.test("parseArguments() leaves the options behind the first word to the program of that name", () => {
  const { options, rest } = read("-k", "-j4", "grep", "-c", "--null", "x", "--", "y");
  assertEquals([...options], [["keep-order", true], ["jobs", "4"]]);
  assertEquals(rest, ["grep", "-c", "--null", "x", "--", "y"]);
  assertEquals(read("-k", "--", "-x", "y").rest, ["-x", "y"]);
});

Deno.test("parseArguments() takes several letters behind one dash", () => {
  assertEquals(Object.fromEntries(read("-0kj", "2", "x").options), { null: true, "keep-order": true, jobs: "2" });
  assertEquals(Object.fromEntries(read("-kj2", "x").options), { "keep-order": true, jobs: "2" });
  assertThrows(() => read("-kz"), UsageError, "takes no value");
});

Deno.test("parseArguments() leaves every text as it was written", () => {
  const words = ["007", "1e3", "true", "0x10", "-", "", "a=b", "--", "-1"];
  assertEquals(read("-k", "--", ...words).rest, words);
  for (const value of ["007", "1e3", "a=b\nc", "--x", " "]) {
    assertEquals(Object.fromEntries(read(`--wd=${value}`, "true").options), { wd: value });
  }
  const { options, rest } = read("-k", "true");
  assertEquals([Object.fromEntries(options), rest], [{ "keep-order": true }, ["true"]]);
});

Deno.test("parseArguments() takes the last of several values, and refuses a wrong one before it", () => {
  assertEquals(read("--retries", "1", "--retries", "2", "x").options.get("retries"), 2);
  assertThrows(() => read("--wd=", "--wd", "a", "x"), UsageError, "Option --wd has an empty value");
  assertThrows(() => read("--retries", "many", "--retries", "2", "x"), UsageError, "--retries");
});

Deno.test("parseEachOptions() says what holds when nothing is given", () => {
  assertEquals(parseEachOptions(read("x")), {
    cores: 1,
    binding: "none",
    attempts: 1,
    wd: ".",
    dryRun: false,
    command: { usesShell: false, aliases: new Map() },
    inputs: {
      argFiles: [],
      separator: "\n",
      rows: { trim: "n", skipsBlank: false },
      firstRow: "input",
      isLinked: false,
      isShuffled: false,
      separators: { values: ":::", files: "::::" },
    },
    output: {
      keepOrder: false,
      printing: "whole",
      showsProgress: false,
      shows: { beforeOutput: false, atStart: false },
    },
    throttle: {},
    acceptLoss: false,
  });
});

Deno.test("parseEachOptions() refuses options that contradict one another", () => {
  assertThrows(() => parseEachOptions(read("--resume", "x")), UsageError, "--run DIR");
  assertThrows(() => parseEachOptions(read("-j2", "--nodes", "4", "x")), UsageError, "leave out one");
  assertThrows(() => parseEachOptions(read("--shell", "-q", "x")), UsageError, "leave out one");
});

Deno.test("parseHalt() reads the words of GNU parallel", () => {
  assertEquals(parseHalt("never"), undefined);
  assertEquals(parseHalt("0"), undefined);
  assertEquals(parseHalt("soon,fail=1"), { isNow: false, counts: "fail", limit: 1 });
  assertEquals(parseHalt("now,success=12"), { isNow: true, counts: "success", limit: 12 });
  assertEquals(parseHalt("-1"), { isNow: false, counts: "success", limit: 1 });
  assertEquals(parseHalt("10%"), { isNow: false, counts: "fail", limit: { percent: 10 } });
  assertEquals(parseHalt("2"), { isNow: true, counts: "fail", limit: 1 });
  for (const bad of ["", "now", "soon,fail=0", "later,fail=1", "now,fail=0%", "now,fail=101%"]) {
    assertThrows(() => parseHalt(bad), UsageError, "Option --halt must be");
  }
});

Deno.test("parseJobs() reads numbers, shares and differences", () => {
  const jobs: [string, number][] = [["3", 3], ["50%", 4], ["+2", 10], ["-3", 5], ["-20", 1], ["1%", 1], ["200%", 16]];
  for (const [text, count] of jobs) assertEquals(parseJobs(text, 8), count, text);
  for (const bad of ["0", "x", "+50%", "1.5"]) assertThrows(() => parseJobs(bad, 8), UsageError, "--jobs must be");
});

Deno.test("parseArguments() takes other names of an option, and all values of one that may be given several times", () => {
  const { options } = read("--keeporder", "-a", "x", "--argfile", "y", "z");
  assertEquals([...options], [["keep-order", true], ["arg-file", ["x", "y"]]]);
});

Deno.test("parseEachOptions() reads times and sizes", () => {
  const line = ["--timeout", "1m30", "--delay", ".25s", "--memfree", "1.5G", "--pipe", "--block", "10k"];
  const { timeoutMs, throttle, inputs } = parseEachOptions(read(...line, "x"));
  assertEquals([timeoutMs, throttle.delayMs, throttle.memoryFree, inputs.pipe?.blocks.bytesMax], [
    ...[90_000, 250, 1.5 * 2 ** 30, 10_000],
  ]);
  for (const name of ["timeout", "delay", "memfree", "block"]) {
    for (const bad of ["0", "x", "-1", "200%"]) {
      assertThrows(() => read(`--${name}=${bad}`, "x"), UsageError, `Option --${name} must be `);
    }
  }
});

Deno.test("parseEachOptions() takes an empty text where it means something", () => {
  const { inputs, output } = parseEachOptions(read("-E", "", "--tagstring", "", "x"));
  assertEquals([inputs.rows.endMark, output.tag], [undefined, undefined]);
  const { inputs: { pipe } } = parseEachOptions(read("--pipe", "--recend", "", "x"));
  assertEquals([pipe!.blocks.recordEnd.length, pipe!.blocks.recordStart.length], [0, 0]);
});

Deno.test("parseEachOptions() takes other spellings of placeholders", () => {
  const { command } = parseEachOptions(read("-I", "%", "--er", ",.", "--seqreplace", "{#}", "x"));
  assertEquals(command.aliases, new Map([["%", "{}"], [",.", "{.}"]]));
});

Deno.test("haltCount() rounds a share of the tasks up, to one at least", () => {
  const count = (text: string, total: number) => haltCount(parseHalt(text)!, total);
  assertEquals([count("now,fail=3", 5), count("now,fail=50%", 4), count("now,fail=50%", 5)], [3, 2, 3]);
  assertEquals([count("now,fail=1%", 5), count("now,done=100%", 5), count("now,done=100%", 0)], [1, 5, 1]);
});

Deno.test("parseInputOptions() says how inputs are gathered", () => {
  const group = (...args: string[]) => parseEachOptions(read(...args, "x")).inputs.group;
  const none = { isSpread: false, refusesLong: false, repeatsWords: false, continuesLines: false };
  assertEquals(group(), undefined);
  assertEquals(group("-n", "2"), { ...none, inputsMax: 2 });
  assertEquals(group("-N2"), { ...none, inputsMax: 2, repeatsWords: true });
  assertEquals(group("-L", "3"), { ...none, inputsMax: 3, repeatsWords: true, continuesLines: true });
  assertEquals(group("-X"), { ...none, lengthMax: 131_071, isSpread: true, repeatsWords: true });
  assertEquals(group("--xargs"), { ...none, lengthMax: 131_071 });
  assertEquals(group("-s", "99"), { ...none, lengthMax: 99, isSpread: true, refusesLong: true });
  assertEquals(group("-n2", "-X", "-s99"), {
    ...none,
    inputsMax: 2,
    lengthMax: 99,
    refusesLong: true,
    repeatsWords: true,
  });
  assertThrows(() => group("-n2", "-L2"), UsageError, "leave out one");
});
