import { assert, assertEquals } from "@std/assert";
import { checkers, findBroken } from "./checkers.ts";
import { plantedBugs } from "./planted.ts";
import { runWorld } from "./world.ts";

/** Within so many seeds a bug must be noticed. */
const seedsMax = 200;

for (const { bug, seed: first = 0, breaks, plant, ports } of plantedBugs) {
  Deno.test(`The checker of "${breaks} …" barks when ${bug}`, async () => {
    using _bug = plant?.();
    for (let tried = 0; tried < seedsMax; tried++) {
      const seed = (first + tried) % seedsMax; // Whatever changes lives changes which of them show it.
      const found = findBroken(await runWorld(seed, ports)).some(({ promise }) => promise.startsWith(breaks));
      if (found) return;
    }
    throw new Error(`No seed below ${seedsMax} shows the bug`);
  });
}

Deno.test("Each checker barks at some planted bug", () => {
  const silent = checkers.filter(({ promise }) => !plantedBugs.some(({ breaks }) => promise.startsWith(breaks)));
  assertEquals(silent.map(({ promise }) => promise), []);
  assert(plantedBugs.every(({ breaks }) => checkers.filter(({ promise }) => promise.startsWith(breaks)).length === 1));
});

Deno.test("A seed gives the same run each time", async () => {
  const [once, again] = [await runWorld(7), await runWorld(7)];
  assertEquals(again, once);
});
