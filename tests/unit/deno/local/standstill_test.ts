/**
 * When to give up on processes that were killed and are still there.
 *
 * @module
 */

import { assert, assertFalse } from "@std/assert";
import { Standstill } from "../../../../src/deno/local/standstill.ts";

Deno.test("Standstill.isReached() gives up when the same processes are there for longer than the limit, not before", () => {
  const standstill = new Standstill(5000);
  assertFalse(standstill.isReached([7, 8], 1000));
  assertFalse(standstill.isReached([7, 8], 6000));
  assert(standstill.isReached([7, 8], 6001));
});

Deno.test("Standstill.isReached() counts anew from each look that shows another process", () => {
  const standstill = new Standstill(5000);
  for (let look = 0; look < 100; look++) assertFalse(standstill.isReached([7, 100 + look], look * 1000));
  assertFalse(standstill.isReached([7], 104_000));
  assert(standstill.isReached([7], 104_001));
});

Deno.test("Standstill.isReached() takes a number that comes again for another process", () => {
  const standstill = new Standstill(5000);
  standstill.isReached([7], 0);
  standstill.isReached([], 4000);
  assertFalse(standstill.isReached([7], 6000), "it was gone meanwhile");
});

Deno.test("Standstill.isReached() does not give up while something else shows that not all are stuck", () => {
  const standstill = new Standstill(5000);
  for (let look = 0; look < 10; look++) assertFalse(standstill.isReached([7], look * 4000, true));
  assertFalse(standstill.isReached([7], 41_000));
  assert(standstill.isReached([7], 41_001));
});
