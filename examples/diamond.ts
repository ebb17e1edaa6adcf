/**
 * Dependencies: one job splits, two work side by side, one joins. They are submitted together, so that each may name
 * any other.
 *
 * @module
 */

import { QCGPJExecutor } from "@qcg/pilotjob";

await using executor = new QCGPJExecutor({ wd: "diamond", resources: "2" });
const count = (name: string, from: string, after: string) => ({
  name,
  execution: { exec: "wc", args: ["-l", from], stdout: `${name}.txt` },
  dependencies: { after: [after] },
});
const diamond = executor.submit([
  { name: "split", execution: { exec: "split", args: ["--number=l/2", "/etc/passwd", "part-"] } },
  count("left", "part-aa", "split"),
  count("right", "part-ab", "split"),
  {
    name: "join",
    execution: { exec: "cat", args: ["left.txt", "right.txt"], stdout: "join.txt" },
    dependencies: { after: ["left", "right"] },
  },
]);
console.log(await diamond.result());
console.log(await Deno.readTextFile("diamond/join.txt"));
