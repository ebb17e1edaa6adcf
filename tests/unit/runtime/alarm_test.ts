/**
 * The one timer of an owner: when it wakes, how it is moved, and that nothing is left of a time that was given up.
 *
 * @module
 */
import { assertEquals, assertThrows } from "@std/assert";
import { InvariantError } from "../../../src/base/assert.ts";
import { Alarm } from "../../../src/runtime/alarm.ts";
import { epochMs, VirtualClock } from "../../sim/virtual_clock.ts";

function setUp() {
  const clock = new VirtualClock();
  const woken: number[] = [];
  return { clock, woken, alarm: new Alarm(clock, (dueMs) => woken.push(dueMs - epochMs, clock.nowMs() - epochMs)) };
}

Deno.test("Alarm.set() moves the one timer that there is, to later and to earlier", async () => {
  const { clock, woken, alarm } = setUp();
  for (const ms of [20, 50, 40]) {
    alarm.set(epochMs + ms);
    assertEquals([clock.waiting, alarm.dueMs], [1, epochMs + ms]);
  }
  await clock.advanceTo(epochMs + 100);
  assertEquals(woken, [40, 40]);
  assertEquals([clock.waiting, alarm.dueMs], [0, Infinity]);
});

Deno.test("Alarm.setBy() wakes earlier than was set, and never later", () => {
  const { clock, woken, alarm } = setUp();
  alarm.setBy(epochMs + 30);
  alarm.setBy(epochMs + 60);
  alarm.setBy(Infinity);
  assertEquals(alarm.dueMs, epochMs + 30);
  alarm.setBy(epochMs + 10);
  clock.skip(15);
  clock.advance();
  assertEquals(woken, [10, 15]);
});

Deno.test("Alarm.off() leaves no timer, and neither does a time of never", () => {
  const { clock, woken, alarm } = setUp();
  alarm.off();
  alarm.set(epochMs + 10);
  alarm.off();
  assertEquals([clock.waiting, alarm.dueMs], [0, Infinity]);
  alarm.set(epochMs + 10);
  alarm.set(Infinity);
  assertEquals([clock.waiting, alarm.dueMs], [0, Infinity]);
  assertEquals(woken, []);
});

Deno.test("Alarm can be set again from within its own call", async () => {
  const clock = new VirtualClock();
  const woken: number[] = [];
  const alarm: Alarm = new Alarm(clock, (dueMs) => {
    woken.push(dueMs - epochMs);
    if (woken.length < 3) alarm.set(dueMs + 5);
  });
  alarm.set(epochMs + 5);
  await clock.advanceTo(epochMs + 100);
  assertEquals(woken, [5, 10, 15]);
});

Deno.test("Alarm notices a time that is none, and a timer that comes although it was called off", () => {
  assertThrows(() => setUp().alarm.set(NaN), InvariantError, "for a time, or for never");
  const wakes: (() => void)[] = [];
  const deaf = { wakeAt: (_: number, wake: () => void) => (wakes.push(wake), () => {}) };
  const alarm = new Alarm(deaf, () => {});
  alarm.set(1);
  alarm.set(2);
  assertThrows(() => wakes[0]!(), InvariantError, "wakes nobody");
});
