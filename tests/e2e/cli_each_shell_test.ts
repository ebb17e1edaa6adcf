/**
 * `qcgpj each` with and without a shell: what stands in a value is never run, and where it would be is refused before
 * anything runs.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { call, exists, shell } from "./support/command_line.ts";
import { Scratch } from "./support/scratch.ts";

Deno.test("qcgpj each --shell lets a shell read the command, and quotes the values for it", async () => {
  await using scratch = new Scratch();
  const names = ["a b.log", "$(touch PWNED).log", "'; touch PWNED; '.log"];
  for (const name of names) scratch.write(name, "xb\nxa\ny\n");
  const line = `grep x {} | sort > {.}.out; echo "done: {}"`;
  const { code, out, err } = await call(["each", "-k", "--shell", line, ":::", ...names], { cwd: scratch.path });
  assertEquals([code, out, err], [0, names.map((name) => `done: ${name}\n`).join(""), ""]);
  for (const name of names) assertEquals(scratch.read(name.replace(/log$/, "out")), "xa\nxb\n");
  assertEquals(exists(scratch.in("PWNED")), false);
});

Deno.test("qcgpj each --shell knows the functions that a script has exported, and says what it ran", async () => {
  await using scratch = new Scratch();
  const line = `greet() { echo "hello $1"; test "$1" != bad; }; export -f greet; ` +
    `qcgpj each -k --shell --joblog log greet ::: 'a b' bad; qcgpj each --dry-run --shell 'greet {} | cat' ::: x`;
  const { out } = await shell(line, scratch.path);
  assertEquals(out, "hello a b\nhello bad\ngreet 'x' | cat\n");
  // The log is in the order of the ends.
  const commands = scratch.read("log").split("\n").slice(1, 3).map((row) => row.split("\t").at(-1));
  assertEquals(commands.toSorted(), ["greet 'a b'", "greet 'bad'"]);
});

Deno.test("qcgpj each refuses a value in the program text of a shell before anything runs, with the safe form", async () => {
  await using scratch = new Scratch();
  const refused: [args: string[], told: string][] = [
    [["sh", "-c", "echo {}"], `sh -c 'echo "$1"' sh {}, or let it be quoted, --shell`],
    [["env", "nice", "bash", "-c", "echo {}"], "bash -c 'echo \"$1\"' bash {}"],
    [["ssh", "host", "echo"], "xargs -0"],
    [["--shell", "sh -c 'echo {}'"], "a program that sh reads once more"],
    [["--shell", "cat <<E\n{}\nE"], 'v={}; and use "$v"'],
    [["echo", "{= s/a/b/ =}"], "a program in Perl"],
  ];
  for (const [args, told] of refused) {
    const { code, out, err } = await call(["each", ...args, ":::", "a; touch PWNED"], { cwd: scratch.path });
    assertEquals([code, out, err.includes(told)], [2, "", true], err);
  }
  const late = await call(["each", "--shell", "echo $(({} + 1))", ":::", "x[$(touch PWNED)]"], { cwd: scratch.path });
  assertEquals([late.code, late.out], [2, ""]);
  assertStringIncludes(late.err, "whole numbers only");
  assertEquals(exists(scratch.in("PWNED")), false);
});

Deno.test("qcgpj each gives no slot to two tasks at once, and lowest slots first", async () => {
  await using scratch = new Scratch();
  // A task that finds the slot taken writes to the file.
  const script = "mkdir slot-$1 || echo $1 >> twice; sleep 0.02; rmdir slot-$1; echo $1";
  const args = ["each", "-j3", "sh", "-c", script, "sh", "{%}", "{#}", ":::", ..."abcdefghijkl"];
  const { code, out } = await call(args, { cwd: scratch.path });
  assertEquals([code, new Set(out.split("\n")), exists(scratch.in("twice"))], [0, new Set(["1", "2", "3", ""]), false]);
  const variables = await call(["each", "-j1", "--shell", "echo $PARALLEL_SEQ $PARALLEL_JOBSLOT #", ":::", "a", "b"]);
  assertEquals(variables.code, 2, "the appended value would stand in a comment");
  const both = await call(["each", "-j1", "--shell", "echo $PARALLEL_SEQ $PARALLEL_JOBSLOT", ":::", "a", "b"]);
  assertEquals(both.out, "1 1 a\n2 1 b\n");
});

Deno.test("qcgpj each --run --resume keeps what ran in another slot for the same", async () => {
  await using scratch = new Scratch();
  const args = (more: string[]) => ["each", "-k", "-j2", "--run", "run", ...more, "echo", "{}", "{%}", ":::", "a", "b"];
  assertEquals((await call(args([]), { cwd: scratch.path })).out.split("\n").length, 3);
  const { code, out, err } = await call(args(["--resume"]), { cwd: scratch.path });
  assertEquals([code, out, err], [0, "", ""]);
});
