import { assertEquals } from "@std/assert";
import { findBroken } from "./checkers.ts";
import { runWorld } from "./world.ts";

/** How many seeds each run of the tests tries, in parts. */
const parts = 10;
const seedsInPart = 50;

for (let part = 0; part < parts; part++) {
  const first = part * seedsInPart;
  Deno.test(`Simulator: all promises are kept with the seeds ${first} to ${first + seedsInPart - 1}`, async () => {
    for (let seed = first; seed < first + seedsInPart; seed++) {
      const broken = findBroken(await runWorld(seed));
      assertEquals(broken, [], `runWorld(${seed}) in tests/sim/world.ts breaks a promise`);
    }
  });
}
