import { assertEquals, assertThrows } from "@std/assert";
import { parseRunOptions } from "../../../../src/cli/run/options.ts";
import { parseServiceOptions } from "../../../../src/service/options.ts";
import { UsageError } from "../../../../src/service/usage.ts";

/** What stands for the shared options on both command lines. */
const shared: readonly (readonly string[])[] = [
  [],
  ["--wd=-strange", "--tags", " a , b,", "--id", "x=y"],
  ["--nodes", "n1:2,n2:3", "--system-core", "--envschema", "SLURM,common", "--log", "DEBUG"],
  ["--report-format", "none", "--report-file=--odd=1", "--resume", "a,b"],
];
for (const args of shared) {
  Deno.test(`parseRunOptions() reads ${JSON.stringify(args)} as the service does`, () => {
    const { common, file } = parseRunOptions([...args, "jobs.json"]);
    assertEquals<unknown>(common, parseServiceOptions(args));
    assertEquals(file, "jobs.json");
  });
}

Deno.test("parseRunOptions() refuses what the service would, in the same words", () => {
  for (const args of [["--nodes", "0"], ["--id", "a/b"], ["--envschema", "slrum"]]) {
    const { message } = assertThrows(() => parseServiceOptions(args), UsageError);
    assertThrows(() => parseRunOptions([...args, "jobs.json"]), UsageError, message);
  }
});

Deno.test("parseRunOptions() tells what --durability memory makes of no effect", () => {
  const args = ["--report-file", "here", "jobs.json", "--durability"];
  assertEquals(parseRunOptions([...args, "memory"]).common.unsupported, [
    '--report-file is accepted, but has no effect: with durability "memory" neither report nor log is written',
  ]);
  assertEquals(parseRunOptions([...args, "power"]).common.unsupported, []);
});

Deno.test("parseRunOptions() knows none of the service's options that it does not share", () => {
  assertEquals(parseRunOptions(["--net-port", "5"]).common.network?.port, 5);
  assertThrows(() => parseRunOptions(["--governor", "jobs.json"]), UsageError, 'Option "--governor" is unknown');
});
