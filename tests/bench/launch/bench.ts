/**
 * The rate of the launchers, and of the whole executor, beside a loop of `posix_spawn` in C and `xargs -P`: 2,000 tasks
 * `/bin/true`, both streams to files. One round runs every way once, so that what else the machine does falls on all;
 * the table shows medians.
 * Measure on an idle machine: the kernel shares the processor by sessions, and a launcher's tasks have one each.
 *
 * `deno run -A tests/bench/launch/bench.ts [--rounds=5] [--tasks=2000] [--folder=DIR]`
 *
 * @module
 */

import { parseArgs } from "@std/cli";
import { QCGPJExecutor } from "../../../mod.ts";
import { DirectLauncher } from "../../../src/deno/local/launch_direct.ts";
import { chooseLauncher } from "../../../src/deno/local/launch.ts";
import type { Launcher } from "../../../src/runtime/ports.ts";

const options = parseArgs(Deno.args, { string: ["rounds", "tasks", "folder"] });
const rounds = Number(options.rounds ?? 5);
const tasks = Number(options.tasks ?? 2000);
const atOnce = [2, 8] as const;

type Way = (folder: string, count: number) => Promise<void>;

async function spawn(program: string, args: readonly string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(program, { args: [...args], stdin: "null", stdout: "null" })
    .output();
  if (!success) throw new Error(`${program} failed: ${new TextDecoder().decode(stderr)}`);
}

const shared = { kind: "inherited", without: [] } as const;

function launchAll(launcher: Launcher, folder: string, count: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let next = 0;
  let over = 0;
  const launch = (): void => {
    if (next >= tasks) return;
    const index = next++;
    const plan = {
      taskName: `task:${index}`,
      program: "/bin/true",
      args: [],
      cwd: folder,
      place: { node: 0, name: "here", cores: [], gpus: [], further: [] },
      tag: `${index}`,
      env: { shared, own: {} },
      stdout: `${folder}/${index}.out`,
      stderr: `${folder}/${index}.err`,
    };
    launcher.launch({ task: index, attempt: 1 }, plan, {
      started: () => {},
      startFailed: (_key, failure) => reject(new Error(failure.message)),
      limitExceeded: () => {},
      exited(_key, exit) {
        if (!("code" in exit) || exit.code !== 0) reject(new Error(JSON.stringify(exit)));
        if (++over === tasks) resolve();
        else launch();
      },
    });
  };
  for (let started = 0; started < count; started++) launch();
  return promise;
}

function wayOf(make: () => Launcher): Way {
  return async (folder, count) => {
    const launcher = make();
    await launchAll(launcher, folder, count);
    await launcher.close();
  };
}

/** The whole executor: one job with an iteration for each task, from its creation to the end of its shutdown. */
function executorWay(durability: "memory" | "process"): Way {
  return async (folder, count) => {
    await using executor = new QCGPJExecutor({ wd: folder, resources: String(count), durability });
    const execution = { exec: "/bin/true", stdout: "${it}.out", stderr: "${it}.err" };
    executor.manager.submit({ name: "all", execution, iteration: { stop: tasks } });
    await executor.shutdown();
    if (executor.manager.status("all").jobs["all"]!.data.status !== "SUCCEED") throw new Error("A task failed");
  };
}

async function measure(way: Way, base: string, count: number): Promise<number> {
  const folder = await Deno.makeTempDir({ dir: base });
  const startMs = performance.now();
  await way(folder, count);
  const rate = tasks / (performance.now() - startMs) * 1000;
  await Deno.remove(folder, { recursive: true });
  return rate;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

const base = await Deno.makeTempDir(options.folder === undefined ? {} : { dir: options.folder });
try {
  await spawn("cc", ["-O2", "-o", `${base}/spawn_loop`, new URL("spawn_loop.c", import.meta.url).pathname]);
  const ways: readonly (readonly [string, Way])[] = [
    ["C posix_spawn loop", (folder, count) => spawn(`${base}/spawn_loop`, [`${tasks}`, `${count}`, folder])],
    ["xargs -P, sh -c exec", (folder, count) => {
      const task = `exec /bin/true </dev/null >"$0/$1.out" 2>"$0/$1.err"`;
      const script = `seq ${tasks} | xargs -P ${count} -I{} sh -c '${task}' "$0" {}`;
      return spawn("/bin/sh", ["-c", script, folder]);
    }],
    ["launcher under -A", wayOf(chooseLauncher)],
    ["executor, records in memory", executorWay("memory")],
    ["executor, records on disk", executorWay("process")],
    ["direct launcher, own groups", wayOf(() => new DirectLauncher())],
  ];
  const rates = new Map<string, number[]>();
  for (let round = 0; round < rounds; round++) {
    for (const count of atOnce) {
      for (const [name, way] of ways) {
        const key = `${name} ${count}`;
        rates.set(key, [...rates.get(key) ?? [], await measure(way, base, count)]);
      }
    }
  }
  console.log(`${tasks} tasks /bin/true, both streams to files in ${base}; median of ${rounds} rounds`);
  console.log("| way | at once | tasks/s | to the C loop | to xargs |\n|---|---|---|---|---|");
  for (const count of atOnce) {
    const [loop, xargs] = ways.map(([name]) => median(rates.get(`${name} ${count}`)!));
    for (const [name] of ways) {
      const rate = median(rates.get(`${name} ${count}`)!);
      const ratios = `${(rate / loop!).toFixed(2)} | ${(rate / xargs!).toFixed(2)}`;
      console.log(`| ${name} | ${count} | ${rate.toFixed(0)} | ${ratios} |`);
    }
  }
} finally {
  await Deno.remove(base, { recursive: true });
}
