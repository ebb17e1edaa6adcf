/**
 * A template of one's own. The compiler knows its placeholders: a forgotten or misspelt parameter does not compile.
 *
 * @module
 */

import { defineTemplate, QCGPJExecutor } from "@qcg/pilotjob";

const convert = defineTemplate(
  `{
    'name': 'convert-\${name}',
    'execution': {
      'exec': 'tr',
      'args': ['\${from}', '\${to}'],
      'stdin': '\${name}.txt',
      'stdout': '\${name}.out'
    },
    'resources': { 'numCores': \${cores} }
  }`,
  { from: "a-z", to: "A-Z", cores: 1 },
);

await Deno.writeTextFile("letter.txt", "dear physicist\n");
await using executor = new QCGPJExecutor();
const future = executor.submit(convert, { name: "letter" });
// @ts-expect-error There is no placeholder "form".
const misspelt = () => executor.submit(convert, { name: "letter", form: "a-z" });
console.log(await future.result(), (await Deno.readTextFile("letter.out")).trim(), typeof misspelt);
