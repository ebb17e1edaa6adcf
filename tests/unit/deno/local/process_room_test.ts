/**
 * How many tasks may run where the number of processes is limited.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { type ProcessLimit, ProcessRoom } from "../../../../src/deno/local/process_room.ts";

/** A machine on which others have 20 processes, and each task so many. */
function world(perTask: number, max: number) {
  let nowMs = 0;
  let running = 0;
  let exactCounts = 0;
  const limit: ProcessLimit = {
    max,
    count: (isExact) => {
      if (isExact) exactCounts++;
      return 20 + running * perTask + (isExact ? 0 : 100);
    },
  };
  const room = new ProcessRoom([limit], () => nowMs);
  const start = (wanted: number) => {
    while (running < wanted && room.take(running)) {
      running++;
      nowMs += 1;
    }
    return running;
  };
  const later = (ended = 0) => {
    nowMs += 100;
    running -= ended;
  };
  return { start, later, exactCounts: () => exactCounts };
}

Deno.test("ProcessRoom.take() starts as many tasks as have room for what they start, and counts seldom", () => {
  const { start, exactCounts } = world(1, 10_000);
  assertEquals(start(1000), 1000);
  assertEquals(exactCounts(), 0);
});

for (const perTask of [1, 2, 5]) {
  Deno.test(`ProcessRoom.take() leaves room for tasks that have ${perTask} processes each`, () => {
    const { start, later } = world(perTask, 100);
    let most = 0;
    for (let round = 0; round < 20; round++) {
      const running = start(1000);
      most = Math.max(most, running);
      assert(running >= 1 && 20 + running * perTask < 100, `${running} tasks`);
      later(Math.ceil(running / 3));
    }
    assert(most >= 80 / (perTask + 2) / 2, `${most} tasks at most`);
  });
}

Deno.test("ProcessRoom.take() always lets one task run, and all where nothing is limited", () => {
  assert(world(1, 5).start(1) === 1);
  const room = new ProcessRoom([], () => 0);
  assert(Array.from({ length: 100 }, (_, running) => room.take(running)).every(Boolean));
});
