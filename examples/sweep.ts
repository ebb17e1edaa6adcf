/**
 * A parameter sweep: one task for each set of parameters; results come in order, however many there are.
 *
 * @module
 */

import { defineTemplate, QCGPJExecutor } from "@qcg/pilotjob";

const power = defineTemplate(`{
  'name': 'power-\${base}-\${exponent}',
  'execution': {
    'exec': 'awk',
    'args': ['-v', 'b=\${base}', '-v', 'e=\${exponent}', 'BEGIN { print b ^ e }'],
    'wd': 'sweep',
    'stdout': '\${base}^\${exponent}.txt'
  }
}`);

/** Parameters may come from a generator: it is asked for more only as tasks end. */
function* parameters(): Generator<{ base: number; exponent: number }> {
  for (let base = 2; base <= 4; base++) {
    for (let exponent = 1; exponent <= 3; exponent++) yield { base, exponent };
  }
}

await using executor = new QCGPJExecutor();
for await (const result of executor.map(power, parameters())) console.log(result);
console.log("4^3 =", (await Deno.readTextFile("sweep/4^3.txt")).trim());
