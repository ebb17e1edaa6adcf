/**
 * One life of a pilot that may be killed at any moment: begins a run, or goes on with it, and waits for its end.
 *
 * @module
 */

import { QCGPJExecutor } from "../../../mod.ts";

const [wd, count, mark] = Deno.args as [string, string, string];
const isFirst = ![...Deno.readDirSync(wd)].some((entry) => entry.name.startsWith(".qcgpjm-service-"));
// Each node has one core, so its name names the core.
const executor = new QCGPJExecutor({ wd, resources: "c0:1,c1:1,c2:1", ...(isFirst ? {} : { resume: wd }) });
if (!executor.manager.list()["many"]) {
  // Two locks: nobody else may use this core, and nobody else may run this task. A lock goes with its process.
  const locked = ["-n", "-E", "99", "core.${nlist}", "flock", "-n", "-E", "98", "task.${it}"];
  const script = `echo "$1" >> ran; sleep 0.02 # ${mark}`;
  executor.manager.submit([
    {
      name: "many",
      iteration: { stop: Number(count) },
      execution: { exec: "flock", args: [...locked, "sh", "-c", script, "sh", "${it}"] },
    },
    { name: "last", execution: { exec: "touch", args: ["finished"] }, dependencies: { after: ["many"] } },
  ]);
}
await executor.shutdown();
