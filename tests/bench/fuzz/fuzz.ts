/**
 * Many more cases of the grammars in `tests/unit/fuzz`, from other seeds than the tests have.
 *
 * `deno run tests/bench/fuzz/fuzz.ts [--cases=1000000] [--seed=1000000]`
 *
 * @module
 */

import { parseArgs } from "@std/cli";
import { grammars, runCases } from "../../unit/fuzz/cases.ts";

const given = parseArgs(Deno.args, { string: ["cases", "seed"] });
const cases = Math.ceil(Number(given.cases ?? 1_000_000) / Object.keys(grammars).length);
for (const [what, check] of Object.entries(grammars)) {
  const right = runCases(check, cases, Number(given.seed ?? 1_000_000));
  console.log(`${cases} ${what}: ${right} right and read as meant, ${cases - right} wrong and refused`);
}
