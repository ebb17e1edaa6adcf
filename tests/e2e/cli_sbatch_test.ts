/**
 * `qcgpj sbatch` without a cluster: what it would submit, and what it says when that cannot be.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { call } from "./support/command_line.ts";
import { Scratch } from "./support/scratch.ts";

Deno.test("qcgpj sbatch --dry-run prints a script whose last line becomes the command", async () => {
  const { code, out } = await call([
    "sbatch",
    "-N",
    "4",
    "-t",
    "10",
    "--sbatch=--account=me",
    "--dry-run",
    "run",
    "a b.json",
  ]);
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

Deno.test("qcgpj sbatch says why there is no batch job", async () => {
  await using scratch = new Scratch();
  scratch.write("sbatch", "#!/bin/sh\necho 'sbatch: error: no such partition' >&2\nexit 1\n", 0o755);
  const refused = await call(["sbatch", "run", "jobs.json"], { env: { PATH: `${scratch.path}:/usr/bin:/bin` } });
  assertEquals([refused.code, refused.out], [1, ""]);
  assertStringIncludes(refused.err, "Slurm refused the batch job: sbatch: error: no such partition");
});
