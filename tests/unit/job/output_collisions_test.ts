import { assertEquals, assertStringIncludes } from "@std/assert";
import type { JobDescription } from "../../../src/job/description.ts";
import { OutputFiles } from "../../../src/job/output_collisions.ts";
import { outputFilesOf, ownOutput } from "../../../src/job/output_files.ts";
import { parseJob } from "../../../src/job/parse.ts";

function job(name: string, execution: object, more: object = {}): JobDescription {
  return parseJob({ name, execution: { exec: "x", ...execution }, ...more }, {});
}

const paths = (one: JobDescription) => outputFilesOf(one, "/w").map(({ path }) => path);

Deno.test("outputFilesOf() resolves paths as a launch does, and leaves out what is not known or keeps nothing", () => {
  assertEquals(paths(job("a", { stdout: "o", stderr: "sub/../e", wd: "d" })), ["/w/d/o", "/w/d/e"]);
  assertEquals(paths(job("a", { stdout: "${root_wd}/o", stderr: "/w/o" })), ["/w/o"]);
  assertEquals(paths(job("a", { stdout: "o.${ncores}", stderr: "/dev/stderr" })), []);
  assertEquals(paths(job("a", {})), []);
  const sweep = job("s", { stdout: "o.${it}" }, { iteration: { stop: 3 } });
  assertEquals(outputFilesOf(sweep, "/w"), [{ output: "stdout", path: "/w/o.${it}", isAdded: false }]);
});

Deno.test("outputFilesOf() names two tasks of one job that share a file", () => {
  const shared = (execution: object, iteration: object) =>
    outputFilesOf(job("s", execution, { iteration }), "/w")[0]!.shared;
  assertEquals(shared({ stdout: "o" }, { start: 4, stop: 6 }), ["s:4", "s:5"]);
  assertEquals(shared({ stdout: "o" }, { stop: 1 }), undefined);
  assertEquals(shared({ stdout: { path: "o", append: true } }, { stop: 3 }), undefined);
  assertEquals(shared({ stdout: "o.${itval}" }, { values: ["a", "b", "a"] }), ["s:0", "s:2"]);
  assertEquals(shared({ stdout: "o.${itval}" }, { values: ["a", "b"] }), undefined);
  assertEquals(shared({ stdout: "o", wd: "d.${it}" }, { stop: 3 }), undefined);
});

Deno.test("ownOutput() names an output after its task", () => {
  assertEquals(ownOutput(job("t", {}), "stdout"), "stdout.t");
  assertEquals(ownOutput(job("s", {}, { iteration: { stop: 3 } }), "stdout"), "stdout.s:${it}");
});

/** Adds jobs, and tells the problems of the last one. */
function problems(...jobs: JobDescription[]): string[] {
  const files = new OutputFiles("/w");
  const known = new Map(jobs.map((one) => [one.name, one]));
  const found = jobs.map((one) => files.add(one, (name) => known.get(name), () => new Set(known.keys())));
  return found.at(-1)!.map(({ problem }) => problem);
}

const after = (...names: string[]) => ({ dependencies: { after: names } });

Deno.test("OutputFiles.add() tells of two tasks that write one file in no order, and names both", () => {
  const [problem] = problems(job("a", { stdout: "o" }), job("b", { stderr: "/w/o" }));
  assertStringIncludes(problem!, 'tasks "a" and "b" both write "o"');
  assertStringIncludes(problem!, "give each its own stderr");
  assertEquals(problems(job("a", { stdout: "o" }), job("b", { stdout: "p" })), []);
  assertStringIncludes(problems(job("s", { stdout: "o" }, { iteration: { stop: 3 } }))[0]!, 'tasks "s:0" and "s:1"');
});

Deno.test("OutputFiles.add() is silent where one task waits for the other, through others too, in either order", () => {
  const [a, z] = [job("a", { stdout: "o" }), job("z", { stdout: "o" }, after("m"))];
  const m = job("m", {}, after("a"));
  assertEquals(problems(a, m, z), []);
  assertEquals(problems(z, m, a), []);
  assertEquals(problems(a, job("m", {}), z).length, 1);
  assertEquals(problems(a, job("b", { stdout: "o" }, after("a"))), []);
});

Deno.test("OutputFiles.add() is silent where both add to the file, not where one empties it", () => {
  const added = { stdout: { path: "o", append: true } };
  assertEquals(problems(job("a", added), job("b", added)), []);
  assertEquals(problems(job("a", added), job("b", { stdout: "o" })).length, 1);
  assertEquals(problems(job("a", { stdout: "o" }), job("b", added)).length, 1);
});
