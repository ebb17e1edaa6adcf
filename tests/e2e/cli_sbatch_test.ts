/**
 * `qcgpj sbatch` without a cluster: what it would submit, and what it says when that cannot be.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { call, writeJobs } from "./support/command_line.ts";
import { Scratch } from "./support/scratch.ts";

const job = { name: "a", execution: { exec: "true" } };

Deno.test("qcgpj sbatch --dry-run prints a script whose last line becomes the command", async () => {
  await using scratch = new Scratch();
  writeJobs(scratch, "a b.json", [job]);
  const options = ["-N", "4", "-t", "10", "--sbatch=--account=me", "--dry-run"];
  const { code, out } = await call(["sbatch", ...options, "run", "a b.json"], { cwd: scratch.path });
  const lines = out.split("\n");
  assertEquals(code, 0);
  assertEquals(lines.slice(0, 3), ["#!/bin/bash", "#SBATCH --nodes=4", "#SBATCH --time=10"]);
  assert(lines.includes("#SBATCH --account=me") && lines.includes("#SBATCH --no-kill"), out);
  assert(/^exec '.*' 'run' 'a b\.json'$/.test(lines.at(-2)!), out);
});

Deno.test("qcgpj sbatch refuses now what the batch job would refuse hours later", async () => {
  const wrong = await call(["sbatch", "--dry-run", "run", "jobs.json", "--gracee", "3"]);
  assertEquals(wrong.code, 2);
  assertStringIncludes(wrong.err, '"--gracee" is unknown (did you mean "--grace"?)');
  const other = await call(["sbatch", "--dry-run", "walk"]);
  assertEquals(other.code, 2);
  assertStringIncludes(other.err, 'The command of the batch job must be run or each, not "walk"');
});

Deno.test("qcgpj sbatch examines the command and the file of the batch job before it submits anything", async () => {
  await using scratch = new Scratch();
  writeJobs(scratch, "bad.json", [{ ...job, dependencies: { after: ["b"] } }, { ...job, name: "c", excution: {} }]);
  const cases: readonly (readonly [words: readonly string[], code: number, text: string])[] = [
    [["run", "none.json"], 2, "none.json"],
    [["run", "bad.json"], 2, "1 more problem; qcgpj validate bad.json shows all"],
    [["run", "-"], 2, "A batch job has no standard input: write the requests to a file"],
    [["each", "gzip"], 2, "A batch job has no standard input: give the inputs behind :::"],
    [["each", "--jobz", "3", "gzip", ":::", "a"], 2, '"--jobz" is unknown'],
    [["--sbatch=--dependency=afterok:7", "run", "none.json"], 0, ""],
    [["each", "gzip", ":::", "a"], 0, ""],
  ];
  for (const [words, code, text] of cases) {
    const ended = await call(["sbatch", "--dry-run", ...words], { cwd: scratch.path });
    assertEquals([ended.code, ended.out === ""], [code, code !== 0], ended.err);
    assertStringIncludes(ended.err, text);
  }
});

Deno.test("qcgpj sbatch says why there is no batch job", async () => {
  await using scratch = new Scratch();
  scratch.write("sbatch", "#!/bin/sh\necho 'sbatch: error: no such partition' >&2\nexit 1\n", 0o755);
  writeJobs(scratch, "jobs.json", [job]);
  const env = { PATH: `${scratch.path}:/usr/bin:/bin` };
  const refused = await call(["sbatch", "run", "jobs.json"], { env, cwd: scratch.path });
  assertEquals([refused.code, refused.out], [1, ""]);
  assertStringIncludes(refused.err, "Slurm refused the batch job: sbatch: error: no such partition");
});
