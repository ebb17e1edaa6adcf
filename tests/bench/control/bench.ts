/**
 * What controlling processes costs: the watchdog and the search for leftovers, for each task and for each launcher;
 * and how long a stop and the watchdog take. With and without alternate in one run, so that what else the machine does
 * falls on both.
 *
 * `deno run -A tests/bench/control/bench.ts [--rounds=7] [--tasks=2000]`
 *
 * @module
 */

import { parseArgs } from "@std/cli";
import type { LaunchPlan } from "../../../src/launch/plan.ts";
import { DirectLauncher } from "../../../src/deno/local/launch_direct.ts";
import { NativeLauncher } from "../../../src/deno/local/native/launch_native.ts";
import { Libc } from "../../../src/deno/local/native/libc.ts";
import type { LauncherOptions } from "../../../src/deno/local/process_control.ts";
import { listChildren, ProcessScanner } from "../../../src/deno/local/process_scan.ts";
import type { Launcher } from "../../../src/runtime/ports.ts";

const options = parseArgs(Deno.args, { string: ["rounds", "tasks"] });
const rounds = Number(options.rounds ?? 7);
const tasks = Number(options.tasks ?? 2000);
const atOnce = 4;
const runId = "0123456789abcdef";
const shared = { kind: "inherited", without: [] } as const;

type Make = (options: LauncherOptions) => Launcher;
const makers: Readonly<Record<string, Make>> = {
  "launcher under -A": (control) => new NativeLauncher(Libc.open()!, control),
  "direct launcher": (control) => new DirectLauncher(control),
};

function planOf(index: number, folder: string, args: readonly string[]): LaunchPlan {
  const tag = `${runId}${String(index).padStart(12, "0")}0001`;
  const place = { node: 0, name: "here", cores: [], gpus: [], further: [] };
  const env = { shared, own: {} };
  return { taskName: "task", program: args[0]!, args: args.slice(1), cwd: folder, place, tag, env };
}

/** Runs so many tasks, and calls `begun` for each that has started. */
function runAll(
  launcher: Launcher,
  count: number,
  args: readonly string[],
  begun: (task: number) => void = () => {},
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let next = 0;
  let over = 0;
  const launch = () => {
    if (next >= count) return;
    const task = next++;
    launcher.launch({ task, attempt: 1 }, planOf(task, "/tmp", args), {
      started: () => begun(task),
      startFailed: (_key, failure) => reject(new Error(failure.message)),
      limitExceeded: () => {},
      exited() {
        if (++over === count) resolve();
        else launch();
      },
    });
  };
  for (let started = 0; started < Math.min(atOnce, count); started++) launch();
  return promise;
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await act();
  return performance.now() - startMs;
}

/** Milliseconds for each task, and for a launcher with one task from its making to its close. */
async function measure(make: Make, control: LauncherOptions): Promise<{ task: number; launcher: number }> {
  const launcher = make(control);
  await runAll(launcher, 1, ["/bin/true"]);
  const all = await timed(() => runAll(launcher, tasks, ["/bin/true"]));
  await launcher.close();
  const whole = await timed(async () => {
    const small = make(control);
    await runAll(small, 1, ["/bin/true"]);
    await small.close();
  });
  return { task: all / tasks, launcher: whole };
}

/** Milliseconds from the stop of a task until it is told that nothing of it is left. */
async function measureStop(make: Make, control: LauncherOptions): Promise<number> {
  const launcher = make(control);
  let askedAtMs = 0;
  await runAll(launcher, 1, ["/bin/sleep", "60"], (task) => {
    setTimeout(() => {
      askedAtMs = performance.now();
      launcher.signal({ task, attempt: 1 }, "SIGTERM");
    }, 20);
  });
  const took = performance.now() - askedAtMs;
  await launcher.close();
  return took;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

console.log(`${tasks} tasks /bin/true without files, ${atOnce} at once; median of ${rounds} rounds`);
console.log("| launcher | what | without | with | ratio |\n|---|---|---|---|---|");
for (const [name, make] of Object.entries(makers)) {
  const seen = { task: [[], []], launcher: [[], []], stop: [[], []] } as Record<string, [number[], number[]]>;
  for (let round = 0; round < rounds; round++) {
    for (const isWith of [false, true]) {
      const control = isWith ? { runId } : {};
      const { task, launcher } = await measure(make, control);
      seen["task"]![+isWith]!.push(task);
      seen["launcher"]![+isWith]!.push(launcher);
      seen["stop"]![+isWith]!.push(await measureStop(make, control));
    }
  }
  const words = { task: "each task, ms", launcher: "a launcher with one task, ms", stop: "a stop, ms" };
  for (const [what, text] of Object.entries(words)) {
    const [without, with_] = seen[what]!.map(median) as [number, number];
    console.log(
      `| ${name} | ${text} | ${without.toFixed(3)} | ${with_.toFixed(3)} | ${(with_ / without).toFixed(2)} |`,
    );
  }
}
const scanner = new ProcessScanner();
scanner.scan();
const times = 50;
const scans = await timed(() => Promise.resolve(Array.from({ length: times }, () => scanner.scan())));
const lists = await timed(() => Promise.resolve(Array.from({ length: times }, () => listChildren())));
console.log(`A look at ${scanner.scan().size} processes takes ${(scans / times).toFixed(2)} ms, `);
console.log(`at our own children ${(lists / times).toFixed(3)} ms (once a second while tasks end).`);
