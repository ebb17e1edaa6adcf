import { assertEquals } from "@std/assert";
import { explainInside, openedInside } from "../../../../src/deno/local/inside_streams.ts";
import type { LaunchPlan } from "../../../../src/launch/plan.ts";

const plan: LaunchPlan = {
  taskName: "t",
  program: "/usr/bin/bwrap",
  args: ["--chdir", "/work", "--", "/bin/date", "-u"],
  cwd: "/work",
  place: { node: 0, name: "n", cores: ["0"], gpus: [], further: [] },
  tag: "tag",
  env: { shared: { kind: "inherited", without: [] }, own: {} },
  stdin: "/link/in",
  stdout: "/dev/stdout",
  stderr: "/work/err",
  append: ["stderr"],
  keep: [{ from: "/work/err", to: "/work/err.attempt-1" }],
  held: { cwd: "/work", stdin: "/real/in", stdout: "/work/log", stderr: "/work/err", programAt: 3 },
};

Deno.test("openedInside() puts a shell before the program, with the real paths of what is held and not open already", () => {
  const inside = openedInside(plan, false);
  assertEquals([inside.stdin, inside.stdout, inside.stderr, inside.held], [
    undefined,
    "/dev/stdout",
    undefined,
    undefined,
  ]);
  assertEquals(inside.args.slice(0, 5), ["--chdir", "/work", "--", "/bin/sh", "-c"]);
  const words = ["sh", "/real/in", "", "/work/err", "truncate", "append", ".attempt-1", "null"];
  assertEquals(inside.args.slice(6), [...words, "/bin/date", "-u"]);
  assertEquals(openedInside(plan, true).args.at(-3), "");
});

Deno.test("explainInside() tells which stream could not be opened, what bubblewrap said, and nothing of a program", () => {
  const said = "sh: 1: cannot create /work/err: Permission denied\nsandbox: cannot open stderr\n";
  assertEquals(explainInside(plan, said), {
    kind: "output",
    message: 'stderr "/work/err" cannot be opened in the sandbox: Permission denied',
  });
  assertEquals(explainInside(plan, "bwrap: Can't find source path /x"), {
    kind: "other",
    message: 'cannot start "t" in its sandbox: bwrap: Can\'t find source path /x',
  });
  assertEquals(explainInside(plan, "warning: something"), undefined);
});
