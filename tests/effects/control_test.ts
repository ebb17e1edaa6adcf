/**
 * Stops and limits by the executor: the cause, the words, what is left, how long it took.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assert, assertEquals, assertGreater, assertLess, assertMatch, assertStringIncludes } from "@std/assert";
import { existsSync, statSync } from "node:fs";
import { type ExecutorOptions, QCGPJExecutor, type QCGPJFuture } from "@qcg/pilotjob";
import { deadChildren, hostiles, livingIn, openDescriptors } from "./support/hostile.ts";
import { hangMs, textOf, until } from "./support/launches.ts";

const graceMs = 300;

interface Scene {
  readonly folder: string;
  readonly executor: QCGPJExecutor;
  /** Submits a job that runs a shell script. */
  run(name: string, script: string, more?: Record<string, unknown>, streams?: Record<string, unknown>): QCGPJFuture;
}

async function onStage(body: (scene: Scene) => Promise<void>, options: ExecutorOptions = {}): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "control-" });
  const [before, deadBefore] = [openDescriptors(), deadChildren()];
  try {
    await using executor = new QCGPJExecutor({
      wd: folder,
      resources: "4",
      graceMs: graceMs,
      durability: "memory",
      ...options,
    });
    const run: Scene["run"] = (name, script, more = {}, streams = {}) => {
      Deno.writeTextFileSync(`${folder}/${name}.sh`, script);
      const execution = { exec: "/bin/sh", args: [`${folder}/${name}.sh`], ...streams };
      return executor.submit(() => JSON.stringify({ name, execution, ...more }));
    };
    await body({ folder, executor, run });
  } finally {
    livingIn(folder).forEach((pid) => Deno.kill(pid, "SIGKILL"));
    await Deno.remove(folder, { recursive: true });
  }
  // What an earlier test has left may be reaped and closed only now; of this one nothing stays.
  await until(() => deadChildren().every((pid) => deadBefore.includes(pid)));
  await until(() => openDescriptors() <= before);
}

/** Waits for the end of a job, and checks what is said of it. */
async function ends(
  future: QCGPJFuture,
  expected: { readonly state: string; readonly cause: string; readonly reason: RegExp },
): Promise<void> {
  const result = await future.result();
  const [[name, info]] = Object.entries(future.info()) as [[string, ReturnType<QCGPJFuture["info"]>[string]]];
  assertEquals([result[name], info.state, info.cause], [expected.state, expected.state, expected.cause] as never);
  assertMatch(info.reason!, expected.reason);
}

const stubborn = hostiles.find(({ name }) => name.includes("SIGTERM and SIGHUP"))!.script;

Deno.test("A canceled task is gone with all that left its session when its end is told", () =>
  onStage(async ({ folder, run }) => {
    const future = run("c", stubborn);
    await until(() => existsSync(`${folder}/ready`));
    const startMs = performance.now();
    future.cancel();
    await ends(future, { state: "CANCELED", cause: "cancel", reason: /^canceled by the user$/ });
    assertLess(performance.now() - startMs, hangMs);
    assertEquals(livingIn(folder), []);
    const { cleanup, signal } = future.info()["c"]!;
    assertEquals([cleanup!.left, cleanup!.terminated + cleanup!.killed], [0, cleanup!.found]);
    assertGreater(cleanup!.killed, 2);
    assertEquals(signal, "SIGTERM");
  }));

Deno.test("A task that runs beyond its time limit has failed by it", () =>
  onStage(async ({ folder, run }) => {
    const startMs = performance.now();
    const future = run("t", stubborn, { timeoutMs: 500 });
    await ends(future, { state: "FAILED", cause: "timeout", reason: /^stopped after its time limit of 0.5 s$/ });
    assertLess(performance.now() - startMs, hangMs);
    assertEquals(livingIn(folder), []);
  }));

Deno.test("A task's own grace is used, and what ends in it is not killed", () =>
  onStage(async ({ folder, run }) => {
    const script = `(trap 'sleep 1; touch saved; exit' TERM; touch ready; while :; do sleep 0.05; done) & wait`;
    const future = run("g", script, { graceMs: 60_000 });
    await until(() => existsSync(`${folder}/ready`));
    future.cancel();
    await future.result();
    assert(existsSync(`${folder}/saved`));
    assertEquals(future.info()["g"]!.cleanup!.killed, 0);
  }));

Deno.test("An error that leaves the scope ends what runs, with that cause", async () => {
  let future: QCGPJFuture | undefined;
  await QCGPJExecutor.scope({ wd: Deno.makeTempDirSync(), durability: "memory" }, async (executor) => {
    future = executor.submit(() => `{ "name": "s", "execution": { "exec": "sleep", "args": ["600"] } }`);
    await until(() => future!.running());
    throw new Error("enough");
  }).catch(() => {});
  await ends(future!, { state: "CANCELED", cause: "scope", reason: /left the scope/ });
});

Deno.test("A task that says nothing for too long has failed by that; one that speaks goes on", () =>
  onStage(async ({ run }) => {
    const silent = run("silent", "echo hello; sleep 600", { idleMs: 400 }, { stdout: "silent.out" });
    const script = "for i in 1 2 3 4 5 6 7 8 9 10; do sleep 0.3; echo $i >&2; done";
    const speaking = run("speaking", script, { idleMs: 2500 }, { stderr: "speaking.err" });
    const startMs = performance.now();
    await ends(silent, { state: "FAILED", cause: "idle", reason: /^stopped after 0.4 s without output$/ });
    assertLess(performance.now() - startMs, hangMs);
    assertEquals(await speaking.result(), { speaking: "SUCCEED" });
  }));

const hungry = (mb: number, then: string) => `perl -e '$x = "a"; $x x= ${mb}_000_000; ${then}'`;

Deno.test("A task that uses more memory than it asked for is killed, though a child of it in another session did", () =>
  onStage(async ({ folder, run }) => {
    const script = `trap '' TERM; setsid ${hungry(150, "sleep 600")} & wait`;
    const startMs = performance.now();
    const future = run("m", script, { enforceMemory: true, resources: { memory: "100MiB" } });
    await ends(future, {
      state: "FAILED",
      cause: "oom",
      reason: /^used 1\d\d MiB of the 100 MiB that it asked for$/,
    });
    assertLess(performance.now() - startMs, hangMs);
    assertEquals(livingIn(folder), []);
  }));

Deno.test("A task that ran out of memory is tried again with more", () =>
  onStage(async ({ folder, run }) => {
    const script = `echo try; ${hungry(150, "sleep(-e q(o.attempt-1) ? 2 : 600)")}`;
    const retry = { max: 2, on: ["oom"], growMemory: 4 };
    const future = run("again", script, { enforceMemory: true, resources: { memory: "100MiB" }, retry }, {
      stdout: "o",
    });
    assertEquals(await future.result(), { again: "SUCCEED" });
    assertEquals(future.info()["again"]!.attempts, 2);
    assertEquals([textOf(`${folder}/o`), textOf(`${folder}/o.attempt-1`)], ["try\n", "try\n"]);
  }));

Deno.test("Memory that processes share is counted once", () =>
  onStage(async ({ run }) => {
    const script = hungry(150, "for (1..6) { last unless fork } sleep 2");
    const future = run("shared", script, { enforceMemory: true, resources: { memory: "400MiB" } });
    assertEquals(await future.result(), { shared: "SUCCEED" });
  }));

Deno.test("A job that wants its memory enforced is refused where processes cannot be seen", async () => {
  const program = `import { QCGPJExecutor } from "@qcg/pilotjob";
    const job = { name: "m", execution: { exec: "true" }, enforceMemory: true, resources: { memory: "10MiB" } };
    try {
      new QCGPJExecutor({ durability: "memory" }).submit(() => JSON.stringify(job));
    } catch (error) {
      console.log(error.name, error.message);
    }`;
  // Permissions of a test do not hide /proc, so this needs a program of its own.
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  await Deno.writeTextFile(file, program);
  const flags = ["--allow-run", "--allow-read", "--allow-write", "--allow-env", "--allow-sys"];
  const restricted = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--no-prompt", "--config", config, ...flags, file],
  }).output();
  await Deno.remove(file);
  const text = new TextDecoder().decode(restricted.stdout);
  assertStringIncludes(text, "PermissionScopeError");
  assertStringIncludes(text, "run deno again with -A");
});

Deno.test("Every attempt keeps its outputs, but a device stays what it is", () =>
  onStage(async ({ folder, run }) => {
    const script = `echo "$QCG_PM_STEP_ID" | tail -c 2; echo err >&2; exit 1`;
    const future = run("r", script, { retry: 2 }, { stdout: "o", stderr: "e" });
    const device = run("d", "exit 1", { retry: 1 }, { stdout: "/dev/full" });
    await Promise.all([future.result(), device.result()]);
    assertEquals(["o.attempt-1", "o.attempt-2", "o"].map((name) => textOf(`${folder}/${name}`)), ["1\n", "2\n", "3\n"]);
    assertEquals(
      ["e.attempt-1", "e.attempt-2", "e"].map((name) => textOf(`${folder}/${name}`)),
      Array(3).fill("err\n"),
    );
    assert(statSync("/dev/full").isCharacterDevice() && !existsSync("/dev/full.attempt-1"));
  }));

Deno.test("A task whose output meets a full disk ends with its own exit code", () =>
  onStage(async ({ run }) => {
    const future = run("full", "head -c 1000000 /dev/zero", {}, { stdout: "/dev/full", stderr: "/dev/full" });
    await ends(future, { state: "FAILED", cause: "exit", reason: /^exit code 1$/ });
  }));

Deno.test("CPU time and peak memory are those of the tree, and unknown rather than zero", () =>
  onStage(async ({ run }) => {
    const busy = run("busy", `perl -e '1 while times < 0.2' & perl -e '1 while times < 0.2' & wait`);
    const large = run("large", hungry(300, ""));
    const small = run("small", "true");
    await Promise.all([busy, large, small].map((future) => future.result()));
    const { cpuMs } = busy.info()["busy"]!;
    assert(cpuMs! >= 390 && cpuMs! < 5000, `${cpuMs}`);
    // What is not larger than this process has ever been cannot be told from it.
    const ownPeakKiB = Number(/VmHWM:\s*(\d+)/.exec(Deno.readTextFileSync("/proc/self/status"))![1]);
    const peak = large.info()["large"]!.peakKiB;
    assert(peak === undefined ? ownPeakKiB > 250_000 : peak > 290_000, `${peak}, self ${ownPeakKiB}`);
    const { cpuMs: little, peakKiB } = small.info()["small"]!;
    assert((little === undefined || little > 0) && (peakKiB === undefined || peakKiB > 0));
  }));
