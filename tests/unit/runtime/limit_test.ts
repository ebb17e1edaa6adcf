import { assertEquals, assertRejects } from "@std/assert";
import { untilSettled } from "../../../src/runtime/limit.ts";
import { epochMs, quiet, VirtualClock } from "../../sim/virtual_clock.ts";
import { stateOf } from "./pilot_harness.ts";

const what = () => "waiting for job x";

Deno.test("untilSettled() gives what the promise gives, and calls its timer off", async () => {
  const clock = new VirtualClock();
  assertEquals(await untilSettled(Promise.resolve(7), { timeoutMs: 1000 }, clock, what), 7);
  await assertRejects(() => untilSettled(Promise.reject(new Error("no")), {}, clock, what), Error, "no");
  assertEquals(clock.waiting, 0);
});

Deno.test("untilSettled() rejects with a TimeoutError that says what was waited for, exactly then", async () => {
  const clock = new VirtualClock();
  const never = new Promise<void>(() => {});
  const waiting = untilSettled(never, { timeoutMs: 500 }, clock, what);
  waiting.catch(() => {});
  await clock.advanceTo(epochMs + 499);
  assertEquals(await stateOf(waiting), "open");
  await clock.advanceTo(epochMs + 500);
  assertEquals(await stateOf(waiting), "rejected: TimeoutError: Timed out after 500 ms waiting for job x");
});

Deno.test("untilSettled() with 0 ms gives a promise that is settled already the first word", async () => {
  const clock = new VirtualClock();
  assertEquals(await untilSettled(Promise.resolve(1), { timeoutMs: 0 }, clock, what), 1);
});

Deno.test("untilSettled() rejects with the signal's own reason, now or later", async () => {
  const clock = new VirtualClock();
  const never = new Promise<void>(() => {});
  const aborting = new AbortController();
  const waiting = untilSettled(never, { signal: aborting.signal, timeoutMs: 9 }, clock, what);
  aborting.abort("enough");
  assertEquals(await waiting.catch((reason) => reason), "enough");
  assertEquals(await untilSettled(never, { signal: aborting.signal }, clock, what).catch((reason) => reason), "enough");
  assertEquals(clock.waiting, 0);
});

Deno.test("untilSettled() refuses limits that are no times", async () => {
  const clock = new VirtualClock();
  for (const timeoutMs of [-1, NaN]) {
    await assertRejects(
      () => untilSettled(Promise.resolve(), { timeoutMs }, clock, what),
      RangeError,
      `timeoutMs must be 0 or more milliseconds, got ${timeoutMs}`,
    );
  }
});

Deno.test("untilSettled() leaves no unhandled rejection behind when it is refused at once", async () => {
  const clock = new VirtualClock();
  const late = Promise.withResolvers<void>();
  await untilSettled(late.promise, { signal: AbortSignal.abort("no") }, clock, what).catch(() => {});
  await untilSettled(late.promise, { timeoutMs: -1 }, clock, what).catch(() => {});
  late.reject(new Error("an unhandled rejection would end the test"));
  await quiet();
});

Deno.test("untilSettled() leaves no listener at a signal that outlives it", async () => {
  const clock = new VirtualClock();
  const { signal } = new AbortController();
  let listeners = 0;
  const counting = Object.assign(signal, {
    addEventListener: () => void listeners++,
    removeEventListener: () => void listeners--,
  });
  await untilSettled(Promise.resolve(), { signal: counting }, clock, what);
  await untilSettled(Promise.reject(new Error("no")), { signal: counting }, clock, what).catch(() => {});
  assertEquals(listeners, 0);
});

Deno.test("untilSettled() counts from when the waiting began, where that is said", async () => {
  const clock = new VirtualClock();
  await clock.advanceTo(epochMs + 400);
  const waiting = untilSettled(new Promise<void>(() => {}), { timeoutMs: 500 }, clock, what, epochMs);
  waiting.catch(() => {});
  await clock.advanceTo(epochMs + 500);
  assertEquals(await stateOf(waiting), "rejected: TimeoutError: Timed out after 500 ms waiting for job x");
});
