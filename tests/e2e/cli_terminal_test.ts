/**
 * The command line at a terminal: progress, colours, and the key Ctrl-C.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { letGo, processOf, startAtTerminal, untilStarted, waitingJob, writeJobs } from "./support/command_line.ts";
import { until } from "./support/processes.ts";
import { Scratch } from "./support/scratch.ts";

Deno.test("qcgpj run rewrites one line of a terminal while jobs run, and takes it away at the end", async () => {
  await using scratch = new Scratch();
  writeJobs(scratch, "jobs.json", [waitingJob(scratch, "runs")]);
  const running = startAtTerminal(["run", "jobs.json"], scratch.path);
  await untilStarted(scratch, "runs");
  await until(() => running.out.includes("0/1, 0%, 1 running, 0 waiting"), "progress is shown");
  await letGo(scratch, "runs");
  const { code, out } = await running.ended;
  assertEquals(code, 0);
  const plain = out.replaceAll("\x1b[K", "<cut>");
  assertMatch(plain, /\r(\[ +\] )?0\/1, 0%, 1 running, 0 waiting, 1\/\d+ cores, \d+s, longest runs \d+s<cut>/);
  assertMatch(plain, /\r<cut>1 job: 1 succeeded in /);
});

Deno.test("qcgpj run paints states at a terminal, but not with NO_COLOR, nor at a dumb one", async () => {
  await using scratch = new Scratch();
  writeJobs(scratch, "jobs.json", [{ name: "no", execution: { exec: "false" } }]);
  const painted = async (env: Record<string, string>) => {
    const { code, out } = await startAtTerminal(["run", "jobs.json"], scratch.path, env).ended;
    assert(code === 1 && out.includes("no: exit code 1"), out);
    return out.includes("\x1b[31mFAILED\x1b[0m");
  };
  assertEquals([await painted({}), await painted({ NO_COLOR: "1" }), await painted({ TERM: "dumb" })], [
    true,
    false,
    false,
  ]);
});

Deno.test("qcgpj run stops its tasks at the key Ctrl-C, and kills them when it is pressed again", async () => {
  await using scratch = new Scratch();
  writeJobs(scratch, "jobs.json", [waitingJob(scratch, "runs", { before: "trap '' TERM INT" })]);
  const running = startAtTerminal(["run", "jobs.json", "--grace", "60"], scratch.path);
  await untilStarted(scratch, "runs");
  await running.write("\x03");
  await until(() => running.out.includes("SIGINT: stopping all tasks; once more kills them at once"), "it is told");
  assert(processOf(scratch, "runs") !== undefined);
  await running.write("\x03");
  const { code, out } = await running.endedSoon();
  assertEquals(code, 1);
  assertMatch(out, /interrupted by SIGINT: 1 job is unfinished; go on with: qcgpj run --resume/);
  await until(() => processOf(scratch, "runs") === undefined, "the task has gone");
});

Deno.test("qcgpj each says at a terminal that it waits for inputs", async () => {
  await using scratch = new Scratch();
  const running = startAtTerminal(["each", "echo", "got"], scratch.path);
  await until(() => running.out.includes("reading inputs from the terminal, one a line, up to Ctrl-D"), "it is told");
  await running.write("one\n\x04");
  const { code, out } = await running.ended;
  assertEquals(code, 0, out);
  assert(out.includes("got one"), out);
});
