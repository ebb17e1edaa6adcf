/**
 * Minimum and maximum: a task takes what is free, within its limits. The nodes are virtual, so that a laptop can
 * rehearse how a cluster would be filled.
 *
 * @module
 */

import { type JobInput, QCGPJExecutor, type ResourcesInput } from "@qcg/pilotjob";

await using executor = new QCGPJExecutor({ wd: "flexible", resources: "a:4,b:4" });
const task = (name: string, resources: ResourcesInput): JobInput => ({
  name,
  execution: { script: 'echo "$QCG_PM_NPROCS cores on $QCG_PM_NODELIST"', stdout: `${name}.txt` },
  resources,
});
const future = executor.submit([
  task("greedy", { numCores: { min: 2, max: 6 } }),
  task("modest", { numCores: 2 }),
  task("wide", { numNodes: 2, numCores: { min: 1, max: 3 } }),
]);
await future.result();
for (const name of future.jobNames) {
  const { allocation } = executor.manager.info(name).jobs[name]!.data.runtime!;
  console.log(`${name}: ${allocation} -> ${(await Deno.readTextFile(`flexible/${name}.txt`)).trim()}`);
}
