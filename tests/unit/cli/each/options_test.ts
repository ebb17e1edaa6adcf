import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { parseArguments } from "../../../../src/service/arguments.ts";
import { eachOptionTable } from "../../../../src/cli/each/option_table.ts";
import { parseHalt, parseJobs, parseTimeout } from "../../../../src/cli/each/option_values.ts";
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
  assertThrows(() => read("-kx"), UsageError, "takes no value");
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
  assertEquals(read("--wd", "a", "--wd=", "x").options.has("wd"), false);
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
    inputs: { argFiles: [], separator: "\n" },
    output: { keepOrder: false, tag: false, showsProgress: false },
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
  assertEquals(parseHalt("2"), { isNow: true, counts: "fail", limit: 1 });
  for (const bad of ["", "now", "soon,fail=0", "later,fail=1", "now,fail=10%"]) {
    assertThrows(() => parseHalt(bad), UsageError, "Option --halt must be");
  }
});

Deno.test("parseTimeout() reads seconds and times", () => {
  const times: [string, number][] = [["5", 5000], ["0.5", 500], ["1m30s", 90_000], ["2h", 7_200_000], [
    "1d",
    86_400_000,
  ]];
  for (const [text, ms] of [...times, ["1m30", 90_000], [".25s", 250]] as const) assertEquals(parseTimeout(text), ms);
  for (const bad of ["", "0", "x", "5x", "30s1m", "-1", "200%"]) {
    assertStringIncludes(assertThrows(() => parseTimeout(bad), UsageError).message, "Option --timeout must be");
  }
});

Deno.test("parseJobs() reads numbers, shares and differences", () => {
  const jobs: [string, number][] = [["3", 3], ["50%", 4], ["+2", 10], ["-3", 5], ["-20", 1], ["1%", 1], ["200%", 16]];
  for (const [text, count] of jobs) assertEquals(parseJobs(text, 8), count, text);
  for (const bad of ["0", "x", "+50%", "1.5"]) assertThrows(() => parseJobs(bad, 8), UsageError, "--jobs must be");
});

Deno.test("parseArguments() takes other names of an option, and all values of one that may be given several times", () => {
  const { options } = read("--keeporder", "-a", "x", "--argfile", "y", "--arg-file=", "z");
  assertEquals([...options], [["keep-order", true], ["arg-file", ["x", "y"]]]);
});

Deno.test("parseEachOptions() takes other spellings of placeholders", () => {
  const { command } = parseEachOptions(read("-I", "%", "--er", ",.", "--seqreplace", "{#}", "x"));
  assertEquals(command.aliases, new Map([["%", "{}"], [",.", "{.}"]]));
});
