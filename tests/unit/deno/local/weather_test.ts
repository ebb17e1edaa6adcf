/**
 * How long a start waits for what is used up.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { isUsedUp, Patience } from "../../../../src/deno/local/weather.ts";
import { nameError } from "../../../../src/deno/local/error_names.ts";

Deno.test("isUsedUp() knows what a start may find used up, by the numbers that the kernel gives", () => {
  assertEquals([11, 12, 23, 24].map(nameError).filter(isUsedUp), ["EAGAIN", "ENOMEM", "ENFILE", "EMFILE"]);
  assertEquals(["ENOENT", "EACCES", "EWOULDBLOCK"].filter(isUsedUp), []);
});

Deno.test("Patience.failed() waits for ever while something runs, with pauses that grow to a second", () => {
  const patience = new Patience();
  let last = patience.pauseMs;
  for (let nowMs = 0; nowMs < 100_000; nowMs += last) {
    assert(patience.failed(nowMs, 1));
    assert(patience.pauseMs >= last);
    last = patience.pauseMs;
  }
  assertEquals(last, 1000);
});

Deno.test("Patience.failed() gives up two seconds after the last task has ended, unless a start succeeds", () => {
  const patience = new Patience();
  assert(patience.failed(0, 1) && patience.failed(5000, 1));
  assert(patience.failed(5500, 0));
  assert(patience.failed(6999, 0));
  patience.succeeded();
  assert(patience.failed(7500, 0) && patience.pauseMs < 100);
  assert(!patience.failed(9600, 0));
});
