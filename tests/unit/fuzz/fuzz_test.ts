import { assert } from "@std/assert";
import { grammars, runCases } from "./cases.ts";

/** `tests/bench/fuzz.ts` runs more, from other seeds. */
const count = 25_000;

for (const [what, check] of Object.entries(grammars)) {
  Deno.test(`${count} ${what} by a grammar are read as they are meant, or refused where they are wrong`, () => {
    const right = runCases(check, count, 1);
    assert(right >= count / 2, `only ${right} were right`);
    assert(right < count * 0.9, `${right} were right, so mistakes are hardly tried`);
  });
}
