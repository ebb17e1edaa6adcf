/**
 * Looks for seeds that break a promise, beyond those that the tests try: `deno run tests/sim/search.ts 1000 20000`.
 * Needs no permission. Prints each broken seed with the promise, and how many were tried.
 *
 * @module
 */

import { findBroken } from "./checkers.ts";
import { checkRestarts, restartPromise } from "./restart.ts";
import { runWorld } from "./world.ts";

if (import.meta.main) {
  const [first = 1000, stop = 2000] = Deno.args.map(Number);
  let broken = 0;
  for (let seed = first; seed < stop; seed++) {
    const history = await runWorld(seed);
    const restarts = checkRestarts(history);
    const all = findBroken(history);
    if (restarts !== undefined) all.push({ promise: restartPromise, found: restarts });
    for (const { promise, found } of all) {
      broken++;
      console.log(`seed ${seed}: ${promise}\n  ${found}`);
    }
  }
  console.log(`${stop - first} seeds tried, ${broken} promises broken`);
}
