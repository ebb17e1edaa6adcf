/**
 * Looking at a run that is over: runs, status, tasks, show, logs, failures.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { call, findRecords, writeJobs } from "./support/command_line.ts";
import { Scratch } from "./support/scratch.ts";

/** Runs forty tasks, of which some fail in two ways, and one that waits for all of them. */
async function runSome(scratch: Scratch): Promise<void> {
  const script =
    'echo "out $1"; case $1 in 7|17|27) echo "no $1 in /d/$1" >&2; exit 4;; 30) echo full >&2; exit 7;; esac';
  writeJobs(scratch, "jobs.json", [
    {
      name: "it",
      iteration: { stop: 40 },
      execution: {
        exec: "sh",
        args: ["-c", script, "x", "${it}"],
        env: { A: "b c" },
        stdout: "o/${it}",
        stderr: "e/${it}",
      },
    },
    { name: "last", execution: { exec: "true" }, dependencies: { after: ["it"] } },
  ]);
  assertEquals((await call(["run", "jobs.json", "-q", "--nodes", "n1:4"], { cwd: scratch.path })).code, 1);
}

Deno.test("qcgpj failures tells in which ways tasks failed, the commonest first, and how to run them again", async () => {
  await using scratch = new Scratch();
  await runSome(scratch);
  const { code, out } = await call(["failures"], { cwd: scratch.path });
  assertEquals(code, 1);
  assertEquals(out.split("\n").slice(1), [
    "3 × FAILED exit code 4",
    "    no <n> in <path>",
    "    it:7 it:17 it:27",
    "1 × FAILED exit code 7",
    "    full",
    "    it:30",
    "1 × OMITTED dependency",
    '    job "it" did not succeed (it failed)',
    "    last",
    `run them again: qcgpj run --resume ${findRecords(scratch.path)} --failed`,
    "",
  ]);
  const names = await call(["failures", ".", "--names"], { cwd: scratch.path });
  assertEquals(names.out, "it:7\nit:17\nit:27\nit:30\n");
  const json = JSON.parse((await call(["failures", "--json"], { cwd: scratch.path })).out);
  assertEquals([json.failed, json.omitted, json.groups[1].tasks], [4, 1, ["it:30"]]);
});

Deno.test("qcgpj run --resume --failed runs what failed again, and what was omitted by it, and nothing else", async () => {
  await using scratch = new Scratch();
  const script = 'echo "$1" >> ran; [ "$1" != 2 ] || [ -e fixed ]';
  writeJobs(scratch, "jobs.json", [
    { name: "it", iteration: { stop: 4 }, execution: { exec: "sh", args: ["-c", script, "x", "${it}"] } },
    { name: "last", execution: { exec: "sh", args: ["-c", "echo last >> ran"] }, dependencies: { after: ["it"] } },
  ]);
  assertEquals((await call(["run", "jobs.json", "-q", "--nodes", "n1:1"], { cwd: scratch.path })).code, 1);
  scratch.write("fixed", "");
  const refused = await call(["run", "--resume", ".", "--failed", "--only", "it:9"], { cwd: scratch.path });
  assertEquals([refused.code, refused.err.includes("it has 0 to 3")], [2, true]);
  const again = await call(["run", "--resume", ".", "--failed", "--nodes", "n1:1"], { cwd: scratch.path });
  assertEquals(again.code, 0);
  assertEquals(Deno.readTextFileSync(`${scratch.path}/ran`), "0\n1\n2\n3\n2\nlast\n");
  assertEquals((await call(["failures"], { cwd: scratch.path })).code, 0);
  assertEquals((await call(["run", "jobs.json", "--failed"], { cwd: scratch.path })).code, 2);
  const only = await call(["run", "--resume", ".", "--only", "it:0"], { cwd: scratch.path });
  assertEquals([only.code, Deno.readTextFileSync(`${scratch.path}/ran`).endsWith("last\n0\n")], [0, true]);
});

Deno.test("qcgpj status, tasks and runs tell the same of a run by its folder, its directory and its id", async () => {
  await using scratch = new Scratch();
  await runSome(scratch);
  const folder = findRecords(scratch.path);
  const id = folder.slice(folder.indexOf(".qcgpjm-service-") + ".qcgpjm-service-".length);
  for (const name of [".", folder, id, id.slice(-6)]) {
    const { counts, liveness } = JSON.parse((await call(["status", "-C", name, "--json"], { cwd: scratch.path })).out);
    assertEquals([name, liveness, counts.SUCCEED, counts.FAILED, counts.OMITTED], [name, "ended", 36, 4, 1]);
  }
  const [run, ...others] = JSON.parse((await call(["runs", "--json"], { cwd: scratch.path })).out);
  assertEquals([others, run.id, run.counts.FAILED, run.liveness], [[], id, 4, "ended"]);
  const table = await call(["tasks", "--state", "failed", "--sort", "name", "-n", "2"], { cwd: scratch.path });
  assertMatch(table.out, /^task +state .*\nit:7 +FAILED +exit +4 .*\nit:17 .*\n$/);
  const rows = JSON.parse((await call(["tasks", "--json", "--job", "last"], { cwd: scratch.path })).out);
  assertEquals(rows.map(({ name, state, cause }: Record<string, string>) => [name, state, cause]), [
    ["last", "OMITTED", "dependency"],
  ]);
  assertMatch(
    (await call(["status"], { cwd: scratch.path })).out,
    /\ntasks +41: 36 succeeded, 4 failed, 1 omitted\n/,
  );
});

Deno.test("qcgpj show gives a command that can be pasted, and what became of each attempt", async () => {
  await using scratch = new Scratch();
  await runSome(scratch);
  const shown = JSON.parse((await call(["show", "it:7", "--json"], { cwd: scratch.path })).out);
  assertEquals([shown.env, shown.launches.length, shown.lastWords.stderr], [{ A: "b c" }, 1, "no 7 in /d/7\n"]);
  const pasted = await new Deno.Command("sh", { args: ["-c", shown.command] }).output();
  assertEquals([pasted.code, new TextDecoder().decode(pasted.stdout)], [4, "out 7\n"]);
  const { out } = await call(["show", "it:7"], { cwd: scratch.path });
  assertStringIncludes(out, "state    FAILED: exit code 4 (exit)\n");
  assertStringIncludes(out, "stderr:\n  | no 7 in /d/7\n");
});

Deno.test("qcgpj logs writes what tasks wrote, each stream to its own, and those of several with titles", async () => {
  await using scratch = new Scratch();
  await runSome(scratch);
  const one = await call(["logs", "it:7"], { cwd: scratch.path });
  assertEquals([one.code, one.out, one.err], [0, "out 7\n", "no 7 in /d/7\n"]);
  assertEquals((await call(["logs", "it:7", "--stderr"], { cwd: scratch.path })).out, "no 7 in /d/7\n");
  const failed = await call(["logs", "--failed", "--stderr"], { cwd: scratch.path });
  assertEquals(failed.out.split("\n==> ").length, 4);
  assertStringIncludes(failed.out, "==> it:30 stderr <==\nfull\n");
  const none = await call(["logs", "last"], { cwd: scratch.path });
  assertEquals([none.code, none.err], [1, "qcgpj logs: last wrote to no file, and no end of it is on record\n"]);
  const wrong = await call(["logs", "it:70"], { cwd: scratch.path });
  assertEquals([wrong.code, wrong.err.includes("it has 0 to 39")], [2, true]);
});

Deno.test("looking at a damaged run tells what is intact and that something is lost", async () => {
  await using scratch = new Scratch();
  await runSome(scratch);
  const journal = `${findRecords(scratch.path)}/journal`;
  const bytes = Deno.readFileSync(journal);
  // What was written twice is restored; most of what comes later was not.
  bytes.fill(0xff, Math.floor(bytes.length * 0.5), Math.floor(bytes.length * 0.8));
  Deno.writeFileSync(journal, bytes);
  const status = await call(["status"], { cwd: scratch.path });
  assertEquals(status.code, 0);
  assertMatch(status.out, /\ndamage +The journal .* is damaged: \d+ records? (is|are) lost/);
  assertMatch((await call(["failures"], { cwd: scratch.path })).out, /\ndamage: The journal /);
});

Deno.test("qcgpj runs --prune removes old runs and no others, and nothing with --dry-run", async () => {
  await using scratch = new Scratch();
  writeJobs(scratch, "jobs.json", [{ name: "a", execution: { exec: "true" } }]);
  for (const id of ["one", "two", "three"]) {
    assertEquals((await call(["run", "jobs.json", "-q", "--id", id], { cwd: scratch.path })).code, 0);
    // The order of the runs is that of their last change.
    const at = new Date(Date.now() - 1000 * (id === "one" ? 7200 : id === "two" ? 3600 : 0));
    Deno.utimeSync(`${scratch.path}/.qcgpjm-service-${id}/journal`, at, at);
  }
  const left = () =>
    [...Deno.readDirSync(scratch.path)].map(({ name }) => name).filter((name) => name.startsWith(".q")).sort();
  const prune = (...args: string[]) => call(["runs", "--prune", ...args], { cwd: scratch.path });
  assertEquals((await prune()).code, 2);
  assertStringIncludes((await prune("--older", "90m", "--dry-run")).out, "would remove ");
  assertEquals(left().length, 3);
  assertEquals((await prune("--older", "90m")).code, 0);
  assertEquals(left(), [".qcgpjm-service-three", ".qcgpjm-service-two"]);
  assertEquals((await prune("--keep", "1")).code, 0);
  assertEquals(left(), [".qcgpjm-service-three"]);
  assertStringIncludes(
    (await prune("--older", "soon")).err,
    'Option --older must be seconds, or a time such as "1m30s"',
  );
});
