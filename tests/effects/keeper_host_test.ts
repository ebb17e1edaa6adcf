/**
 * The program that uses a keeper stays as it is, and tasks get nothing of it that they should not have.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assert, assertEquals } from "@std/assert";
import { existsSync } from "node:fs";
import { QCGPJExecutor } from "@qcg/pilotjob";
import { chooseLauncher } from "../../src/deno/local/launch.ts";
import { ignoredSignals, listChildren } from "../../src/deno/local/process_scan.ts";
import { livingIn } from "./support/hostile.ts";
import { hangMs, isAlive, launchMarked, newRunId, planOf, run, shell, textOf, until } from "./support/launches.ts";

const options = { durability: "memory", launcher: "keeper", resources: "4" } as const;

function test(name: string, body: () => Promise<void>): void {
  Deno.test({ name, fn: body, timeout: 2 * hangMs });
}

async function inFolders(count: number, body: (...folders: string[]) => Promise<void>): Promise<void> {
  const folders = await Promise.all(Array.from({ length: count }, () => Deno.makeTempDir({ prefix: "host-" })));
  try {
    await body(...folders);
  } finally {
    for (const folder of folders) {
      livingIn(folder).forEach((pid) => Deno.kill(pid, "SIGKILL"));
      await Deno.remove(folder, { recursive: true });
    }
  }
}

test("The host has one child, ignores no signal more, and inherits no orphan", () =>
  inFolders(1, async (folder) => {
    const [ignored, before] = [ignoredSignals(Deno.pid), listChildren()];
    await using executor = new QCGPJExecutor({ ...options, wd: folder! });
    const future = executor.submit({ name: "a", execution: { exec: "sleep", args: ["600"] }, timeoutMs: 20_000 });
    await until(() => future.running());
    const children = () => listChildren().filter((pid) => !before.includes(pid));
    await until(() => children().some((pid) => textOf(`/proc/${pid}/comm`) === "qcgpj-keeper\n"));
    assertEquals(children().length, 1);
    assertEquals(ignoredSignals(Deno.pid), ignored);
    // What a child of the host orphans goes where it always went.
    await new Deno.Command("sh", { args: ["-c", "sleep 60 >&- 2>&- & echo $! > orphan"], cwd: folder! }).output();
    const orphan = Number(textOf(`${folder}/orphan`));
    const isInherited = listChildren().includes(orphan);
    const isThere = isAlive(orphan);
    Deno.kill(orphan, "SIGKILL");
    future.cancel();
    await future.result();
    assertEquals([isThere, isInherited], [true, false]);
  }));

test("A child of the host is neither killed nor reaped, whatever it does to its signals", () =>
  inFolders(1, async (folder) => {
    const executor = new QCGPJExecutor({ ...options, wd: folder! });
    const future = executor.submit({ name: "a", execution: { exec: "sleep", args: ["0.3"] } });
    await until(() => future.running());
    const script = "$SIG{$_} = q(DEFAULT) for keys %SIG; sleep 2; exit 7";
    const child = new Deno.Command("perl", { args: ["-e", script], detached: true, stdin: "null", stdout: "null" })
      .spawn();
    await future.result();
    await executor.shutdown();
    assertEquals(await child.status, { success: false, code: 7, signal: null });
  }));

test("Two executors in one program leave each other's tasks alone, and nothing behind", () =>
  inFolders(2, async (one, other) => {
    const [a, b] = [new QCGPJExecutor({ ...options, wd: one! }), new QCGPJExecutor({ ...options, wd: other! })];
    const daemon = "(env -i setsid sh -c 'sleep 1; touch done' &); while [ ! -e done ]; do sleep 0.05; done";
    const waiting = b.submit({ name: "b", execution: { exec: "sh", args: ["-c", daemon] } });
    for (let count = 0; !waiting.done(); count++) {
      await a.submit({ name: `a${count}`, execution: { exec: "true" } }).result();
    }
    assertEquals(await waiting.result(), { b: "SUCCEED" });
    const left = b.submit({
      name: "c",
      execution: { exec: "sh", args: ["-c", "(env -i setsid sleep 300 &); sleep 0.1"] },
    });
    assertEquals(await left.result(), { c: "SUCCEED" });
    assertEquals(livingIn(other!), []);
    await b.shutdown();
    await a.shutdown();
  }));

test("A dependent task begins when nothing of the earlier one runs", () =>
  inFolders(1, async (folder) => {
    const writer = "i=0; while [ $i -lt 300 ]; do echo $i >> data; i=$((i+1)); sleep 0.01; done";
    await using executor = new QCGPJExecutor({ ...options, wd: folder! });
    const future = executor.submit([
      {
        name: "a",
        execution: {
          exec: "sh",
          args: ["-c", `setsid sh -c '${writer}' & until [ -s data ]; do sleep 0.01; done; exit 0`],
        },
      },
      {
        name: "b",
        dependencies: { after: ["a"] },
        execution: {
          exec: "sh",
          args: ["-c", "n=$(wc -l < data); sleep 0.3; echo $(($(wc -l < data) - n))"],
          stdout: "grown",
        },
      },
    ]);
    assertEquals(await future.result(), { a: "SUCCEED", b: "SUCCEED" });
    assertEquals(textOf(`${folder}/grown`), "0\n");
  }));

test("shutdown() resolves when everything of a canceled crowd is gone", () =>
  inFolders(1, async (folder) => {
    await using executor = new QCGPJExecutor({ ...options, wd: folder!, resources: "200", graceMs: 100 });
    const lineage = "$SIG{TERM} = q(IGNORE); %ENV = (); my $end = time + 500; " +
      "while (time < $end) { exit if fork; setsid; select undef, undef, undef, 0.3 }";
    const first = `perl -MPOSIX -e '${lineage}' & touch ready$1; sleep 600`;
    const execution = { exec: "sh", args: ["-c", first, "sh", "${it}"] };
    const crowd = executor.submit({ name: "crowd", execution, iteration: { stop: 200 } });
    const isReady = (it: number) => existsSync(`${folder}/ready${it}`);
    await until(() => Array.from({ length: 200 }, (_, it) => it).every(isReady), 4 * hangMs);
    crowd.cancel();
    await executor.shutdown();
    assertEquals(livingIn(folder!), []);
  }));

test("A task inherits its three streams and no other descriptor of the host", () =>
  inFolders(1, async (folder) => {
    const config = new URL("../../deno.json", import.meta.url).pathname;
    const program = new URL("./support/kept_pilot.ts", import.meta.url).pathname;
    const opened = `import os, socket, sys
kinds = [lambda: os.open("/", os.O_RDONLY), lambda: os.open("/etc/passwd", os.O_RDONLY), lambda: os.pipe()[0],
         lambda: socket.socket().detach(), lambda: os.open("/dev/null", os.O_RDWR)]
for i in range(50):
    os.dup2(kinds[i % 5](), 100 + i, inheritable=True)
os.execvp(sys.argv[1], sys.argv[1:])`;
    const script = "ls -l /proc/self/fd > seen; ls /proc/self/fd > numbers";
    const args = [
      "-c",
      opened,
      Deno.execPath(),
      "run",
      "-A",
      "--no-check",
      "--config",
      config,
      program,
      folder!,
      script,
    ];
    const pilot = new Deno.Command("python3", { args, stdin: "piped", stdout: "null" }).spawn();
    await until(() => textOf(`${folder}/0/numbers`).includes("2\n"));
    await pilot.stdin.close();
    await pilot.status;
    // The fourth is the listing's own.
    assertEquals(textOf(`${folder}/0/numbers`), "0\n1\n2\n3\n", textOf(`${folder}/0/seen`));
  }));

test("A task starts with no signal ignored or blocked, and in a session of its own", () =>
  inFolders(1, async (folder) => {
    const launcher = chooseLauncher({ runId: newRunId() }, "keeper");
    const plan = planOf(folder!, {
      program: "cat",
      args: ["/proc/self/status", "/proc/self/stat"],
      stdout: `${folder}/o`,
    });
    await run(launcher, plan);
    await launcher.close();
    const text = textOf(`${folder}/o`);
    for (const mask of ["SigIgn", "SigBlk", "SigPnd"]) assert(text.includes(`${mask}:\t0000000000000000\n`), text);
    const [pid, , , , , session] = text.split("\n").at(-2)!.split(" ");
    assertEquals(session, pid);
  }));

test("A pilot inside a task stays whole, and dies with its task", () =>
  inFolders(1, async (folder) => {
    const program = new URL("./support/kept_pilot.ts", import.meta.url).pathname;
    const config = new URL("../../deno.json", import.meta.url).pathname;
    const runId = newRunId();
    const launcher = chooseLauncher({ runId }, "keeper");
    const inner = ["touch ready; (env -i setsid sleep 600 &); exec sleep 600", "sleep 0.2; touch done"]
      .map((script) => `"${script}"`).join(" ");
    const script =
      `sleep 600 | "${Deno.execPath()}" run -A --no-check --config "${config}" "${program}" "$PWD" ${inner}`;
    const { key, over } = launchMarked(launcher, shell(`${folder}/outer`, script), runId);
    const [first, second] = [`${folder}/outer/0`, `${folder}/outer/1`];
    await until(() => existsSync(`${first}/ready`) && existsSync(`${second}/done`));
    // Other tasks of the outer pilot end meanwhile; that takes nothing from the inner one.
    for (let count = 0; count < 5; count++) await run(launcher, shell(folder!, "true & exit 0"));
    assert(livingIn(first).length >= 2);
    launcher.signal(key, "SIGKILL");
    const { cleanup } = await over;
    assertEquals([cleanup!.left, livingIn(folder!)], [0, []]);
    await launcher.close();
  }));
