import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "../../support/seeded_check.ts";
import { JobDescriptionError } from "../../../src/errors.ts";
import { checkIterations, findCycle, indexOfFilled, jobsBefore } from "../../../src/job/dependencies.ts";
import { parseTaskName } from "../../../src/job/name.ts";
import { parse, refusal } from "./support.ts";

const iteration = { stop: 5 };
const after = (...names: unknown[]) => ({ dependencies: { after: names } });

Deno.test("parseJob() reads whole jobs and single iterations", () => {
  assertEquals(parse(after("a", "b:3", "c:-2")).dependencies, [
    { kind: "job", job: "a" },
    { kind: "job", job: "b", iteration: 3 },
    { kind: "job", job: "c", iteration: -2 },
  ]);
  assertEquals(parse({ dependencies: {} }).dependencies, []);
  assertEquals(parse(after()).dependencies, []);
});

Deno.test("parseJob() reads ${it} in dependencies of an iterative job, in both spellings", () => {
  assertEquals(parse({ iteration, ...after("a:${it}", "b:$${it}", "c_${it}", "d$${it}_${it}") }).dependencies, [
    { kind: "aligned", job: "a" },
    { kind: "aligned", job: "b" },
    { kind: "perIteration", pattern: "c_${it}" },
    { kind: "perIteration", pattern: "d${it}_${it}" },
  ]);
});

Deno.test("parseJob() replaces submit variables in dependencies", () => {
  assertEquals(parse(after("a-${rcnt}", "${jname}.before")).dependencies, [
    { kind: "job", job: "a-12" },
    { kind: "job", job: "tj.before" },
  ]);
});

Deno.test("parseJob() keeps a repeated dependency once", () => {
  assertEquals(parse({ iteration, ...after("a", "a", "b:${it}", "b:$${it}") }).dependencies.length, 2);
});

Deno.test("parseJob() refuses dependencies that are not an object with an array of names", () => {
  assertStringIncludes(refusal({ dependencies: ["a"] }).message, "dependencies must be an object such as");
  assertStringIncludes(refusal({ dependencies: { after: "a" } }).message, "must be an array of job names");
  assertEquals(refusal({ dependencies: { after: ["a", 1] } }).path, "dependencies.after[1]");
  const unknown = refusal({ dependencies: { afer: [] } });
  assertEquals(unknown.path, "dependencies.afer");
  assertStringIncludes(unknown.message, 'did you mean "after"?');
});

Deno.test("parseJob() refuses a dependency that cannot name a job or an iteration", () => {
  for (const name of ["", ":3", "a:", "a:x", "a:1:2", "a:1.5", "a b", "a:3 ", "${nope}", "a:99999999999999999999"]) {
    assertEquals(refusal(after("ok", name)).path, "dependencies.after[1]", name);
  }
  for (const name of ["a_${it}:3", "a_${it}:${it}", "${it}:x", "a:${it}x", ":${it}", "$$$${it}"]) {
    assertEquals(refusal({ iteration, ...after(name) }).path, "dependencies.after[0]", name);
  }
});

Deno.test("parseJob() refuses ${it} in the dependencies of a job without iterations", () => {
  for (const name of ["a:${it}", "a:$${it}", "a_${it}"]) {
    assertStringIncludes(refusal(after(name)).message, 'uses ${it}, but the job has no "iteration"');
  }
});

Deno.test("parseJob() refuses a job that waits for itself in any spelling", () => {
  const selves = ["tj", "tj:3", "tj:${it}", "${jname}"];
  for (const name of selves) assertStringIncludes(refusal({ iteration, ...after(name) }).message, "wait for itself");
  const numbered = { name: "tj_3", iteration, ...after("tj_${it}") };
  assertStringIncludes(refusal(numbered).message, "wait for itself");
  assertEquals(parse({ ...numbered, name: "tj_5" }).dependencies.length, 1);
});

Deno.test("indexOfFilled() finds the index that makes a name of a pattern", () => {
  const table: [string, string, number | undefined][] = [
    ["a_${it}", "a_3", 3],
    ["a_${it}", "a_-3", -3],
    ["a_${it}0", "a_30", 3],
    ["${it}-${it}", "12-12", 12],
    ["${it}${it}", "1212", 12],
    ["${it}-${it}", "1-2", undefined],
    ["a_${it}", "a_03", undefined],
    ["a_${it}", "b_3", undefined],
    ["a_${it}", "a_", undefined],
    ["a_${it}", "a_3x", undefined],
  ];
  for (const [pattern, name, index] of table) assertEquals(indexOfFilled(pattern, name), index, `${pattern} ${name}`);
});

Deno.test("jobsBefore() lists known jobs once, from whichever side is smaller", () => {
  const job = parse({ iteration: { start: 2, stop: 4 }, ...after("a", "a:1", "b:${it}", "c_${it}", "gone") });
  assertEquals(jobsBefore(job, new Set(["a", "b", "c_1", "c_2", "c_3", "c_4"])), ["a", "b", "c_2", "c_3"]);
  assertEquals(jobsBefore(job, new Set(["c_3"])), ["c_3"]);
  const huge = parse({ iteration: { stop: 20_000_000 }, ...after("c_${it}") });
  assertEquals(jobsBefore(huge, new Set(["c_7", "c_-1", "d_7"])), ["c_7"]);
});

Deno.test("checkIterations() accepts iterations that exist, and jobs that are not known", () => {
  const targets = new Map([["a", { iteration: { start: -1, stop: 9 } }], ["plain", {}]]);
  const job = parse({ iteration, ...after("a", "plain", "a:-1", "a:8", "a:${it}", "a_${it}", "gone:3", "gone:${it}") });
  checkIterations(job, (name) => targets.get(name));
});

Deno.test("checkIterations() refuses iterations that do not exist, naming those that do", () => {
  const targets = new Map([["a", { iteration: { start: 1, stop: 4 } }], ["plain", {}]]);
  const table = [
    ["a:0", 'waits for iteration 0 of job "a", which has iterations 1 to 3 only'],
    ["a:4", 'waits for iteration 4 of job "a", which has iterations 1 to 3 only'],
    ["a:${it}", 'waits for iterations 0 to 4 of job "a", which has iterations 1 to 3 only'],
    ["plain:0", 'of job "plain", which has no iterations; write "plain"'],
    ["plain:${it}", 'of job "plain", which has no iterations; write "plain"'],
  ];
  for (const [name, message] of table) {
    const job = parse({ iteration, ...after("a", name) });
    const error = assertThrows(() => checkIterations(job, (name) => targets.get(name)), JobDescriptionError);
    assertEquals([error.jobName, error.path], ["tj", "dependencies.after[1]"]);
    assertStringIncludes(error.message, message!);
  }
});

Deno.test("findCycle() returns the names along the circle, in the order of waiting", () => {
  const jobs = [
    { name: "root", dependsOn: ["a"] },
    { name: "a", dependsOn: ["leaf", "b"] },
    { name: "b", dependsOn: ["c"] },
    { name: "c", dependsOn: ["gone", "a"] },
    { name: "leaf", dependsOn: [] },
  ];
  assertEquals(findCycle(jobs), ["a", "b", "c"]);
  assertEquals(findCycle([{ name: "a", dependsOn: ["a"] }]), ["a"]);
});

Deno.test("findCycle() finds none in a diamond, in unknown names, and in nothing", () => {
  const diamond = [
    { name: "d", dependsOn: ["b", "c", "b"] },
    { name: "b", dependsOn: ["a"] },
    { name: "c", dependsOn: ["a", "gone"] },
    { name: "a", dependsOn: [] },
  ];
  assertEquals(findCycle(diamond), undefined);
  assertEquals(findCycle([]), undefined);
});

Deno.test("findCycle() walks a chain of 100,000 jobs", () => {
  const length = 100_000;
  const chain = Array.from({ length }, (_, i) => ({ name: `j${i}`, dependsOn: i + 1 < length ? [`j${i + 1}`] : [] }));
  assertEquals(findCycle(chain), undefined);
  const circle = chain.map((job, i) => i + 1 < length ? job : { ...job, dependsOn: ["j0"] });
  assertEquals(findCycle(circle)?.length, length);
});

Deno.test("findCycle() looks at each job once, however many ways lead to it", () => {
  // Sixty diamonds in a row: 2^60 ways from the first job to the last.
  const jobs = Array.from({ length: 60 }, (_, i) => [
    { name: `${i}`, dependsOn: [`${i}a`, `${i}b`] },
    { name: `${i}a`, dependsOn: [`${i + 1}`] },
    { name: `${i}b`, dependsOn: [`${i + 1}`] },
  ]).flat();
  assertEquals(findCycle(jobs), undefined);
});

Deno.test("findCycle() finds a real circle exactly when the jobs cannot be put in order", () => {
  const edges = fc.array(fc.tuple(fc.nat(7), fc.nat(7)), { maxLength: 14 });
  fc.assert(
    fc.property(edges, (edges) => {
      const jobs = Array.from({ length: 8 }, (_, i) => ({
        name: `${i}`,
        dependsOn: edges.filter(([from]) => from === i).map(([, to]) => `${to}`),
      }));
      let left = jobs;
      for (let before = -1; before !== left.length;) {
        before = left.length;
        left = left.filter((job) => job.dependsOn.some((name) => left.some((other) => other.name === name)));
      }
      const cycle = findCycle(jobs);
      assertEquals(cycle !== undefined, left.length > 0);
      cycle?.forEach((name, i) => {
        assert(jobs[Number(name)]!.dependsOn.includes(cycle[(i + 1) % cycle.length]!));
      });
    }),
    { numRuns: 1000 },
  );
});

Deno.test("parseTaskName() takes a job's or an iteration's name apart, or returns undefined", () => {
  assertEquals(parseTaskName("job"), { job: "job" });
  assertEquals(parseTaskName("job:1"), { job: "job", iteration: 1 });
  assertEquals(parseTaskName("job:-0"), { job: "job", iteration: 0 });
  for (const text of ["", "job:", "job:x", "job:1:2", ":1", "job: 1", "job:1e3"]) {
    assertEquals(parseTaskName(text), undefined, text);
  }
});
