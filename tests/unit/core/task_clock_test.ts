import { assertEquals } from "@std/assert";
import { TaskClock } from "../../../src/core/task_clock.ts";

Deno.test("TaskClock stands from its stop on, shows earlier times as they were, and is late by what it stood", () => {
  const clock = new TaskClock();
  clock.stop(100);
  assertEquals([clock.at(90), clock.at(100), clock.at(130)], [90, 100, 100]);
  assertEquals([clock.isStopped, clock.when(100)], [true, undefined]);
  clock.stop(120);
  clock.goOn(130);
  assertEquals([clock.at(130), clock.at(150), clock.when(110)], [100, 120, 140]);
  clock.goOn(200);
  assertEquals([clock.at(200), clock.isStopped, clock.when(undefined)], [170, false, undefined]);
});
