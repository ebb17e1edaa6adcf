import { assertEquals } from "@std/assert";
import type { RunProgress } from "../../../src/report/progress.ts";
import { ProgressReader } from "../../../src/runtime/progress_reader.ts";
import { VirtualClock } from "../../sim/virtual_clock.ts";

const progress = (running: number): RunProgress => ({
  ...{ total: 9, ended: 0, failed: 0, running, waiting: 9 - running, coresInUse: running, cores: 9, elapsedMs: 0 },
});

/** A reader, how many tasks run, and when it has told something. */
function readerOf() {
  const clock = new VirtualClock();
  const beganMs = clock.nowMs();
  const state = { running: 1, told: [] as number[], failed: [] as unknown[], problem: undefined as Error | undefined };
  const reader = new ProgressReader({
    clock,
    describe: () => progress(state.running),
    tell: (_, nowMs) => {
      if (state.problem !== undefined) throw state.problem;
      state.told.push(nowMs - beganMs);
    },
    failed: (error) => state.failed.push(error),
  });
  return { clock, state, reader };
}

Deno.test("ProgressReader tells soon after something has happened, once, and each second while tasks run", async () => {
  const { clock, state, reader } = readerOf();
  for (let i = 0; i < 5; i++) reader.flush();
  await clock.advanceTo(clock.nowMs() + 99);
  assertEquals(state.told, []);
  await clock.advanceTo(clock.nowMs() + 2_500);
  assertEquals(state.told, [100, 1_100, 2_100]);
  state.running = 0;
  await clock.advanceTo(clock.nowMs() + 10_000);
  assertEquals(state.told, [100, 1_100, 2_100, 3_100]);
  reader.flush();
  await clock.advanceTo(clock.nowMs() + 10_000);
  assertEquals(state.told.length, 5);
});

Deno.test("ProgressReader tells the last of it when it is closed, and nothing afterwards", async () => {
  const { clock, state, reader } = readerOf();
  reader.flush();
  reader.close();
  reader.close();
  reader.flush();
  await clock.advanceTo(clock.nowMs() + 5_000);
  assertEquals(state.told, [0]);
});

Deno.test("ProgressReader stops at what its listener throws, and says so once", async () => {
  const { clock, state, reader } = readerOf();
  state.problem = new Error("no more");
  reader.flush();
  await clock.advanceTo(clock.nowMs() + 5_000);
  reader.flush();
  await clock.advanceTo(clock.nowMs() + 5_000);
  assertEquals([state.told, state.failed], [[], [state.problem]]);
});
