import "../support/empty_home.ts";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { JobDescriptionError, type PermissionScope, PermissionScopeError, TemplateError } from "@qcg/pilotjob";
import { Confined } from "./support/confined.ts";

/** Runs in `work`, may write there, and may run a few programs. */
function narrow(more: PermissionScope = {}): Confined {
  return new Confined(() => ({ permissions: { run: ["sh", "date", "echo", "./tool"], write: ["."], ...more } }));
}

/** Submits one job that must be refused before anything is queued. */
function refuse(confined: Confined, execution: Record<string, unknown>, part: string): void {
  const { manager } = confined.executor;
  const before = manager.list();
  const job = { name: "refused", execution: { exec: "date", ...execution } };
  assertThrows(() => manager.submit([{ name: "good", execution: { exec: "date" } }, job]), PermissionScopeError, part);
  assertEquals(manager.list(), before, "nothing is queued");
}

Deno.test("A scope lets a job do what it allows, and passes on the variables that it names", async () => {
  Deno.env.set("SCOPE_SHOWN", "shown");
  Deno.env.set("SCOPE_HIDDEN", "hidden");
  await using confined = narrow({ env: ["SCOPE_SHOWN", "SCOPE_UNSET", "OWN"] });
  const { status, output } = await confined.sh("echo $SCOPE_SHOWN-$SCOPE_HIDDEN-$OWN-$HOME-$QCG_PM_NPROCS", {
    env: { OWN: "own" },
  });
  assertEquals([status, output], ["SUCCEED", "shown--own--1\n"]);
});

const direct = { run: true, read: true, write: true, env: true } as const;

Deno.test("A scope passes on the same variables with the direct launcher", { permissions: direct }, async () => {
  Deno.env.set("SCOPE_SHOWN", "shown");
  await using confined = narrow({ env: ["SCOPE_SHOWN"] });
  assertEquals((await confined.sh("echo $SCOPE_SHOWN-$HOME")).output, "shown-\n");
  await using silent = narrow();
  assertEquals((await silent.sh("echo $SCOPE_SHOWN-$HOME")).output, "-\n");
});

Deno.test("A scope keeps to a program that is allowed by name, under a PATH of the job and in a wd of the job", async () => {
  await using confined = narrow({ env: ["PATH"] });
  for (const folder of ["evil", "evil2"]) {
    Deno.mkdirSync(confined.scratch.in(`work/${folder}`));
    confined.scratch.write(`work/${folder}/date`, "#!/bin/sh\necho evil\n", 0o755);
  }
  const evil = confined.scratch.in("work/evil");
  const viaPath = await confined.run({ exec: "date", args: ["+good"], env: { PATH: evil } });
  const viaWd = await confined.run({ exec: "date", args: ["+good"], wd: "evil2", env: { PATH: ".:" } });
  assertEquals([viaPath.output, confined.scratch.read("work/evil2/j2.txt"), viaWd.status], [
    "good\n",
    "good\n",
    "SUCCEED",
  ]);
  refuse(confined, { exec: "./date", wd: "evil" }, `"date" there means "/usr/bin/date"`);
  refuse(confined, { exec: `${evil}/date` }, "permissions.run");
});

Deno.test("A scope refuses programs around programs, and links to them", async () => {
  await using confined = narrow();
  Deno.symlinkSync("/usr/bin/env", confined.scratch.in("work/date"));
  Deno.symlinkSync("/usr/bin/date", confined.scratch.in("work/link"));
  refuse(confined, { exec: "env", args: ["date"] }, 'add "env" to permissions.run');
  refuse(confined, { exec: "/usr/bin/env", args: ["sh", "-c", "date"] }, 'add "/usr/bin/env"');
  refuse(confined, { exec: "./date" }, "permissions.run");
  refuse(confined, { exec: "./link" }, "permissions.run");
  refuse(confined, { exec: "../../../../../../usr/bin/env" }, "permissions.run");
  const script = { name: "s", execution: { script: "date" } };
  assertThrows(() => confined.executor.manager.submit(script), PermissionScopeError, 'add "bash" to permissions.run');
});

Deno.test("A scope refuses a program that was replaced by a link after it was allowed", async () => {
  await using confined = new Confined((folder) => {
    Deno.writeTextFileSync(`${folder}/work/tool`, "#!/bin/sh\necho tool\n", { mode: 0o755 });
    return { permissions: { run: ["./tool", "date"], write: ["."] } };
  });
  assertEquals((await confined.run({ exec: "./tool" })).output, "tool\n");
  Deno.removeSync(confined.scratch.in("work/tool"));
  Deno.symlinkSync("/usr/bin/date", confined.scratch.in("work/tool"));
  refuse(confined, { exec: "./tool" }, 'it is now "/usr/bin/date"');
});

Deno.test("A scope holds outputs to its folders: ../, linked folders, links to nothing, links made by a task", async () => {
  await using confined = narrow();
  const { scratch } = confined;
  Deno.mkdirSync(scratch.in("outside"));
  Deno.symlinkSync(scratch.in("outside"), scratch.in("work/folder"));
  Deno.symlinkSync(scratch.in("outside/new"), scratch.in("work/dangling"));
  Deno.symlinkSync("loop2", scratch.in("work/loop1"));
  Deno.symlinkSync("loop1", scratch.in("work/loop2"));
  refuse(confined, { stdout: "../outside/x" }, `may not write "${scratch.in("outside/x")}" (its stdout)`);
  refuse(confined, { stderr: "a/../../outside/x" }, "(its stderr)");
  refuse(confined, { stdout: "folder/x" }, `(its stdout, which is "${scratch.in("outside/x")}")`);
  refuse(confined, { stdout: "folder/deep/er/x" }, "permissions.write");
  refuse(confined, { stdout: "dangling" }, `which is "${scratch.in("outside/new")}"`);
  refuse(confined, { wd: "folder" }, "(its wd");
  refuse(confined, { wd: "../outside", stdout: "x" }, "(its wd)");
  refuse(confined, { stdin: "/etc/passwd" }, "permissions.read");
  assertEquals((await confined.run({ exec: "date", stdout: "loop1", stderr: "loop1" })).status, "FAILED");
  // The link is made while the next job waits, so only the check at launch can see it.
  confined.executor.manager.submit([
    { name: "maker", execution: { exec: "sh", args: ["-c", "/usr/bin/ln -s ../outside late"] } },
    {
      name: "victim",
      execution: { exec: "echo", args: ["evil"], stdout: "late/x" },
      dependencies: { after: ["maker"] },
    },
  ]);
  await confined.executor.manager.wait4("victim");
  const victim = confined.executor.manager.info("victim").jobs["victim"]!.data;
  assertEquals(victim.status, "FAILED");
  assertStringIncludes(victim.messages ?? "", "may not write");
  assertEquals(Array.from(Deno.readDirSync(scratch.in("outside"))), []);
});

Deno.test("A scope checks each iteration by what its values make of it", async () => {
  await using confined = narrow({ run: ["echo"] });
  confined.executor.manager.submit({
    name: "sweep",
    execution: { exec: "echo", args: ["${itval}"], stdout: "${itval}" },
    iteration: { values: ["good", "../evil", "sub/good", "/etc/evil"] },
  });
  await confined.executor.manager.wait4("sweep");
  const outcomes = [0, 1, 2, 3].map((index) => {
    const { status, messages } = confined.executor.manager.info(`sweep:${index}`).jobs[`sweep:${index}`]!.data;
    return [status, (messages ?? "").includes("permissions.write")];
  });
  assertEquals(outcomes, [["SUCCEED", false], ["FAILED", true], ["SUCCEED", false], ["FAILED", true]]);
});

Deno.test("A job's name that is a path stays a name, and its outputs are checked", async () => {
  await using confined = narrow();
  const name = "../../../etc/evil";
  confined.submit({ name, exec: "date" });
  assertEquals(await confined.executor.manager.wait4(name), { [name]: "SUCCEED" });
  const job = { name: "../evil", execution: { exec: "date", stdout: "${jname}.out" } };
  assertThrows(() => confined.executor.manager.submit(job), PermissionScopeError, "evil.out");
});

Deno.test("Template values that look like templates are values", async () => {
  await using confined = narrow();
  const args = ["${name}", '", "exec": "env', "$${exec}", "{{x}}", "$(date)", "`date`"];
  confined.submit({ name: "t", exec: "echo", args, stdout: "t" });
  await confined.executor.manager.wait4("t");
  assertEquals(confined.scratch.read("work/t"), args.join(" ") + "\n");
  const exec = 'date", "permissions": {"run": true}, "x": "';
  assertThrows(() => confined.submit({ name: "u", exec }), PermissionScopeError, "permissions.run");
});

Deno.test("Values with newlines pass, values with NUL are refused", async () => {
  await using confined = narrow({ env: ["A\nB", "A"] });
  assertEquals(
    (await confined.run({ exec: "echo", args: ["a\nb"], stdout: "j1.txt", env: { "A\nB": "c\nd" } })).output,
    "a\nb\n",
  );
  for (
    const execution of [{ args: ["a\0b"] }, { env: { A: "\0" } }, { stdout: "a\0" }, { exec: "date\0env" }, {
      wd: "\0",
    }]
  ) {
    const job = { name: "nul", execution: { exec: "date", ...execution } };
    assertThrows(() => confined.executor.manager.submit(job), JobDescriptionError, "NUL");
  }
});

Deno.test("Huge and odd values are refused or fail in words, and harm nobody", async () => {
  await using confined = narrow();
  const { manager } = confined.executor;
  const huge = await confined.run({ exec: "echo", args: Array.from({ length: 100 }, () => "x".repeat(1 << 20)) });
  assertEquals(huge.status, "FAILED");
  assertStringIncludes(huge.message, "too long for the system");
  const name = "n".repeat(10_000);
  confined.submit({ name, exec: "date" });
  assertEquals(await manager.wait4(name), { [name]: "SUCCEED" });
  refuse(confined, { exec: name }, "nnn...");
  assertEquals((await confined.run({ exec: "date", stdout: name, stderr: name })).status, "FAILED");
  for (const size of [1e309, -1, 0.5, NaN]) {
    const job = { name: "odd", execution: { exec: "date" }, resources: { numCores: size } };
    assertThrows(() => manager.submit(job), JobDescriptionError);
  }
  const template = (): string => '{ "name": "e", "execution": { "exec": "date" }, "resources": { "numCores": 1e309 } }';
  assertThrows(() => confined.executor.submit(template), TemplateError);
  assertEquals((await confined.run({ exec: "date", args: ["+fine"] })).output, "fine\n");
});

Deno.test("Names of prototypes are names like any other", async () => {
  const names = ["__proto__", "constructor", "toString", "hasOwnProperty"];
  await using confined = narrow({ env: names });
  for (const name of names) {
    const env = Object.fromEntries([[name, "value"]]);
    confined.executor.manager.submit({
      name,
      execution: { exec: "sh", args: ["-c", `echo $${name}`], env, stdout: name },
    });
    const outcome = await confined.executor.manager.wait4(name);
    assertEquals(Object.entries(outcome), [[name, "SUCCEED"]]);
    assertEquals(confined.scratch.read(`work/${name}`), "value\n");
    refuse(confined, { exec: name }, `"${name}"`);
    const permissions = Object.fromEntries([[name, true]]);
    const job = { name: "x", execution: { exec: "date" }, permissions };
    assertThrows(() => confined.executor.manager.submit(job), JobDescriptionError, "is unknown");
    assertThrows(() => confined.executor.withPermissions(permissions), TypeError, `no kind "${name}"`);
  }
  assertThrows(() => confined.executor.submit((): string => "${__proto__}", {}), TemplateError);
  assert(!("value" in {}));
});

Deno.test("A job sets no variable but those that are named, and finds programs in the system's folders only", async () => {
  await using confined = narrow({ env: ["PYTHONPATH"] });
  refuse(confined, { env: { LD_PRELOAD: "./evil.so" } }, 'add "LD_PRELOAD" to permissions.env');
  refuse(confined, { env: { BASH_ENV: "./evil" } }, "BASH_ENV");
  for (
    const name of ["PATH", "PYTHONPYCACHEPREFIX", "GIT_SSH", "TAR_OPTIONS", "MAKEFLAGS", "PAGER", "A_NAME_OF_OURS"]
  ) {
    refuse(confined, { env: { [name]: "./evil" } }, `may not set "${name}"`);
  }
  const before = Deno.env.get("PATH")!;
  Deno.env.set("PATH", `${confined.scratch.in("work")}:${before}`);
  try {
    const { output } = await confined.sh("/usr/bin/env | /usr/bin/grep -v ^QCG_ | /usr/bin/sort");
    // The shell's own are PWD, and OLDPWD or _ in some.
    assertEquals(output.split("\n").filter((line) => !/^(PWD|OLDPWD|SHLVL|_)=|^$/.test(line)), [
      "PATH=/usr/local/bin:/usr/bin:/bin",
    ]);
  } finally {
    Deno.env.set("PATH", before);
  }
  assertEquals((await confined.sh("echo $PYTHONPATH", { env: { PYTHONPATH: "x" } })).output, "x\n");
});

Deno.test("QCGPJExecutor.withPermissions() and a job's own permissions narrow, and cannot widen", async () => {
  await using confined = narrow();
  const { executor } = confined;
  const view = executor.withPermissions({ run: ["date"], write: ["sub"] });
  const template = (): string => '{ "name": "${name}", "execution": { "exec": "${exec}", "stdout": "${stdout}" } }';
  await view.submit(template, { name: "a", exec: "date", stdout: "sub/a" }).result();
  assertEquals(confined.scratch.read("work/sub/a").length > 0, true);
  assertThrows(() => view.submit(template, { name: "b", exec: "sh", stdout: "sub/a" }), PermissionScopeError, '"sh"');
  assertThrows(() => view.submit(template, { name: "b", exec: "date", stdout: "b" }), PermissionScopeError, "write");
  assertThrows(() => view.withPermissions({ run: ["sh"] }), PermissionScopeError, "widens permissions.run by sh");
  assertThrows(() => executor.withPermissions({ net: true }), PermissionScopeError, "widens permissions.net");
  assertThrows(() => view.withPermissions({ run: "date" } as never), TypeError, '"permissions.run" must be');
  const results = await Array.fromAsync(view.map(template, [{ name: "m", exec: "date", stdout: "sub/m" }]));
  assertEquals(results, [{ m: "SUCCEED" }]);
  const job = { name: "c", execution: { exec: "echo" }, permissions: { run: ["date"] } };
  assertThrows(() => executor.manager.submit(job), PermissionScopeError, 'add "echo"');
});
