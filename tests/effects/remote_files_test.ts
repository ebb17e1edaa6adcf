/**
 * Tasks whose files lie on a file system that answers late or never hold up nothing but themselves. The waiting is real: in
 * the kernel, in a file system that a program serves.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { ExecutionInput, QCGPJFuture } from "@qcg/pilotjob";
import { QCGPJExecutor } from "@qcg/pilotjob";
import { remoteCallsUnderWay } from "../../src/deno/host/remote_calls.ts";
import { readRemoteEnd } from "../../src/deno/host/remote_end.ts";
import { hangMs, textOf, until } from "./support/launches.ts";
import { canMount, RemoteFolder } from "./support/remote_folder.ts";

interface Scene {
  readonly folder: string;
  readonly far: RemoteFolder;
  readonly executor: QCGPJExecutor;
}

const config = new URL("../../deno.json", import.meta.url).pathname;
const main = new URL("../../src/cli/main.ts", import.meta.url).pathname;
const launchers = ["keeper", "native", "direct"] as const;

function onStage(name: string, launcher: typeof launchers[number], body: (scene: Scene) => Promise<void>): void {
  Deno.test({
    name: `${launcher}: ${name}`,
    ignore: !canMount,
    fn: async () => {
      const folder = await Deno.makeTempDir({ prefix: "remote-" });
      await Deno.mkdir(`${folder}/far`);
      try {
        await using far = await RemoteFolder.at(`${folder}/far`);
        await Deno.symlink("far", `${folder}/link`);
        const options = {
          wd: folder,
          resources: "16",
          durability: "memory",
          launcher,
          graceMs: 200,
        } as const;
        await using executor = new QCGPJExecutor(options);
        await body({ folder, far, executor });
      } finally {
        assertEquals(mentioning(folder), []);
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}

/** The command lines of processes that mention a folder. */
function mentioning(folder: string): string[] {
  return [...Deno.readDirSync("/proc")].flatMap(({ name }) => {
    try {
      const words = Deno.readTextFileSync(`/proc/${name}/cmdline`);
      return words.includes(folder) ? [words.replaceAll("\0", " ")] : [];
    } catch {
      return [];
    }
  });
}

type Files = Partial<Record<"stdin" | "stdout" | "stderr" | "wd", string>>;

const sh = (script: string, files: Files = {}) => ({ exec: "/bin/sh", args: ["-c", script], ...files });

for (const launcher of launchers) {
  onStage("a task on a remote file system finds all as it would on another", launcher, async ({ folder, executor }) => {
    await Deno.mkdir(`${folder}/far/bin`);
    await Deno.writeTextFile(`${folder}/far/bin/own`, '#!/bin/sh\necho "own $*"\n', { mode: 0o755 });
    await Deno.writeTextFile(`${folder}/far/in`, "text\n");
    const out = { stdin: `${folder}/far/in`, stdout: `${folder}/link/deep/er/out`, stderr: `${folder}/far/err` };
    const script = 'cat; pwd; printf "%s|" "$@" "$in" "${qcgpj-none}"; echo error >&2; exit 3';
    const future = executor.submit([
      {
        name: "a",
        execution: {
          ...sh(script, { ...out, wd: `${folder}/far/wd` }),
          args: ["-c", script, "sh", "a b", "", "*"],
          env: { in: "i" },
        },
      },
      { name: "b", execution: { exec: `${folder}/link/bin/own`, args: ["1"], stdout: "b" } },
      {
        name: "c",
        execution: { exec: "own", args: ["2"], env: { PATH: `/usr/bin:${folder}/far/bin` }, stdout: "far/c" },
      },
      { name: "d", execution: { ...sh("echo out; echo err >&2", { stdout: "far/d", stderr: "far/d" }) } },
    ]);
    await future.result();
    const info = future.info();
    assertEquals(textOf(`${folder}/far/err`), "error\n");
    assertEquals(textOf(`${folder}/far/deep/er/out`), `text\n${folder}/far/wd\na b||*|i|none|`);
    assertEquals(info["a"]!.reason, "exit code 3");
    assertEquals(textOf(`${folder}/b`), "own 1\n");
    assertEquals(textOf(`${folder}/far/c`), "own 2\n");
    assertEquals(textOf(`${folder}/far/d`), "out\nerr\n");
  });

  onStage("a task on a dead file system has its time limit, and others go on", launcher, async (scene) => {
    const { folder, far, executor } = scene;
    await Deno.mkdir(`${folder}/far/bin`);
    await far.become("die");
    const stuck: Record<string, ExecutionInput> = {
      stdin: sh("true", { stdin: "far/in" }),
      stdout: sh("true", { stdout: "far/out" }),
      stderr: sh("true", { stderr: "far/deep/err" }),
      linked: sh("true", { stdout: "link/out" }),
      wd: sh("true", { wd: `${folder}/far` }),
      exec: { exec: `${folder}/far/bin/own` },
      path: { exec: "own", env: { PATH: `${folder}/far/bin:/usr/bin` } },
    };
    const startMs = performance.now();
    const futures: QCGPJFuture[] = Object.entries(stuck).map(([name, execution]) =>
      executor.submit({ name, execution, timeoutMs: 1000 })
    );
    const others = executor.submit({ name: "others", execution: sh("true"), iteration: { stop: 20 } });
    assertEquals(await others.result(), { others: "SUCCEED" });
    assert(performance.now() - startMs < hangMs, "others have waited");
    for (const future of futures) {
      await future.result();
      const [name, { state, cause }] = Object.entries(future.info())[0]!;
      assertEquals([name, state, cause], [name, "FAILED", "timeout"]);
    }
    assert(performance.now() - startMs < hangMs);
  });

  onStage("an executor ends although tasks wait for a dead file system", launcher, async ({ far, executor }) => {
    await far.become("die");
    const waits = sh("true", { stdout: "far/out" });
    const future = executor.submit({ name: "waits", execution: waits, iteration: { stop: 4 } });
    await until(() => future.running());
    const startMs = performance.now();
    future.cancel();
    assertEquals(await future.result(), { waits: "CANCELED" });
    await executor.shutdown();
    assert(performance.now() - startMs < hangMs);
  });

  onStage("a task that no signal ends holds up nobody else", launcher, async ({ far, executor }) => {
    await far.become("die for good");
    executor.submit({ name: "stuck", execution: sh("true", { stdout: "far/out" }), timeoutMs: 300 });
    const others = executor.submit({ name: "others", execution: sh("sleep 0.1"), iteration: { stop: 30 } });
    assertEquals(await others.result(), { others: "SUCCEED" });
    const later = executor.submit({ name: "later", execution: sh("sleep 1") });
    assertEquals(await later.result(), { later: "SUCCEED" });
    await far[Symbol.asyncDispose](); // Nothing else ends that task.
  });
}

for (const launcher of launchers) {
  onStage("what a failed task wrote to a remote file is told, or that it cannot be read", launcher, async (scene) => {
    const { far, executor, folder } = scene;
    const execution = sh("echo out; echo err >&2; exec >&- 2>&-; read line <fifo; exit 3", {
      stdout: "far/out",
      stderr: "far/err",
    });
    const alive = executor.submit({ name: "alive", execution });
    await alive.result();
    const { stdoutTail, stderrTail } = alive.info()["alive"]!;
    assertEquals([stdoutTail, stderrTail], ["out\n", "err\n"]);
    assert(new Deno.Command("mkfifo", { args: [`${folder}/fifo`] }).outputSync().success);
    const dead = executor.submit({ name: "dead", execution });
    await until(() => dead.running());
    const pipe = await Deno.open(`${folder}/fifo`, { write: true });
    await far.become("die");
    pipe.close();
    assertEquals(await dead.result(), { dead: "FAILED" });
    assertStringIncludes(dead.info()["dead"]!.tailProblem!, "its file system does not answer");
  });
}

onStage("readRemoteEnd() reads the ends of many files at once, none is refused", "direct", async ({ far, folder }) => {
  const file = `${folder}/far/out`;
  await Deno.writeTextFile(file, "a long text");
  const readMany = () => Promise.allSettled(Array.from({ length: 20 }, () => readRemoteEnd(file, 4)));
  const ends = (await readMany()).map((read) => read.status === "fulfilled" && read.value);
  assertEquals(ends, Array.from({ length: 20 }, () => "text"));
  await far.become("die");
  const reasons = (await readMany()).map((read) => read.status === "rejected" && read.reason.message);
  assertEquals(reasons, Array.from({ length: 20 }, () => "its file system does not answer"));
  assertEquals(remoteCallsUnderWay(), 8, "each of these keeps a thread");
});

onStage("nothing is left of a pilot that is killed while tasks wait", "keeper", async ({ folder, far }) => {
  const jobs = { name: "waits", execution: sh("true", { stdout: `${folder}/far/out` }) };
  await Deno.writeTextFile(`${folder}/jobs.json`, JSON.stringify(jobs));
  await far.become("die");
  const args = ["run", "-A", "--no-check", "--config", config, main, "run", `${folder}/jobs.json`, "--wd", folder];
  const pilot = new Deno.Command(Deno.execPath(), { args, stdout: "null", stderr: "null" }).spawn();
  await until(() => mentioning(`${folder}/far/out`).length > 0);
  pilot.kill("SIGKILL");
  await pilot.status;
  await until(() => mentioning(`${folder}/far/out`).length === 0);
});

for (const launcher of ["keeper", "native"] as const) {
  onStage("time without output counts from what was written to a remote file last", launcher, async (scene) => {
    const { executor, folder } = scene;
    const execution = sh("for i in 1 2 3 4 5 6 7 8; do sleep 0.3; echo $i; done; exec sleep 600", {
      stdout: "far/out",
    });
    const future = executor.submit({ name: "silent", execution, idleMs: 2000 });
    assertEquals(await future.result(), { silent: "FAILED" });
    assertEquals(future.info()["silent"]!.cause, "idle");
    assertEquals(textOf(`${folder}/far/out`), "1\n2\n3\n4\n5\n6\n7\n8\n", "what it said was not noticed");
  });
}

onStage(
  "what could not be prepared is told as a start that failed, with the thing and the reason",
  "keeper",
  async (scene) => {
    const { folder, executor } = scene;
    await Deno.writeTextFile(`${folder}/far/file`, "");
    const cases: Record<string, readonly [ExecutionInput, string]> = {
      stdin: [sh("true", { stdin: "far/none" }), `stdin "${folder}/far/none" does not exist`],
      folder: [sh("true", { wd: `${folder}/far/file` }), `working directory "${folder}/far/file" is a file`],
      output: [sh("true", { stdout: "far/file/out" }), `stdout "${folder}/far/file/out"`],
      exec: [{ exec: `${folder}/far/none` }, `program "${folder}/far/none" does not exist; check the path`],
      mode: [{ exec: `${folder}/far/file` }, `program "${folder}/far/file" may not be executed`],
      path: [{ exec: "none", env: { PATH: `${folder}/far` } }, 'program "none" was not found on the PATH'],
    };
    for (const [name, [execution, reason]] of Object.entries(cases)) {
      const future = executor.submit({ name, execution });
      assertEquals(await future.result(), { [name]: "FAILED" });
      const { cause, reason: told } = future.info()[name]!;
      assertEquals([name, cause], [name, "start"]);
      assertStringIncludes(told!, reason);
    }
  },
);
