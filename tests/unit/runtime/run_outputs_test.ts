import { assertEquals, assertStringIncludes } from "@std/assert";
import type { AdmittedJob } from "../../../src/core/types.ts";
import type { JobDescription, OutputName } from "../../../src/job/description.ts";
import { parseJob } from "../../../src/job/parse.ts";
import { RunOutputs } from "../../../src/runtime/run_outputs.ts";

const basic = { exec: "x", stdout: "stdout", stderr: "stderr" };

/** A run into which jobs are let whose outputs were chosen by nobody, or by their user. */
function begin(earlier: readonly JobDescription[] = []) {
  const jobs = new Map<string, AdmittedJob>();
  const enter = (description: JobDescription): AdmittedJob => {
    const admitted = { id: jobs.size, firstTask: jobs.size, description, requests: [], edges: [] };
    jobs.set(description.name, admitted);
    return admitted;
  };
  earlier.forEach(enter);
  const warnings: string[] = [];
  const known = { find: (name: string) => jobs.get(name), names: () => jobs.keys() };
  const outputs = new RunOutputs("/w", known, (text) => void warnings.push(text));
  const submit = (value: object, unnamed: readonly OutputName[] = []) => {
    const named = outputs.named(parseJob(value, {}), unnamed);
    outputs.added([enter(named)]);
    return [named.execution.stdout, named.execution.stderr];
  };
  return { submit, warnings, outputs };
}

const both: readonly OutputName[] = ["stdout", "stderr"];

Deno.test("RunOutputs.named() lets a default give way to whoever has the file, and nothing else", () => {
  const { submit, warnings } = begin();
  assertEquals(submit({ name: "a", execution: basic }, both), ["stdout", "stderr"]);
  assertEquals(submit({ name: "b", execution: basic }, both), ["stdout.b", "stderr.b"]);
  assertEquals(submit({ name: "c", execution: { ...basic, stdout: "mine" } }, ["stderr"]), ["mine", "stderr.c"]);
  // What a user has named stays, and is a warning.
  assertEquals(submit({ name: "e", execution: basic }, ["stderr"]), ["stdout", "stderr.e"]);
  assertEquals(warnings.splice(0).length, 1);
  // In another folder there is no other.
  assertEquals(submit({ name: "d", execution: { ...basic, wd: "d" } }, both), ["stdout", "stderr"]);
  assertEquals(submit({ name: "s", execution: basic, iteration: { stop: 2 } }, both), [
    "stdout.s:${it}",
    "stderr.s:${it}",
  ]);
  assertEquals(warnings, []);
});

Deno.test("RunOutputs.added() warns of what users have chosen, at most ten times", () => {
  const { submit, warnings, outputs } = begin();
  for (let count = 0; count < 20; count++) submit({ name: `j${count}`, execution: { exec: "x", stdout: "o" } });
  assertEquals(warnings.length, 11);
  assertStringIncludes(warnings[0]!, 'tasks "j0" and "j1" both write "o"');
  assertStringIncludes(warnings[10]!, "are not told");
  assertEquals(outputs.told, warnings.slice(0, 10));
});

Deno.test("RunOutputs knows the files of the jobs that an earlier pilot let in", () => {
  const earlier = ["x", "y"].map((name) => parseJob({ name, execution: basic }, {}));
  const { submit, warnings } = begin(earlier);
  assertEquals(warnings, []);
  assertEquals(submit({ name: "z", execution: basic }, both), ["stdout.z", "stderr.z"]);
});
