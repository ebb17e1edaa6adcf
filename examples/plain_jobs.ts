/**
 * Jobs as plain objects: no template and no JSON in a string. The compiler knows every key, so that a misspelt one does
 * not compile. A signal cancels what takes too long.
 *
 * @module
 */

import { type JobInput, QCGPJExecutor } from "@qcg/pilotjob";

await using executor = new QCGPJExecutor({ wd: "plain_jobs", resources: "4" });

// A list is taken as a whole or not at all; one future covers it.
const study = executor.submit([
  { name: "prepare", execution: { script: "seq 20 > numbers" } },
  {
    name: "simulate",
    iteration: { stop: 4 },
    execution: { exec: "sh", args: ["-c", "head -n $(( $1 * 5 )) numbers", "sh", "${it}"], stdout: "out/${it}" },
    resources: { numCores: { min: 1, max: 2 }, wt: "1m" },
    dependencies: { after: ["prepare"] },
    retry: { max: 2, on: ["exit"], backoffMs: 100 },
  },
  {
    name: "count",
    execution: { script: "cat out/* | wc -l", stdout: "count.txt" },
    dependencies: { after: ["simulate"] },
  },
]);
console.log(study);
console.log(await study.result(), (await Deno.readTextFile("plain_jobs/count.txt")).trim());

// A sweep: jobs may come from a generator, results come in order.
function* squares(): Generator<JobInput> {
  for (let n = 1; n <= 3; n++) yield { name: `square-${n}`, execution: { exec: "expr", args: [n, "*", n] } };
}
for await (const result of executor.map(squares())) console.log(result);

// @ts-expect-error There is no key "resource", and so this does not compile.
const misspelt: JobInput = { name: "tj", execution: { exec: "date" }, resource: { numCores: 2 } };

const impatient = executor.with({ signal: AbortSignal.timeout(200) });
const long = impatient.submit({ name: "long", execution: { exec: "sleep", args: [600] } });
console.log(await long.result(), long.info()["long"]!.reason, typeof misspelt);
