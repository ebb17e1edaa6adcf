/**
 * Start failures as sentences.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { StartFailureKind } from "../../../../src/core/exit.ts";
import { explainStartFailure, findUnpassable, type LaunchFault } from "../../../../src/deno/local/launch_failure.ts";
import type { LaunchPlan, TaskEnvironment } from "../../../../src/launch/plan.ts";

function envOf(own: Record<string, string>): TaskEnvironment {
  return { shared: { kind: "inherited", without: [] }, own };
}

const plan: LaunchPlan = {
  taskName: "sweep:3",
  program: "solver",
  args: ["-v"],
  cwd: "/work/run",
  place: { node: 0, name: "here", cores: ["0"], gpus: [], further: [] },
  tag: "t",
  env: envOf({ THREADS: "4" }),
  stdin: "/work/in.txt",
  stdout: "/work/out.txt",
  stderr: "/work/err.txt",
};

const cases: readonly (readonly [LaunchFault, StartFailureKind, ...string[]])[] = [
  [{ step: "program", code: "ENOENT" }, "program-not-found", '"solver"', "PATH"],
  [{ step: "program", code: "EACCES" }, "not-executable", '"solver"', "chmod +x"],
  [{ step: "program", code: "EISDIR" }, "not-executable", '"solver"', "folder"],
  [{ step: "program", code: "ENOEXEC" }, "not-executable", '"solver"', "no program for this machine"],
  [{ step: "program", code: "ENOENT", isInFolder: true }, "program-not-found", "PATH", 'write "./solver"'],
  [{ step: "interpreter", code: "ENOENT", interpreter: "/no/sh" }, "not-executable", '"solver"', '"/no/sh"; correct'],
  [{ step: "interpreter", code: "ENOENT", interpreter: "/bin/sh\r" }, "not-executable", '"solver"', "dos2unix"],
  [{ step: "program", code: "ETXTBSY" }, "not-executable", '"solver"', "being written"],
  [{ step: "program", code: "NotCapable" }, "permission", "--allow-run=solver"],
  [{ step: "working-directory", code: "EEXIST" }, "working-directory", '"/work/run"', "is a file"],
  [{ step: "working-directory", code: "EACCES" }, "working-directory", '"/work/run"', "permissions"],
  [{ step: "stdin", code: "ENOENT" }, "stdin", '"/work/in.txt"', "does not exist"],
  [{ step: "stdin", code: "NotCapable" }, "permission", "--allow-read=/work/in.txt"],
  [{ step: "stdout", code: "EISDIR" }, "output", 'stdout "/work/out.txt"', "is a folder"],
  [{ step: "stdout", code: "ENOSPC" }, "output", "disk is full", "free some space"],
  [{ step: "stderr", code: "EDQUOT" }, "output", 'stderr "/work/err.txt"', "quota"],
  [{ step: "stderr", code: "EROFS" }, "output", "read-only"],
  [{ step: "stdout", code: "NotCapable" }, "permission", "--allow-write=/work/out.txt"],
  [{ step: "stdout", code: "EMFILE" }, "descriptors", "ulimit -n"],
  [{ step: "program", code: "ENFILE" }, "descriptors", "fewer tasks"],
  [{ step: "program", code: "EAGAIN" }, "other", "ulimit -u"],
  [{ step: "program", code: "E2BIG" }, "arguments", "sweep:3", "too long"],
  [{ step: "program", code: "EWHAT", detail: "odd thing" }, "other", "odd thing"],
];

for (const [fault, kind, ...parts] of cases) {
  Deno.test(`explainStartFailure() names the thing and the cure: ${parts.join(" … ")}`, () => {
    const failure = explainStartFailure(plan, fault);
    assertEquals(failure.kind, kind);
    for (const part of parts) assertStringIncludes(failure.message, part);
    assert(!failure.message.includes("\n"));
  });
}

Deno.test("explainStartFailure() says which library variable a restricted Deno refuses", () => {
  const detail = "Requires --allow-run permissions to spawn subprocess with LD_LIBRARY_PATH environment variable.";
  const { kind, message } = explainStartFailure(plan, { step: "program", code: "NotCapable", detail });
  assertEquals(kind, "permission");
  assertStringIncludes(message, "unset LD_LIBRARY_PATH");
});

Deno.test("explainStartFailure() tells a missing path from a name that is not on the PATH", () => {
  const { message } = explainStartFailure({ ...plan, program: "/opt/solver" }, { step: "program", code: "ENOENT" });
  assertStringIncludes(message, '"/opt/solver" does not exist');
});

Deno.test("explainStartFailure() knows the words that only a shell does", () => {
  const { message } = explainStartFailure({ ...plan, program: "exit" }, { step: "program", code: "ENOENT" });
  assertStringIncludes(message, "it is a word of shells: write a script (qcgpj each: add --shell)");
});

Deno.test("findUnpassable() lets every text through that a program can be given", () => {
  assertEquals(
    findUnpassable({ ...plan, args: ["", "-", "\n", "$x", "ü"], env: envOf({ "a b": "=\n" }) }, true),
    undefined,
  );
});

Deno.test("findUnpassable() finds a NUL character wherever it is, and names of variables that are none", () => {
  assertEquals(findUnpassable({ ...plan, args: ["a", "b\0"] }, true)?.detail?.slice(0, 7), "args[1]");
  assertEquals(findUnpassable({ ...plan, env: envOf({ A: "\0" }) }, true)?.step, "variables");
  assertEquals(findUnpassable({ ...plan, env: envOf({ "A=B": "" }) }, true)?.step, "variables");
  assertEquals(findUnpassable({ ...plan, env: envOf({ "": "" }) }, true)?.step, "variables");
  assertEquals(findUnpassable({ ...plan, program: "" }, true)?.step, "program");
  for (const step of ["stdin", "stdout", "stderr"] as const) {
    assertEquals(findUnpassable({ ...plan, [step]: "/a\0" }, true)?.step, step);
  }
  assertEquals(findUnpassable({ ...plan, cwd: "/a\0" }, true)?.step, "working-directory");
});

Deno.test("findUnpassable() finds paths that would become others, and bytes that the launcher cannot pass", () => {
  const raw = "caf\udce9";
  for (const step of ["stdin", "stdout", "stderr"] as const) {
    assertEquals(findUnpassable({ ...plan, [step]: raw }, true), { step, code: "EILSEQ" });
  }
  assertEquals(findUnpassable({ ...plan, cwd: raw }, true)?.step, "working-directory");
  const texts = { program: { ...plan, program: raw }, arguments: { ...plan, args: ["a", raw] } };
  const all = { ...texts, variables: { ...plan, env: envOf({ A: raw }) } };
  for (const [step, one] of Object.entries(all)) {
    assertEquals(findUnpassable(one, true), undefined);
    const fault = findUnpassable(one, false)!;
    assertEquals([fault.step, fault.code], [step, "EILSEQ"]);
    assertStringIncludes(explainStartFailure(one, fault).message, "no UTF-8");
  }
});
