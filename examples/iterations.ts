/**
 * One job with many iterations: a million of them would cost no more to submit. `${it}` is filled in at launch; in a
 * template it is written `$${it}`, so that it is not taken for a placeholder.
 *
 * @module
 */

import { QCGPJExecutor, type TemplateSource } from "@qcg/pilotjob";

function greetings(): TemplateSource {
  return `{
    'name': 'greet',
    'iteration': { 'stop': 5 },
    'execution': { 'exec': 'echo', 'args': ['hello', 'number $\${it}'], 'stdout': 'greet/$\${it}.txt' }
  }`;
}

await using executor = new QCGPJExecutor();
const future = executor.submit(greetings);
for await (const task of future) console.log(task.name, task.state, "on", task.nodes.map((node) => node.name).join());
console.log(await future.result());
console.log((await Deno.readTextFile("greet/4.txt")).trim());
