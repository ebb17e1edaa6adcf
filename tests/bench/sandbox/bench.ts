/**
 * What the sandbox and the protections of a permission scope cost: `true` with and without two outputs, without
 * permissions, under a scope, and in the sandbox; and with the direct launcher, whose tasks are to inherit nothing. One
 * round runs every way once, so that what else the machine does falls on all; the table shows medians.
 *
 * `deno run -A tests/bench/sandbox/bench.ts [--rounds=5] [--tasks=400]`
 *
 * @module
 */

import { parseArgs } from "@std/cli";
import { type ExecutorOptions, type PermissionScope, QCGPJExecutor } from "@qcg/pilotjob";
import { DirectLauncher } from "../../../src/deno/local/launch_direct.ts";
import { run, shell } from "../../effects/support/launches.ts";

const options = parseArgs(Deno.args, { string: ["rounds", "tasks"] });
const rounds = Number(options.rounds ?? 5);
const tasks = Number(options.tasks ?? 400);

const permissions = { run: ["true"], write: ["."] };
const outputs = { stdout: "deep/er/out-${it}", stderr: "deep/er/err-${it}" };

interface Way {
  readonly options: ExecutorOptions;
  readonly execution?: Readonly<Record<string, string>>;
  readonly permissions?: PermissionScope;
}

/** Each with what it is compared to. */
const ways: Readonly<Record<string, readonly [Way, string]>> = {
  "no permissions": [{ options: {} }, "no permissions"],
  "a permission scope": [{ options: { permissions } }, "no permissions"],
  "the sandbox": [{ options: { permissions, sandbox: "require" } }, "no permissions"],
  "the sandbox, everything visible": [
    { options: { permissions: { ...permissions, read: true, env: true }, sandbox: "require" } },
    "no permissions",
  ],
  "the sandbox, little visible": [
    { options: { permissions: { ...permissions, read: [] }, sandbox: "require" } },
    "no permissions",
  ],
  "two outputs": [{ options: {}, execution: outputs }, "two outputs"],
  "two outputs under a scope": [{ options: { permissions }, execution: outputs }, "two outputs"],
  "two outputs in the sandbox": [
    { options: { permissions, sandbox: "require" }, execution: outputs },
    "two outputs in the sandbox",
  ],
  "the same, of a job with a narrower scope": [
    {
      options: { permissions, sandbox: "require" },
      execution: outputs,
      permissions: { ...permissions, write: ["deep"] },
    },
    "two outputs in the sandbox",
  ],
  "two outputs, native launcher": [
    { options: { launcher: "native" }, execution: outputs },
    "two outputs, native launcher",
  ],
  "two outputs under a scope, native launcher": [
    { options: { launcher: "native", permissions }, execution: outputs },
    "two outputs, native launcher",
  ],
  "two outputs, direct launcher": [
    { options: { launcher: "direct" }, execution: outputs },
    "two outputs, direct launcher",
  ],
  "two outputs under a scope, direct launcher": [
    { options: { launcher: "direct", permissions }, execution: outputs },
    "two outputs, direct launcher",
  ],
  "two outputs in the sandbox, direct launcher": [
    { options: { launcher: "direct", permissions, sandbox: "require" }, execution: outputs },
    "two outputs in the sandbox",
  ],
};

/** Milliseconds for one task, one after the other or all that there are cores for. */
async function measure({ options, execution = {}, permissions }: Way, resources: string): Promise<number> {
  const wd = await Deno.makeTempDir();
  // The folder of a narrower scope must be there to be shown.
  await Deno.mkdir(`${wd}/deep`);
  await using executor = new QCGPJExecutor({ ...options, wd, resources, durability: "memory" });
  const startMs = performance.now();
  executor.manager.submit({
    name: "t",
    execution: { exec: "true", ...execution },
    iteration: { stop: tasks },
    ...(permissions === undefined ? {} : { permissions }),
  });
  const outcome = await executor.manager.wait4("t");
  const perTask = (performance.now() - startMs) / tasks;
  if (outcome["t"] !== "SUCCEED") {
    throw new Error(JSON.stringify(executor.manager.info("t", { withChilds: true })).slice(0, 2000));
  }
  await Deno.remove(wd, { recursive: true });
  return perTask;
}

/** Milliseconds for one task of the direct launcher, with open files or with pipes. */
async function measureDirect(descriptors: boolean): Promise<number> {
  const folder = await Deno.makeTempDir();
  const launcher = new DirectLauncher({ descriptors });
  const startMs = performance.now();
  for (let task = 0; task < tasks; task++) {
    await run(launcher, shell(folder, ":", { stdout: `${folder}/out`, stderr: `${folder}/err` }));
  }
  const perTask = (performance.now() - startMs) / tasks;
  await launcher.close();
  await Deno.remove(folder, { recursive: true });
  return perTask;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

const times = new Map<string, number[]>();
const add = (name: string, time: number) => times.set(name, [...times.get(name) ?? [], time]);
for (let round = 0; round <= rounds; round++) {
  for (const resources of ["1", "2"]) {
    for (const [name, [way]] of Object.entries(ways)) {
      const time = await measure(way, resources);
      if (round > 0) add(`${name} ${resources}`, time);
    }
  }
  for (const descriptors of [true, false]) {
    const time = await measureDirect(descriptors);
    if (round > 0) add(`direct ${descriptors}`, time);
  }
}
console.log(`${tasks} tasks true; median of ${rounds} rounds`);
console.log("| way | at once | ms per task | ratio | to |\n|---|---|---|---|---|");
for (const resources of ["1", "2"]) {
  for (const [name, [, other]] of Object.entries(ways)) {
    const [time, base] = [name, other].map((way) => median(times.get(`${way} ${resources}`)!)) as [number, number];
    console.log(`| ${name} | ${resources} | ${time.toFixed(2)} | ${(time / base).toFixed(2)} | ${other} |`);
  }
}
const [open, piped] = [true, false].map((descriptors) => median(times.get(`direct ${descriptors}`)!)) as [
  number,
  number,
];
console.log(`direct launcher alone: ${open.toFixed(2)} ms with open files, ${piped.toFixed(2)} ms with pipes`);
