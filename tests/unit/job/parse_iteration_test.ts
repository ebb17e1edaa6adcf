import { assertEquals, assertStringIncludes } from "@std/assert";
import { taskCount, taskName } from "../../../src/job/description.ts";
import { parseJob } from "../../../src/job/parse.ts";
import { parse, refusal } from "./support.ts";

const read = (iteration: unknown) => parse({ iteration }).iteration;
const refuse = (iteration: unknown) => refusal({ iteration });

Deno.test("parseIteration() reads start and stop; start is 0 by default and may be negative", () => {
  assertEquals(read({ stop: 10 }), { start: 0, stop: 10 });
  assertEquals(read({ start: null, stop: 10 }), { start: 0, stop: 10 });
  assertEquals(read({ start: 5, stop: 10 }), { start: 5, stop: 10 });
  assertEquals(read({ start: -5, stop: -2 }), { start: -5, stop: -2 });
});

Deno.test("parseIteration() gives tasks their count and names", () => {
  const job = parse({ iteration: { start: -1, stop: 3 } });
  assertEquals(taskCount(job), 4);
  assertEquals([0, 1, 3].map((offset) => taskName(job, offset)), ["tj:-1", "tj:0", "tj:2"]);
});

Deno.test("parseIteration() reads values as texts, in request files as Python's", () => {
  const iteration = { values: ["a", 1, 2.5, null, false] };
  assertEquals(read(iteration), { start: 0, stop: 5, values: ["a", "1", "2.5", "null", "false"] });
  const requested = parseJob({ name: "tj", execution: { exec: "x" }, iteration }, { spelling: "requests" }).iteration;
  assertEquals(requested?.values, ["a", "1", "2.5", "None", "False"]);
  assertEquals(refuse({ values: ["a", ["b"]] }).path, "iteration.values[1]");
  assertEquals(refuse({ values: "abc" }).path, "iteration.values");
});

Deno.test("parseIteration() refuses empty values, which QCG-PilotJob queues for ever", () => {
  assertStringIncludes(refuse({ values: [] }).message, "iteration.values is empty");
});

Deno.test("parseIteration() refuses a range without an index", () => {
  for (const range of [{ stop: 0 }, { start: 3, stop: 3 }, { start: 5, stop: 2 }, { stop: -1 }]) {
    assertStringIncludes(refuse(range).message, "iteration has no index");
  }
});

Deno.test("parseIteration() refuses neither, and stop or start together with values", () => {
  for (const neither of [{}, { start: 1 }]) assertStringIncludes(refuse(neither).message, 'needs "stop" or "values"');
  assertEquals(refuse({ stop: 1, values: ["a"] }).path, "iteration.stop");
  assertEquals(refuse({ start: 0, values: ["a"] }).path, "iteration.start");
});

Deno.test("parseIteration() takes start and stop beside values in a recorded job", () => {
  const recorded = { name: "tj", execution: { exec: "e" }, iteration: { start: 0, stop: 2, values: ["a", "b"] } };
  assertEquals(parseJob(recorded, {}).iteration, recorded.iteration);
});

Deno.test("parseIteration() refuses indexes that are not integers, booleans too", () => {
  for (const stop of [1.5, "3", true, [], {}, 2 ** 53]) assertEquals(refuse({ stop }).path, "iteration.stop");
  assertEquals(refuse({ start: false, stop: 3 }).path, "iteration.start");
  assertStringIncludes(refuse({ stop: "3" }).message, "write it without quotes");
});

Deno.test("parseIteration() allows 2^31-1 iterations and no more", () => {
  assertEquals(read({ start: 7, stop: 7 + 20_000_000 })?.start, 7);
  assertStringIncludes(refuse({ stop: 20_000_001 }).message, "at most 20000000");
  const whole = { start: Number.MIN_SAFE_INTEGER, stop: Number.MAX_SAFE_INTEGER };
  assertStringIncludes(refuse(whole).message, "at most 20000000");
});

Deno.test("parseIteration() refuses what is not an object, and says what would be right", () => {
  for (const iteration of [10, [0, 10], "0-10", true]) {
    assertStringIncludes(refuse(iteration).message, 'iteration must be an object such as { "stop": 10 }');
  }
});
