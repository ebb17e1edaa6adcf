/**
 * `qcgpj journal`: what is intact, and the job report that it makes.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { call, findRecords, writeJobs } from "./support/command_line.ts";
import { Scratch } from "./support/scratch.ts";

async function runOne(scratch: Scratch): Promise<string> {
  writeJobs(scratch, "jobs.json", [{ name: "it", iteration: { stop: 20 }, execution: { exec: "true" } }]);
  assertEquals((await call(["run", "jobs.json", "-q"], { cwd: scratch.path })).code, 0);
  return `${findRecords(scratch.path)}/journal`;
}

Deno.test("qcgpj journal salvage says that nothing is lost, however the run is named", async () => {
  await using scratch = new Scratch();
  const journal = await runOne(scratch);
  const folder = findRecords(scratch.path);
  const id = folder.slice(folder.indexOf("service-") + "service-".length);
  for (const target of [["."], [folder], [journal], ["-C", id], []]) {
    const { code, out, err } = await call(["journal", "salvage", ...target], { cwd: scratch.path });
    assertEquals([code, err], [0, ""]);
    assertMatch(out, /journal: nothing is lost\nheader: run [0-9a-f]{16}\nintact: \d+ events in \d+ records/);
  }
});

Deno.test("qcgpj journal salvage tells which bytes are damaged, exits with 1 and changes nothing", async () => {
  await using scratch = new Scratch();
  const journal = await runOne(scratch);
  const bytes = Deno.readFileSync(journal);
  // Behind the headers and descriptions, which have a second copy.
  const late = Math.floor(bytes.length * 0.8);
  bytes[late]! ^= 0xff;
  Deno.writeFileSync(journal, bytes);
  const { code, out } = await call(["journal", "salvage", journal]);
  assertEquals(code, 1);
  assertMatch(out, /: \d+ records? lost\n/);
  assertMatch(out, /\ndamage: \d+ bytes at offset \d+: /);
  assertEquals(Deno.readFileSync(journal), bytes);
});

Deno.test("qcgpj journal salvage exits with 2 where there is no journal, or what is there is none", async () => {
  await using scratch = new Scratch();
  scratch.write("text", "This is no journal.");
  const wrong: [args: string[], told: string][] = [
    [["salvage", "."], "There is no run to look at in "],
    [["salvage", "text"], "it is not a journal"],
    [["salvage"], "There is no run to look at in "],
    [[], "What to do is missing"],
    [["salvage", ".", "."], "There can be only one DIR"],
    [["salvage", "-C", ".", "."], "The run is named twice"],
    [["salvage", "gone"], 'Cannot tell which run "gone" is'],
  ];
  for (const [args, told] of wrong) {
    const { code, out, err } = await call(["journal", ...args], { cwd: scratch.path });
    assertEquals([args, code, out], [args, 2, ""]);
    assertStringIncludes(err, told);
  }
});

Deno.test("qcgpj journal report writes the job report that the run has written, in either form", async () => {
  await using scratch = new Scratch();
  await runOne(scratch);
  const { code, out } = await call(["journal", "report", "."], { cwd: scratch.path });
  // The journal counts whole microseconds, so the last digit of a time may differ.
  const timeless = (report: string) => report.replaceAll(/\.\d{6}"/g, '"');
  const written = Deno.readTextFileSync(`${findRecords(scratch.path)}/jobs.report`);
  assertEquals([code, timeless(out)], [0, timeless(written)]);
  const text = await call(["journal", "report", ".", "--report-format", "text"], { cwd: scratch.path });
  assertMatch(text.out, /^it:\d+ \(SUCCEED\) \n\t/);
  const wrong = await call(["journal", "salvage", ".", "--report-format", "text"], { cwd: scratch.path });
  assertEquals(wrong.code, 2);
  assertStringIncludes(wrong.err, "--report-format is for qcgpj journal report alone");
});

Deno.test("qcgpj journal report of a damaged journal writes what is intact, says so and exits with 1", async () => {
  await using scratch = new Scratch();
  const journal = await runOne(scratch);
  const bytes = Deno.readFileSync(journal);
  bytes[Math.floor(bytes.length * 0.8)]! ^= 0xff;
  Deno.writeFileSync(journal, bytes);
  const { code, out, err } = await call(["journal", "report", journal]);
  assertEquals([code, out.startsWith('{"name": "it:')], [1, true]);
  assertStringIncludes(err, "may lack records");
});
