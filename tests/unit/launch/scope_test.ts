import { asStated } from "../job/support.ts";
import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { JobDescriptionError, PermissionScopeError } from "../../../src/errors.ts";
import type { PermissionScope } from "../../../src/job/permissions.ts";
import { parseJob } from "../../../src/job/parse.ts";
import { serializeJob } from "../../../src/job/serialize.ts";
import { FakeMachine, guardOf, jobOf, launchOf, planOf } from "./scope_support.ts";

interface Case {
  readonly permissions: PermissionScope;
  readonly execution: Record<string, unknown>;
  readonly links?: Record<string, string>;
  /** Part of the message; absent when the job keeps to the scope. */
  readonly refusal?: string;
}

const may: PermissionScope = { run: ["date"] };

/** What is decided at submit. The values are those of the attacks that a scope is there for. */
const submits: Readonly<Record<string, Case>> = {
  "a program by name": { permissions: may, execution: {} },
  "another program": {
    permissions: may,
    execution: { exec: "env", args: ["date"] },
    refusal: 'add "env" to permissions.run',
  },
  "a shell around the program": { permissions: may, execution: { exec: "sh", args: ["-c", "date"] }, refusal: '"sh"' },
  "nothing given": { permissions: {}, execution: {}, refusal: 'add "date" to permissions.run' },
  "run: false": { permissions: { run: false }, execution: {}, refusal: 'add "date"' },
  "run: true": { permissions: { run: true }, execution: { exec: "env" } },
  "the file behind the name": { permissions: may, execution: { exec: "/usr/bin/date" } },
  "the file through a linked folder": { permissions: may, execution: { exec: "/bin/date" } },
  "the name of an allowed file": { permissions: { run: ["/usr/bin/date"] }, execution: {} },
  "a namesake elsewhere": {
    permissions: may,
    execution: { exec: "/evil/date" },
    refusal: 'add "/evil/date" to permissions.run; "date" there means "/bin/date"',
  },
  "a namesake in wd": {
    permissions: { run: ["date"], write: true },
    execution: { exec: "./date", wd: "x" },
    refusal: "/work/x/date",
  },
  "a link to the program under another name": {
    permissions: may,
    execution: { exec: "/work/rm" },
    links: { "/work/rm": "/usr/bin/date" },
    refusal: 'add "/work/rm"',
  },
  "a PATH of the job": {
    permissions: may,
    execution: { env: { PATH: "/evil" } },
    refusal: 'may not set "PATH": add "PATH" to permissions.env',
  },
  "the same, named": { permissions: { ...may, env: ["PATH"] }, execution: { env: { PATH: "/evil" } } },
  "a script without bash": {
    permissions: may,
    execution: { script: "date" },
    refusal: 'add "bash" to permissions.run',
  },
  "a script with bash": { permissions: { run: ["bash"] }, execution: { script: "date" } },
  "modules without bash": { permissions: may, execution: { modules: ["m"] }, refusal: '"bash"' },
  "venv without bash": { permissions: may, execution: { venv: "v" }, refusal: '"bash"' },
  "a program with a variable": { permissions: may, execution: { exec: "${itval}" } },
  "an output in a writable folder": { permissions: { ...may, write: ["out"] }, execution: { stdout: "out/a" } },
  "an output that climbs out": {
    permissions: { ...may, write: ["out"] },
    execution: { stdout: "out/../../etc/x" },
    refusal: 'add "/etc/x" or a folder above it to permissions.write',
  },
  "an output beside a folder of the same beginning": {
    permissions: { ...may, write: ["out"] },
    execution: { stdout: "output" },
    refusal: "(its stdout)",
  },
  "an output through a linked folder": {
    permissions: { ...may, write: ["out"] },
    execution: { stderr: "out/link/x" },
    links: { "/work/out/link": "/etc" },
    refusal: '(its stderr, which is "/etc/x")',
  },
  "an output that is a link itself": {
    permissions: { ...may, write: ["out"] },
    execution: { stdout: "out/x" },
    links: { "/work/out/x": "../../home/.bashrc" },
    refusal: '"/home/.bashrc"',
  },
  "an output with an open part below": { permissions: { ...may, write: ["out"] }, execution: { stdout: "out/${it}" } },
  "an output whose open part may lead in": {
    permissions: { ...may, write: ["o1"] },
    execution: { stdout: "o${it}/x" },
  },
  "an output whose open part leads nowhere good": {
    permissions: { ...may, write: ["out"] },
    execution: { stdout: "/etc/${it}" },
    refusal: "permissions.write",
  },
  "an output in an open wd": { permissions: { ...may, write: ["r1"] }, execution: { wd: "r${it}", stdout: "o/x" } },
  "an open part that climbs out of a folder": {
    permissions: { ...may, write: ["out"] },
    execution: { stdout: "sub/x${it}/../../out/x" },
  },
  "an open part that climbs": { permissions: { ...may, write: ["out"] }, execution: { stdout: "x${it}/../out/x" } },
  "the pilot's own folder": {
    permissions: { ...may, write: ["."] },
    execution: { stdout: ".qcgpjm-service-1/journal" },
    refusal: "belongs to a pilot itself",
  },
  "the executor's own wd": { permissions: may, execution: { wd: "." } },
  "a wd of its own": { permissions: may, execution: { wd: "sub" }, refusal: '(its wd): add "/work/sub"' },
  "stdin": { permissions: { ...may, read: ["/data"] }, execution: { stdin: "/data/x" } },
  "stdin from elsewhere": {
    permissions: { ...may, read: ["/data"] },
    execution: { stdin: "/data/../etc/shadow" },
    refusal: "permissions.read",
  },
  "stdin where only write is given": {
    permissions: { ...may, write: ["."] },
    execution: { stdin: "x" },
    refusal: "permissions.read",
  },
  "a variable that is not named": {
    permissions: may,
    execution: { env: { COLOR: "red" } },
    refusal: 'may not set "COLOR": add "COLOR" to permissions.env',
  },
  "any variable where all are allowed": { permissions: { ...may, env: true }, execution: { env: { COLOR: "red" } } },
  "a variable whose name is open": { permissions: may, execution: { env: { "A_${nlist}": "x" } } },
  "a variable that loads code": {
    permissions: may,
    execution: { env: { LD_PRELOAD: "/evil.so" } },
    refusal: 'which makes programs load code: add "LD_PRELOAD" to permissions.env',
  },
  "the linker's variable, named": {
    permissions: { ...may, env: ["LD_PRELOAD"] },
    execution: { env: { LD_PRELOAD: "/good.so" } },
  },
  "the same where all are passed on": {
    permissions: { ...may, env: true },
    execution: { env: { BASH_ENV: "x" } },
    refusal: "names no variable",
  },
  "a name of 10,000 characters": { permissions: may, execution: { exec: "d".repeat(10_000) }, refusal: "ddd..." },
  "names of prototypes": {
    permissions: { run: ["date"] },
    execution: { exec: "constructor" },
    refusal: '"constructor"',
  },
};

for (const [name, { permissions, execution, links = {}, refusal }] of Object.entries(submits)) {
  Deno.test(`ScopeGuard.admit() ${refusal === undefined ? "lets in" : "refuses"} ${name}`, () => {
    const guard = guardOf(permissions, new FakeMachine({ links, programs: ["/evil/date", "/work/x/date"] }));
    const job = jobOf(execution, { iteration: { start: 1, stop: 3 } });
    if (refusal === undefined) return assertEquals(guard.admit(job), job);
    const error = assertThrows(() => guard.admit(job), PermissionScopeError, refusal);
    assertStringIncludes(error.message, 'Job "job"');
  });
}

Deno.test("ScopeGuard.admit() refuses every variable of the known kinds that load code, where all variables are allowed", () => {
  const guard = guardOf({ run: true, read: true, write: true, env: true });
  const names = ["LD_PRELOAD", "LD_LIBRARY_PATH", "LD_AUDIT", "DYLD_INSERT_LIBRARIES", "BASH_ENV", "ENV", "PYTHONPATH"];
  const more = ["PERL5LIB", "PERL5OPT", "NODE_OPTIONS", "RUBYOPT", "JAVA_TOOL_OPTIONS", "GCONV_PATH", "BASH_FUNC_ls%%"];
  for (const name of [...names, ...more]) {
    assertThrows(() => guard.admit(jobOf({ env: { [name]: "x" } })), PermissionScopeError, name);
  }
});

Deno.test("ScopeGuard.confine() starts the file that was found when the scope was made, whatever the job's PATH", () => {
  const plan = planOf(guardOf({ ...may, env: ["PATH"] }), jobOf({ env: { PATH: "/evil" } }));
  assertEquals([plan.program, plan.env.own["PATH"]], ["/bin/date", "/evil"]);
  assertEquals(planOf(guardOf({ run: ["bash"] }), jobOf({ script: "true" })).program, "/bin/bash");
  assertEquals(planOf(guardOf({ run: true, env: true }), jobOf({})).program, "date");
});

Deno.test("ScopeGuard.confine() leaves a task the variables that are named, and a PATH of the system's folders", () => {
  const inherited = (permissions: PermissionScope) => planOf(guardOf(permissions), jobOf({})).env.shared;
  const system = "/usr/local/bin:/usr/bin:/bin";
  assertEquals(inherited(may), { kind: "whole", variables: { PATH: system } });
  assertEquals(inherited({ ...may, env: ["HOME"] }), { kind: "whole", variables: { PATH: system, HOME: "HOME" } });
  assertEquals(inherited({ ...may, env: ["PATH"] }), { kind: "whole", variables: { PATH: "PATH" } });
});

Deno.test("ScopeGuard.confine() checks again what variables were filled in with", () => {
  const guard = guardOf({ run: ["date"], write: ["out"], read: ["in"] });
  const cases: readonly [Record<string, unknown>, string][] = [
    [{ exec: "${itval}" }, 'may not run "../../etc/x"'],
    [{ stdout: "out/${itval}" }, 'may not write "/etc/x"'],
    [{ wd: "out/${itval}" }, 'may not write "/etc/x"'],
    [{ stdin: "in/${itval}" }, 'may not read "/etc/x"'],
    [{ env: { "BASH_${nlist}": "x" } }, 'may not set "BASH_ENV"'],
  ];
  for (const [execution, part] of cases) {
    const job = guard.admit(jobOf(execution, { iteration: { values: ["../../etc/x"] } }));
    const failure = launchOf(guard, job);
    if (!("message" in failure)) throw new Error(`was planned: ${JSON.stringify(execution)}`);
    assertEquals(failure.kind, "permission");
    assertStringIncludes(failure.message, part);
  }
});

Deno.test("ScopeGuard.confine() refuses a program that was put in place of the allowed one", () => {
  const machine = new FakeMachine({ programs: ["/work/tool", "/work/evil"] });
  const guard = guardOf({ run: ["./tool"] }, machine);
  const job = guard.admit(jobOf({ exec: "/work/tool" }));
  assertEquals(planOf(guard, job).program, "/work/tool");
  machine.links.set("/work/tool", "/work/evil");
  const failure = launchOf(guard, job);
  assertStringIncludes("message" in failure ? failure.message : "", 'it is now "/work/evil", and was "/work/tool"');
});

Deno.test("ScopeGuard.confine() refuses an output that became a link after submit", () => {
  const machine = new FakeMachine();
  const guard = guardOf({ run: ["date"], write: ["."] }, machine);
  const job = guard.admit(jobOf({ stdout: "out/x" }));
  machine.links.set("/work/out", "/etc");
  assertEquals(launchOf(guard, job), {
    kind: "permission",
    message: 'Job "job" may not write "/work/out/x" (its stdout, which is "/etc/x"): ' +
      'add "/etc/x" or a folder above it to permissions.write',
  });
});

Deno.test("ScopeGuard allows one name of a program with many names, and not the others", () => {
  const links = { "/usr/bin/ls": "busybox", "/usr/bin/rm": "busybox" };
  const machine = new FakeMachine({ links, programs: ["/usr/bin/busybox"] });
  const guard = guardOf({ run: ["ls"] }, machine);
  assertEquals(planOf(guard, guard.admit(jobOf({ exec: "ls" }))).program, "/bin/ls");
  assertThrows(() => guard.admit(jobOf({ exec: "rm" })), PermissionScopeError, "rm");
  assertThrows(() => guard.admit(jobOf({ exec: "busybox" })), PermissionScopeError, "busybox");
});

Deno.test("ScopeGuard() refuses a program that is not on the PATH", () => {
  assertThrows(() => guardOf({ run: ["dat"] }), PermissionScopeError, 'permissions.run names "dat"');
});

const outer: PermissionScope = { run: ["date", "cat"], read: ["/data"], write: ["out"], env: ["HOME"], net: false };

/** What a job or a view may not take for itself, and what the message names. */
const wider: readonly [PermissionScope, string][] = [
  [{ run: ["env"] }, "permissions.run by env"],
  [{ run: true }, "permissions.run by true: a scope may only be narrowed; list what is needed"],
  [{ read: ["/"] }, "permissions.read by /"],
  [{ read: true }, "permissions.read by true"],
  [{ write: ["out/../.."] }, "permissions.write by /"],
  [{ write: true }, "permissions.write by true"],
  [{ env: ["HOME", "LD_PRELOAD"] }, "permissions.env by LD_PRELOAD"],
  [{ env: true }, "permissions.env by true"],
  [{ net: true }, "permissions.net by true"],
];

for (const [permissions, part] of wider) {
  Deno.test(`ScopeGuard.admit() refuses a job that widens ${JSON.stringify(permissions)}`, () => {
    const guard = guardOf(outer);
    assertThrows(() => guard.admit(jobOf({}, { permissions })), PermissionScopeError, `Job "job" widens ${part}`);
    assertThrows(() => guard.narrow(undefined, permissions, "withPermissions"), PermissionScopeError, part);
  });
}

Deno.test("ScopeGuard.admit() holds a job to its own permissions and to those of its view", () => {
  const guard = guardOf(outer);
  const view = guard.narrow(undefined, { run: ["date"], write: ["out/a"] }, "withPermissions");
  const job = guard.admit(jobOf({ stdout: "out/a/x" }), view);
  assertEquals(job.permissions, { run: ["date"], write: ["out/a"] });
  const blind = guard.narrow(undefined, { run: ["date"], read: ["/data/x"] }, "withPermissions");
  assertEquals(guard.narrow(blind, { run: ["date"] }, "withPermissions"), { run: ["date"], read: false });
  assertThrows(() => guard.admit(jobOf({ exec: "cat" }), view), PermissionScopeError, '"cat"');
  assertThrows(() => guard.admit(jobOf({ stdout: "out/b" }), view), PermissionScopeError, "/work/out/b");
  const wide = jobOf({}, { permissions: { run: ["cat"] } });
  assertThrows(() => guard.admit(wide, view), PermissionScopeError, "permissions.run by cat");
  const narrow = jobOf({ stdout: "out/a/x" }, { permissions: { run: ["date"] } });
  assertThrows(() => guard.admit(narrow, view), PermissionScopeError, "permissions.write");
});

Deno.test("ScopeGuard.admit() holds a job with permissions to them where the executor has none", () => {
  const guard = guardOf(undefined);
  assertThrows(() => guard.admit(jobOf({ exec: "cat" }, { permissions: may })), PermissionScopeError, '"cat"');
  assertEquals(planOf(guard, guard.admit(jobOf({}, { permissions: may }))).env.shared, {
    kind: "whole",
    variables: { PATH: "/usr/local/bin:/usr/bin:/bin" },
  });
  const free = planOf(guard, guard.admit(jobOf({ exec: "cat", stdout: "/etc/x", env: { LD_PRELOAD: "x" } })));
  assertEquals([free.program, free.env.shared], ["cat", { kind: "inherited", without: [] }]);
});

Deno.test("parseJob() reads permissions, keeps them through serializeJob(), and refuses what they are not", () => {
  const job = jobOf({}, { permissions: { run: ["date"], env: true, net: null } });
  assertEquals(job.permissions, { run: ["date"], env: true });
  assertEquals(parseJob(JSON.parse(JSON.stringify(serializeJob(job))), {}), asStated(job));
  const wrong: readonly [unknown, string][] = [
    [{ rnu: [] }, 'permissions.rnu is unknown (did you mean "run"?)'],
    [{ run: "date" }, "permissions.run must be true, false or an array of programs"],
    [{ write: [1] }, "permissions.write[0] must be a text"],
    [{ env: [""] }, "permissions.env[0] must be a text"],
    [{ read: ["a\0b"] }, "permissions.read[0] contains a NUL character"],
    [{ net: [] }, "permissions.net must be true or false"],
    [[], "permissions must be an object"],
    [JSON.parse('{ "__proto__": true }'), "permissions.__proto__ is unknown"],
    [{ constructor: true }, "permissions.constructor is unknown"],
  ];
  for (const [permissions, part] of wrong) {
    assertThrows(() => jobOf({}, { permissions }), JobDescriptionError, part);
  }
});

Deno.test("ScopeGuard.confine() fails a resumed job that an executor let in which allowed more", () => {
  const job = guardOf({ run: ["date", "cat"] }).admit(jobOf({ exec: "cat" }, { permissions: { run: ["cat"] } }));
  const failure = launchOf(guardOf({ run: ["date"] }), job);
  assertEquals("kind" in failure && failure.kind, "permission");
  assertStringIncludes("message" in failure ? failure.message : "", "permissions.run by cat");
});
