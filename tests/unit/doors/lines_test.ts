/**
 * Lines that come in pieces, the options of `qcgpj run`, and small texts.
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
import fc, { anyCharacter } from "../../support/seeded_check.ts";
import { formatEnvironment } from "../../../src/cli/service/environment_log.ts";
import { type Line, readLines } from "../../../src/doors/lines.ts";
import { parseRunOptions } from "../../../src/cli/run/options.ts";
import { TaskLines } from "../../../src/cli/service/task_lines.ts";
import { UsageError } from "../../../src/service/usage.ts";
import { HandPilot, startMs } from "../service/support.ts";
import { piecesOf } from "../cli/support.ts";

const lines = async (text: string, size?: number, bytesMax?: number): Promise<Line[]> =>
  await Array.fromAsync(readLines(piecesOf(text, size), bytesMax));

Deno.test("readLines() gives the same lines however the text is cut", async () => {
  const line = fc.string({ unit: anyCharacter, maxLength: 20 }).filter((text) => !text.includes("\n"));
  await fc.assert(fc.asyncProperty(fc.array(line), fc.integer({ min: 1, max: 30 }), async (texts, size) => {
    const whole = texts.map((text) => `${text}\n`).join("");
    assertEquals(await lines(whole, size), texts.map((text) => ({ text: text.toWellFormed() })));
  }));
});

Deno.test("readLines() takes a last line without a line feed", async () => {
  assertEquals(await lines("a\nb"), [{ text: "a" }, { text: "b" }]);
  assertEquals(await lines(""), []);
});

Deno.test("readLines() passes over what is too long or no UTF-8, and goes on", async () => {
  assertEquals(await lines("abc\nabcd\nabc\n", 2, 3), [
    { text: "abc" },
    { problem: "the line is longer than 3 bytes" },
    { text: "abc" },
  ]);
  async function* bytes() {
    yield await new Uint8Array([0xc3, 10, 0x61, 10]);
  }
  assertEquals(await Array.fromAsync(readLines(bytes())), [{ problem: "the line is not UTF-8 text" }, { text: "a" }]);
});

Deno.test("parseRunOptions() reads the service's options and its own", () => {
  const { common, ...own } = parseRunOptions([
    "-q",
    "--grace",
    "0.5",
    "f.json",
    "--nod=2",
    "--tags",
    "a,b",
    "--durability=Power",
  ]);
  assertEquals(own, {
    file: "f.json",
    from: undefined,
    rerun: undefined,
    durability: "power",
    graceMs: 500,
    login: true,
    haltOn: undefined,
    learn: undefined,
    isQuiet: true,
    tellsEvents: false,
  });
  assertEquals([common.nodes, common.tags, common.wd, common.reportFormat], ["2", ["a", "b"], undefined, "json"]);
  const piped = parseRunOptions(["-", "--events"]);
  assertEquals([piped.file, piped.tellsEvents, piped.durability, piped.graceMs], ["-", true, "process", 5000]);
  assertEquals(parseRunOptions(["--resume", "d"]).common.resume, "d");
});

Deno.test("parseRunOptions() refuses what contradicts itself, and the service's other options", () => {
  const wrong = [[], ["a", "b"], ["a", "--grace", "-1"], ["a", "--events"], ["a", "--show-progress"], [
    "a",
    "--nodes",
    "x:0",
  ]];
  for (const args of wrong) assertThrows(() => parseRunOptions(args), UsageError);
});

Deno.test("formatEnvironment() tells names and lengths, never values", () => {
  assertEquals(
    formatEnvironment({ B: "secret", A: "", C: "ä😀" }),
    "A=[0 characters]\nB=[6 characters]\nC=[2 characters]\n",
  );
});

Deno.test("TaskLines tells start and end of every task, and what could not start", () => {
  const pilot = new HandPilot("n0:8");
  const told: string[] = [];
  pilot.hub.add("progress", new TaskLines((atMs, text) => told.push(`${atMs - startMs} ${text}`)));
  pilot.take({ name: "a" }, { name: "it", iteration: { start: 3, stop: 4 } }, { name: "gone" });
  pilot.start("a", 5);
  pilot.run("it:3", { code: 1 });
  pilot.failToStart("gone", "no such program");
  pilot.exit("a");
  assertEquals(told, [
    "5 executing job a ...",
    "6 executing job it:3 ...",
    "2006 job it:3 finished",
    "2006 failed to start job gone",
    "2006 job gone finished",
    "4006 job a finished",
  ]);
});
