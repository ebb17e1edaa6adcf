import { assertEquals } from "@std/assert";
import { findBroken } from "./checkers.ts";
import { checkRestarts } from "./restart.ts";
import { runWorld } from "./world.ts";

/** How many seeds each run of the tests tries, in parts. */
const parts = 10;
const seedsInPart = 50;
/** The runs of so many seeds are also cut off, and gone on with. */
const restartsMax = 300;

for (let part = 0; part < parts; part++) {
  const first = part * seedsInPart;
  Deno.test(`Simulator: all promises are kept with the seeds ${first} to ${first + seedsInPart - 1}`, async () => {
    for (let seed = first; seed < first + seedsInPart; seed++) {
      const history = await runWorld(seed);
      assertEquals(findBroken(history), [], `runWorld(${seed}) in tests/sim/world.ts breaks a promise`);
      if (seed < restartsMax) assertEquals(checkRestarts(history), undefined, `checkRestarts(await runWorld(${seed}))`);
    }
  });
}
