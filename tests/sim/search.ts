/**
 * Looks for seeds that break a promise, beyond those that the tests try: `deno run tests/sim/search.ts 1000 20000`.
 * Needs no permission. Prints each broken seed with the promise, and how many were tried.
 *
 * @module
 */

import { findBroken } from "./checkers.ts";
import { runWorld } from "./world.ts";

if (import.meta.main) {
  const [first = 1000, stop = 2000] = Deno.args.map(Number);
  let broken = 0;
  for (let seed = first; seed < stop; seed++) {
    for (const { promise, found } of findBroken(await runWorld(seed))) {
      broken++;
      console.log(`seed ${seed}: ${promise}\n  ${found}`);
    }
  }
  console.log(`${stop - first} seeds tried, ${broken} promises broken`);
}
