/**
 * What the stand-in for `@std/async` promises. Also runs against the real package (`deno task test:jsr`).
 *
 * @module
 */
import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { deadline, delay } from "@std/async";

Deno.test("delay() resolves, and not before timers that are due earlier", async () => {
  const order: string[] = [];
  await Promise.all([delay(20).then(() => order.push("later")), delay(1).then(() => order.push("sooner"))]);
  assertEquals(order, ["sooner", "later"]);
});

Deno.test("delay() rejects with the reason of its signal", async () => {
  const reason = new Error("enough");
  const controller = new AbortController();
  const paused = delay(60_000, { signal: controller.signal });
  controller.abort(reason);
  assertStrictEquals(await assertRejects(() => paused), reason);
  assertStrictEquals(await assertRejects(() => delay(1, { signal: AbortSignal.abort(reason) })), reason);
});

Deno.test("delay() does not end at once when it is longer than a timer can be", async () => {
  const controller = new AbortController();
  const long = delay(2 ** 32, { signal: controller.signal }).then(() => "ended", () => "aborted");
  assertEquals(await Promise.race([long, delay(10).then(() => "waits")]), "waits");
  controller.abort();
  assertEquals(await long, "aborted");
});

Deno.test("deadline() passes on what comes in time", async () => {
  assertEquals(await deadline(Promise.resolve(7), 60_000), 7);
  const reason = new Error("broken");
  assertStrictEquals(await assertRejects(() => deadline(Promise.reject(reason), 60_000)), reason);
});

Deno.test("deadline() rejects with TimeoutError when the time is over", async () => {
  const error = await assertRejects(() => deadline(new Promise(() => {}), 1), DOMException);
  assertEquals(error.name, "TimeoutError");
});

Deno.test("deadline() rejects with the reason of its signal", async () => {
  const controller = new AbortController();
  const limited = deadline(new Promise(() => {}), 60_000, { signal: controller.signal });
  controller.abort(new Error("enough"));
  const error = await assertRejects(() => limited, Error, "enough");
  assert(!(error instanceof DOMException));
});
