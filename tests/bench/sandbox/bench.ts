/**
 * What the sandbox costs: `true` without permissions, under a permission scope, and in the sandbox. One round runs every
 * way once, so that what else the machine does falls on all; the table shows medians.
 *
 * `deno run -A tests/bench/sandbox/bench.ts [--rounds=5] [--tasks=400]`
 *
 * @module
 */

import { parseArgs } from "@std/cli";
import { type ExecutorOptions, QCGPJExecutor } from "@qcg/pilotjob";

const options = parseArgs(Deno.args, { string: ["rounds", "tasks"] });
const rounds = Number(options.rounds ?? 5);
const tasks = Number(options.tasks ?? 400);

const permissions = { run: ["true"], write: ["."] };
const ways: Readonly<Record<string, ExecutorOptions>> = {
  "no permissions": {},
  "a permission scope": { permissions },
  "the sandbox": { permissions, sandbox: "require" },
  "the sandbox, everything visible": { permissions: { ...permissions, read: true, env: true }, sandbox: "require" },
  "the sandbox, little visible": { permissions: { ...permissions, read: [] }, sandbox: "require" },
};

/** Milliseconds for one task, one after the other or all that there are cores for. */
async function measure(way: ExecutorOptions, resources: string): Promise<number> {
  const wd = await Deno.makeTempDir();
  await using executor = new QCGPJExecutor({ ...way, wd, resources, durability: "memory" });
  const startMs = performance.now();
  executor.manager.submit({ name: "t", execution: { exec: "true" }, iteration: { stop: tasks } });
  const outcome = await executor.manager.wait4("t");
  const perTask = (performance.now() - startMs) / tasks;
  if (outcome["t"] !== "SUCCEED") throw new Error(JSON.stringify(outcome));
  await Deno.remove(wd, { recursive: true });
  return perTask;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

const times = new Map<string, number[]>();
for (let round = 0; round <= rounds; round++) {
  for (const resources of ["1", "2"]) {
    for (const [name, way] of Object.entries(ways)) {
      const time = await measure(way, resources);
      if (round > 0) times.set(`${name} ${resources}`, [...times.get(`${name} ${resources}`) ?? [], time]);
    }
  }
}
console.log(`${tasks} tasks true; median of ${rounds} rounds`);
console.log("| way | at once | ms per task | to no permissions |\n|---|---|---|---|");
for (const resources of ["1", "2"]) {
  const base = median(times.get(`no permissions ${resources}`)!);
  for (const name of Object.keys(ways)) {
    const time = median(times.get(`${name} ${resources}`)!);
    console.log(`| ${name} | ${resources} | ${time.toFixed(2)} | ${(time / base).toFixed(2)} |`);
  }
}
