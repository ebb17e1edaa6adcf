/**
 * `qcgpj each` beside GNU parallel and xargs: the same inputs, the same output.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assert, assertEquals } from "@std/assert";
import { shell } from "./support/command_line.ts";
import { Scratch } from "./support/scratch.ts";

function isThere(program: string): boolean {
  try {
    return new Deno.Command(program, { args: ["--version"], stdout: "null", stderr: "null" }).outputSync().success;
  } catch {
    return false;
  }
}

const isMissing = !isThere("parallel") || !isThere("xargs");
if (isMissing) assert(!Deno.env.get("CI"), "CI must have GNU parallel and xargs");

/** Runs a line with each program in the place of `EACH`, and compares output and whether it succeeded. */
async function compare(line: string, other: string, cwd: string, mine = "qcgpj each"): Promise<void> {
  const theirs = await shell(line.replaceAll("EACH", other), cwd);
  const ours = await shell(line.replaceAll("EACH", mine), cwd);
  assertEquals([line, ours.out, ours.code === 0], [line, theirs.out, theirs.code === 0]);
}

const asParallel = [
  "EACH -k echo ::: a 'b c' '' -n '$x' \"'\" '\"' '*' '{' '\\'",
  "EACH -k echo {} {.} {/} {//} {/.} {#} ::: d/x.tar.gz 'a b/c d.e' .bashrc noext /a/ /",
  "EACH -k echo {2} {1.} {1/} ::: d/a.x e/b.y ::: q r",
  "EACH -k echo ::: a b :::+ 1 2 ::: X Y",
  "EACH -k echo :::: names ::: 1 2",
  "printf 'a\\n\\nb c' | EACH -k echo '[{}]'",
  "printf 'a\\0b\\nc\\0' | EACH -k0 echo '[{}]'",
  "EACH -k -a names echo",
  "EACH -k -a names -a more echo '{2}-{1}' ::: x y",
  "EACH -k -j1 --plus echo {..} {...} {/..} {/...} {+/} {+.} {+..} {+...} {##} {0#} {-1} {-2/.} {%} ::: d/a.b.c.d e ::: q/r.s",
  "EACH -k --tag echo ::: a b",
  "EACH -k --tag 'printf \"%s\\n\" x y' ::: a b",
  "seq 50 | EACH -k -j4 'echo {}'",
  "EACH true ::: 1 2",
  "EACH false ::: 1 2 2>/dev/null",
  "EACH -j1 --halt soon,fail=1 'test 2 -gt' ::: 1 2 3 2>/dev/null",
  "EACH --halt now,success=1 true ::: 1 2 2>/dev/null",
  "EACH nosuchprogram ::: 1 2>/dev/null",
  "EACH --timeout 0.3 sleep ::: 0 30 2>/dev/null",
  "EACH -k -I % echo % {.} ::: a.b",
  "EACH -k --wd / pwd '#' ::: 1",
  "EACH --dry-run -k echo {} {.} ::: 'a b' c.d",
];

for (const line of asParallel) {
  Deno.test({
    name: `qcgpj each does what GNU parallel does: ${line}`,
    ignore: isMissing,
    fn: async () => {
      await using scratch = new Scratch();
      scratch.write("names", "one\ntwo words\n");
      scratch.write("more", "1\n2\n");
      await compare(line, "parallel", scratch.path);
    },
  });
}

Deno.test({
  name: "qcgpj each finds hostile file names as xargs and GNU parallel do",
  ignore: isMissing,
  fn: async () => {
    await using scratch = new Scratch();
    const names = [
      "a b",
      "'q'",
      '"',
      "$HOME",
      "-x",
      "a\nb",
      "*",
      "é\\n",
      "${it}",
      "{}",
      "`id`",
      "a;b",
      " lead",
      "tab\t",
    ];
    Deno.mkdirSync(scratch.in("files"));
    for (const name of names) scratch.write(`files/${name}`, `in ${name}`);
    const find = "cd files && find . -type f -print0 | sort -z |";
    await compare(`${find} EACH cat`, "xargs -0 -n1", scratch.path, "qcgpj each -k0");
    await compare(`${find} EACH cat`, "parallel -k0", scratch.path, "qcgpj each -k0");
    await compare(`${find} EACH ls -b -- {}`, "xargs -0 -I{}", scratch.path, "qcgpj each -k0");
    await compare(`${find} EACH -I% ls -b -- x% || true`, "xargs -0", scratch.path, "qcgpj each -k0");
    // GNU parallel cannot take a line end behind ":::".
    Deno.removeSync(scratch.in("files/a\nb"));
    await compare("cd files && EACH -k cat -- ::: *", "parallel", scratch.path);
  },
});

Deno.test({
  name: "qcgpj each --retries runs a task as often as GNU parallel does",
  ignore: isMissing,
  fn: async () => {
    const counts = await Promise.all(["parallel", "qcgpj each"].map(async (program) => {
      await using scratch = new Scratch();
      scratch.write("fails", "#!/bin/sh\necho x >> tries\nexit 1\n", 0o755);
      const { code } = await shell(`${program} --retries 3 ./fails ::: 1 2>/dev/null`, scratch.path);
      return [code === 0, scratch.read("tries")];
    }));
    assertEquals(counts[1], counts[0]);
  },
});

Deno.test({
  name: "qcgpj each --joblog has the columns and exit values of GNU parallel",
  ignore: isMissing,
  fn: async () => {
    const logs = await Promise.all(["parallel", "qcgpj each"].map(async (program) => {
      await using scratch = new Scratch();
      scratch.write("task", "#!/bin/sh\necho out\ncase $1 in kill) kill -9 $$;; *) exit $1;; esac\n", 0o755);
      await shell(`${program} -j1 --joblog log ./task ::: 0 3 kill 2>/dev/null`, scratch.path);
      // The times differ; everything else is the same.
      return scratch.read("log").split("\n").map((line) => line.split("\t").filter((_, i) => i !== 2 && i !== 3));
    }));
    assertEquals(logs[1], logs[0]);
  },
});
