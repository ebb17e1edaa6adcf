import { assertEquals, assertThrows } from "@std/assert";
import { JobDescriptionError } from "../../../src/errors.ts";
import { commandOf } from "../../../src/job/command_of.ts";
import { parseJob } from "../../../src/job/parse.ts";
import { isPriority } from "../../../src/job/parse_order.ts";
import { serializeJob } from "../../../src/job/serialize.ts";

const parse = (more: object) => parseJob({ name: "tj", execution: { exec: "date" }, ...more }, {});

Deno.test("parseJob() reads priority, maxRunning and group, and leaves out the priority that every job has", () => {
  const { priority, maxRunning, group } = parse({ priority: 7, maxRunning: 3, group: "io" });
  assertEquals([priority, maxRunning, group], [7, 3, "io"]);
  assertEquals("priority" in parse({ priority: 0 }), false);
});

Deno.test("parseJob() refuses places among the others that there are not", () => {
  for (
    const [more, message] of [
      [{ priority: 1.5 }, "priority"],
      [{ priority: 1_000_001 }, "priority"],
      [{ maxRunning: 0 }, "maxRunning"],
      [
        { group: "a b" },
        'group must be a letter, then letters, digits, dots, dashes and underscores, at most 64 in all, not "a b"',
      ],
      [{ group: 3 }, "group"],
      [{ onFailure: "contiune" }, 'onFailure must be "omit" or "continue", not "contiune" (did you mean "continue"?)'],
      [{ finally: 1 }, "finally must be true or false"],
      [{ dependencies: { afterNotOK: ["a"] } }, 'did you mean "afterNotOk"'],
      [{ dependencies: { afterAny: ["tj"] } }, "dependencies.afterAny[0] makes the job wait for itself"],
      [{ prority: 1 }, 'did you mean "priority"'],
    ] as const
  ) {
    assertThrows(() => parse(more), JobDescriptionError, message);
  }
});

Deno.test("serializeJob() writes the place of a job so that it is read again", () => {
  const job = parse({ priority: -2, maxRunning: 3, group: "io", resources: { numCores: 1 } });
  assertEquals(parseJob(serializeJob(job), {}), job);
});

Deno.test("isPriority() takes whole numbers up to a million", () => {
  assertEquals([0, -1e6, 1e6].map(isPriority), [true, true, true]);
  assertEquals([1e6 + 1, 0.5, NaN, "1", null].map(isPriority), [false, false, false, false, false]);
});

Deno.test("commandOf() is equal for jobs that may be expected to take equally long", () => {
  const of = (execution: object) => commandOf(parse({ execution }).execution);
  assertEquals(of({ exec: "./sim", args: ["1"] }), of({ exec: "./sim", args: ["2"] }));
  assertEquals(of({ exec: "python3", args: ["-u", "a.py", "1"] }), "python3 a.py");
  assertEquals(of({ exec: "/usr/bin/python3", args: ["a1.py"] }), of({ exec: "/usr/bin/python3", args: ["a2.py"] }));
  assertEquals(of({ exec: "bash", args: [] }), "bash");
  assertEquals(of({ script: "sim 12 > out12" }), of({ script: "sim 7 > out7" }));
});

Deno.test("parseJob() reads what goes on after failures, and serializeJob() writes it so that it is read again", () => {
  const dependencies = { after: ["a"], afterAny: ["b:3", "c"], afterNotOk: ["a"] };
  const job = parse({ onFailure: "continue", finally: true, dependencies, resources: { numCores: 1 } });
  assertEquals([job.onFailure, job.finally], ["continue", true]);
  assertEquals(job.dependencies, [
    { kind: "job", job: "a" },
    { kind: "job", job: "b", iteration: 3, awaits: "end" },
    { kind: "job", job: "c", awaits: "end" },
    { kind: "job", job: "a", awaits: "failure" },
  ]);
  assertEquals(serializeJob(job)["dependencies"], dependencies);
  assertEquals(parseJob(serializeJob(job), {}), job);
  const usual = parse({ onFailure: "omit", finally: false });
  assertEquals(["onFailure" in usual, "finally" in usual], [false, false]);
});
