/**
 * `qcgpj each --run DIR`: what is on record, what a resume runs, and what it refuses.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { call, exists, start } from "./support/command_line.ts";
import { processesWith, until } from "./support/processes.ts";
import { Scratch } from "./support/scratch.ts";

const lines = (text: string) => text.split("\n").filter((line) => line !== "");

/** Each task notes that it ran; `stop` waits until the file `go` is there; `bad` fails. */
const script = "echo $1 >> ran; echo out $1; " +
  "test $1 != stop || { touch waits; while ! test -e go; do sleep 0.02; done; }; test $1 != bad";
const values = [":::", "a", "bad", "stop", "c", "d"];
const argsOf = (...more: string[]) => ["each", "-j1", "--run", "run", ...more, "sh", "-c", script, "sh", ...values];

for (const [signal, wantedCode] of [["SIGKILL", 137], ["SIGINT", 130], ["SIGTERM", 143]] as const) {
  Deno.test(`qcgpj each --resume goes on after ${signal}: what has ended does not run again, the rest does`, async () => {
    await using scratch = new Scratch();
    const running = start(argsOf(), { cwd: scratch.path });
    await until(() => exists(scratch.in("waits")), "the third task runs");
    await until(() => running.out === "out a\nout bad\n", "the first outputs are printed");
    running.signal(signal);
    assertEquals((await running.ended).code, wantedCode);
    await until(() => processesWith(`TEST_FOLDER=${scratch.path}`).length === 0, "the tasks have gone");
    scratch.write("go", "");

    const resumed = await call(argsOf("--resume"), { cwd: scratch.path });
    assertEquals([resumed.code, resumed.out], [1, "out stop\nout c\nout d\n"]);
    assertStringIncludes(resumed.err, "0 of 3 tasks failed; 1 had failed before (see --resume-failed)");
    assertEquals(lines(scratch.read("ran")), ["a", "bad", "stop", "stop", "c", "d"]);

    assertEquals((await call(argsOf("--resume"), { cwd: scratch.path })).out, "");
    const salvaged = await call(["journal", "salvage", "run"], { cwd: scratch.path });
    assertEquals([salvaged.code, salvaged.out.includes(": nothing is lost\n")], [0, true], salvaged.out);
    const failed = await call(argsOf("--resume-failed"), { cwd: scratch.path });
    assertEquals([failed.code, failed.out], [1, "out bad\n"]);
    assertEquals(lines(scratch.read("ran")).slice(6), ["bad"]);
  });
}

Deno.test("qcgpj each --resume -k prints what had ended but was not printed, in order", async () => {
  await using scratch = new Scratch();
  const args = ["each", "-j2", "-k", "--run", "run", "--resume", "sh", "-c", script, "sh", ":::", "stop", "b", "c"];
  const running = start(args, { cwd: scratch.path });
  await until(() => exists(scratch.in("ran")) && lines(scratch.read("ran")).length === 3, "the third task has begun");
  await until(() => exists(scratch.in("run/outputs/3.out")), "its output is there");
  running.signal("SIGKILL");
  assertEquals((await running.ended).out, "");
  await until(() => processesWith(`TEST_FOLDER=${scratch.path}`).length === 0, "the tasks have gone");
  scratch.write("go", "");
  const resumed = await call(args, { cwd: scratch.path });
  assertEquals([resumed.code, resumed.out, resumed.err], [0, "out stop\nout b\nout c\n", ""]);
  assertEquals(exists(scratch.in("run/outputs")), false);
});

Deno.test("qcgpj each --run refuses an earlier run without --resume, and another command, directory or input", async () => {
  await using scratch = new Scratch();
  const run = (...args: string[]) => call(["each", "--run", "run", ...args], { cwd: scratch.path });
  assertEquals((await run("--resume", "true", ":::", "a", "b")).code, 0);
  const wrong: [args: string[], told: string][] = [
    [["true", ":::", "a", "b"], "holds an earlier run; add --resume"],
    [["--resume", "false", ":::", "a", "b"], "another command: true, not false"],
    [["--resume", "--wd", "x", "true", ":::", "a", "b"], "another --wd"],
    [["--resume", "true", ":::", "a", "x"], "input 2 is another one now: x"],
    [["--resume", "true", ":::", "a"], "had 2 inputs or more, now there are 1"],
  ];
  for (const [args, told] of wrong) {
    const { code, err } = await run(...args);
    assertEquals([args, code], [args, 2]);
    assertStringIncludes(err, told);
  }
  assertEquals((await run("--resume", "echo", ":::", "a")).code, 2);
  const more = await run("--resume", "true", ":::", "a", "b", "c");
  assertEquals([more.code, more.err], [0, ""]);
});

Deno.test("qcgpj each --run refuses a directory with the records of another kind of run, and one that is in use", async () => {
  await using scratch = new Scratch();
  scratch.write("job.json", '{"name": "a", "execution": {"exec": "true"}}');
  await call(["run", "job.json", "--wd", "other"], { cwd: scratch.path });
  const other = await call(["each", "--run", "other", "true", ":::", "a"], { cwd: scratch.path });
  assertEquals(other.code, 2);
  assertStringIncludes(other.err, "holds the records of another run");

  const first = start(argsOf(), { cwd: scratch.path });
  await until(() => exists(scratch.in("waits")), "the third task runs");
  const second = await call(argsOf("--resume"), { cwd: scratch.path });
  assertEquals([second.code, second.out], [2, ""]);
  scratch.write("go", "");
  assertEquals((await first.ended).code, 1);
});

Deno.test("qcgpj each kills at the second Ctrl-C what does not heed the first", async () => {
  await using scratch = new Scratch();
  const stubborn = "trap '' TERM; touch waits; while :; do sleep 0.05; done";
  const running = start(["each", "sh", "-c", stubborn, ":::", "x"], { cwd: scratch.path });
  await until(() => exists(scratch.in("waits")), "the task runs");
  running.signal("SIGINT");
  await until(() => running.err.includes("SIGINT"), "the first signal is told");
  running.signal("SIGINT");
  const { code, out } = await running.ended;
  assertEquals([code, out], [130, ""]);
  await until(() => processesWith(`TEST_FOLDER=${scratch.path}`).length === 0, "the task has gone");
});
