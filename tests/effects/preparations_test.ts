/**
 * What prepares a task: modules, virtual environments, models and profiles, with real shells.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assert, assertEquals, assertFalse, assertStringIncludes } from "@std/assert";
import { type JobInput, QCGPJExecutor } from "@qcg/pilotjob";
import { systemPreparations } from "../../src/deno/host/preparations.ts";
import type { LaunchPlan } from "../../src/launch/plan.ts";
import { shellCommand } from "../../src/launch/shell_command.ts";
import { Scratch } from "../e2e/support/scratch.ts";
import { until } from "../e2e/support/processes.ts";

/** A command `module` as users of a shell function have it, in the environment of a job. */
const moduleOf = (body: string) => ({ "BASH_FUNC_module%%": `() { ${body}\n}` });

type Execution = JobInput["execution"];

/** Failing preparations, each with what is told of it. */
const unprepared: readonly (readonly [name: string, execution: Execution, told: readonly string[]])[] = [
  [
    "a module that nobody has",
    { exec: "touch", args: ["ran"], modules: ["gcc", "nope"], env: moduleOf('echo "no module $2" >&2; test $2 = gcc') },
    ["cannot prepare: module nope: no module nope"],
  ],
  [
    "a module whose command fails without an exit code, as older ones do",
    {
      script: "touch ran",
      modules: "nope",
      env: moduleOf('echo "ModuleCmd_Load.c(213):ERROR:105: Unable to locate" >&2'),
    },
    ["cannot prepare: module nope: ModuleCmd_Load.c(213):ERROR:105: Unable to locate"],
  ],
  ["no command module at all", { exec: "touch", args: ["ran"], modules: ["it's"] }, [
    "cannot prepare: module it's: ",
    "module: command not found",
  ]],
  ["a virtual environment that is not there", { script: "touch ran", venv: "/nowhere/venv" }, [
    "cannot prepare: virtual environment /nowhere/venv: ",
    "No such file or directory",
  ]],
  ["a program that no module brought", { exec: "nobody-has-this", modules: [] }, [
    "cannot prepare: program nobody-has-this: not found",
  ]],
];

Deno.test("A file that a model needs is written in the place of a link that a task has put there, not through it", async () => {
  await using scratch = new Scratch();
  scratch.write("precious", "precious");
  Deno.symlinkSync("precious", scratch.in("hosts"));
  for (const text of ["a\n", "b\n"]) {
    await systemPreparations.writeFile(scratch.in("hosts"), text);
    assertEquals([scratch.read("hosts"), scratch.read("precious")], [text, "precious"]);
    assertFalse(Deno.lstatSync(scratch.in("hosts")).isSymlink);
  }
});

for (const launcher of ["native", "direct"] as const) {
  Deno.test(`What cannot be prepared fails as a start, in the shell's words, and nothing of it runs (${launcher})`, async () => {
    for (const [name, execution, told] of unprepared) {
      await using scratch = new Scratch();
      await using executor = new QCGPJExecutor({ wd: scratch.path, resources: 1, launcher });
      const future = executor.submit({ name: "t", execution: { ...execution, stderr: "err" } as Execution });
      assertEquals([name, await future.result()], [name, { t: "FAILED" }]);
      const { cause, reason } = (await future.info())["t"]!;
      assertEquals(cause, "start", reason);
      for (const words of told) assertStringIncludes(reason!, words);
      const files = [...Deno.readDirSync(scratch.path)].filter(({ isFile }) => isFile).map(({ name }) => name);
      assertEquals(files, ["err"], "the task did not run, and no note is left");
    }
  });
}

Deno.test("What can be prepared is: modules and environments in order, their words told, the program's own end", async () => {
  await using scratch = new Scratch();
  await using executor = new QCGPJExecutor({ wd: scratch.path, resources: 1 });
  await Deno.mkdir(scratch.in("v/bin"), { recursive: true });
  scratch.write("v/bin/activate", "export FROM_VENV=yes\n");
  const env = moduleOf('echo "loaded $2" >&2; export LOADED="$LOADED $2" LOADEDMODULES="$2/1.2"');
  const execution = {
    exec: "bash",
    args: ["-c", "echo $0 $FROM_VENV$LOADED; exit 4", 'a "b" $c'],
    ...{ modules: ["one", "two"], venv: scratch.in("v"), env, stdout: "out", stderr: "err" },
  };
  const future = executor.submit({ name: "t", execution });
  assertEquals(await future.result(), { t: "FAILED" });
  const { cause, reason } = (await future.info())["t"]!;
  assertEquals([cause, reason!.startsWith("exit code 4")], ["exit", true]);
  assertEquals(scratch.read("out"), 'a "b" $c yes one two\n');
  assertEquals(scratch.read("err"), "loaded one\nloaded two\n");
  const quiet = { exec: "true", modules: ["one"], env };
  assertEquals(await executor.submit({ name: "quiet", execution: quiet }).result(), { quiet: "SUCCEED" });
  assertEquals([...Deno.readDirSync(scratch.path)].filter(({ name }) => name.startsWith(".qcgpj-start")), []);
});

Deno.test("openmpi and intelmpi run mpirun with as many hosts as cores, where there is one", async () => {
  await using scratch = new Scratch();
  await Deno.mkdir(scratch.in("bin"));
  scratch.write(
    "bin/mpirun",
    '#!/bin/sh\necho "mpirun $*"; for word; do case $word in *.hostfile) cat "$word";; esac; done\n',
  );
  await Deno.chmod(scratch.in("bin/mpirun"), 0o755);
  const env = { PATH: `${scratch.in("bin")}:${Deno.env.get("PATH")}` };
  await using executor = new QCGPJExecutor({ wd: scratch.path, resources: "n1:2,n2:1", env });
  const job = (name: string, model: "openmpi" | "intelmpi", more = {}) => ({
    name,
    execution: { exec: "sim", args: ["-x"], model, stdout: `${name}.out`, ...more },
    resources: { numCores: 3 },
  });
  const missing = { model_opts: { mpirun: "nobody-has-mpirun" } };
  const future = executor.submit([job("o", "openmpi"), job("i", "intelmpi"), job("m", "openmpi", missing)]);
  assertEquals(await future.result(), { o: "SUCCEED", i: "SUCCEED", m: "FAILED" });
  const hosts = "localhost\n".repeat(3);
  const oFile = scratch.in(".o.hostfile");
  assertEquals(scratch.read("o.out"), `mpirun -n 3 --hostfile ${oFile} --bind-to none sim -x\n${hosts}`);
  assertEquals(scratch.read("i.out"), `mpirun -n 3 -f ${scratch.in(".i.hostfile")} sim -x\n${hosts}`);
  const { cause, reason } = (await future.info())["m"]!;
  assertEquals(cause, "start");
  assertStringIncludes(reason!, 'model "openmpi" starts programs by Open MPI, and there is none');
});

Deno.test("A script reads the profile unless login is false, for it or for all", async () => {
  await using scratch = new Scratch();
  await Deno.mkdir(scratch.in("home"));
  scratch.write("home/.bash_profile", "export READ=profile\n");
  const env = { HOME: scratch.in("home"), READ: "nothing" };
  const script = (name: string, more = {}) => ({ name, execution: { script: "echo $READ", stdout: name, ...more } });
  const outputs = async (options: { readonly login?: boolean }) => {
    await using executor = new QCGPJExecutor({ wd: scratch.path, resources: 1, env, ...options });
    const jobs = [script("default"), script("yes", { login: true }), script("no", { login: false })];
    await executor.submit(jobs).result();
    return ["default", "yes", "no"].map((name) => scratch.read(name).trim());
  };
  assertEquals(await outputs({}), ["profile", "profile", "nothing"]);
  assertEquals(await outputs({ login: false }), ["nothing", "profile", "nothing"]);
});

Deno.test("A login shell can be seen to read its profile, and to be past it", async () => {
  await using scratch = new Scratch();
  await Deno.mkdir(scratch.in("home"));
  for (const fifo of ["profile", "script"]) new Deno.Command("mkfifo", { args: [scratch.in(fifo)] }).outputSync();
  scratch.write("home/.bash_profile", `read line < ${scratch.in("profile")}\n`);
  const { program, args } = shellCommand({
    ...{ script: `touch past; read line < ${scratch.in("script")}`, isLogin: true, note: "/nowhere" },
  });
  const plan = { args } as LaunchPlan;
  const env = { HOME: scratch.in("home") };
  const shell = new Deno.Command(program, { args: [...args], env, cwd: scratch.path, stdin: "null" }).spawn();
  await until(() => systemPreparations.readsProfile(shell.pid, plan), "the shell reads its profile");
  await Deno.writeTextFile(scratch.in("profile"), "go\n");
  await until(() => [...Deno.readDirSync(scratch.path)].some(({ name }) => name === "past"), "the script runs");
  assertFalse(systemPreparations.readsProfile(shell.pid, plan));
  await Deno.writeTextFile(scratch.in("script"), "go\n");
  assert((await shell.status).success);
  assertFalse(systemPreparations.readsProfile(shell.pid, plan), "it has ended");
});
