import { assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "../../../support/seeded_check.ts";
import { TimelineRecorder } from "../../../../src/report/dashboard/timeline.ts";
import { WorkBudget } from "../../../../src/report/dashboard/work_budget.ts";

Deno.test("TimelineRecorder tells the mean of each piece, and the last one over what there is of it", () => {
  const recorder = new TimelineRecorder(1000);
  recorder.set(1000, { cores: 4, waiting: 10, running: 2 });
  recorder.set(1125, { cores: 0, waiting: 8, running: 0 }, 2);
  recorder.set(1250, { cores: 2, waiting: 8, running: 1 });
  const { startMs, stepMs, cores, waiting, ended, coreMs } = recorder.read(1350);
  assertEquals([startMs, stepMs, cores, waiting, ended, coreMs], [1000, 250, [2, 2], [9, 8], [2, 0], 4 * 125 + 200]);
});

Deno.test("TimelineRecorder leaves out a time in which no pilot had the run, and tells where it was", () => {
  const recorder = new TimelineRecorder(1000);
  recorder.set(1000, { cores: 4, waiting: 0, running: 1 });
  recorder.set(1250, { cores: 0, waiting: 1, running: 0 });
  recorder.skip(1250, 900_000);
  recorder.set(900_250, { cores: 2, waiting: 0, running: 1 });
  const { cores, waiting, breaks, coreMs } = recorder.read(900_700);
  assertEquals([cores, waiting, coreMs], [[4, 0, 2, 2], [0, 1, 0, 0], 1900]);
  assertEquals(breaks, [{ afterMs: 250, lengthMs: 898_750 }]);
  // A pilot whose clock is behind what was recorded leaves nothing out.
  recorder.skip(800_000, 800_001);
  assertEquals(recorder.read(900_700).breaks.length, 1);
});

Deno.test("TimelineRecorder.read() moves nothing on: a run that was killed is told of late", () => {
  const recorder = new TimelineRecorder(1000);
  recorder.set(1000, { cores: 4, waiting: 10, running: 2 });
  const first = recorder.read(1100);
  assertEquals([recorder.read(900_000).coreMs, recorder.read(1100)], [4 * 899_000, first]);
  recorder.set(1200, { cores: 0, waiting: 0, running: 0 });
  assertEquals(recorder.read(900_000).coreMs, 4 * 200);
});

Deno.test("TimelineRecorder keeps the sums of any run in a bounded number of pieces", () => {
  const change = fc.tuple(fc.nat(20_000), fc.nat(64), fc.nat(9));
  fc.assert(fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
    const recorder = new TimelineRecorder(0);
    let [atMs, level, coreMs, ended] = [0, 0, 0, 0];
    for (const [afterMs, cores, ends] of changes) {
      coreMs += level * afterMs;
      atMs += afterMs;
      level = cores;
      ended += ends;
      recorder.set(atMs, { cores, waiting: 0, running: 0 }, ends);
    }
    const read = recorder.read(atMs);
    assertAlmostEquals(read.coreMs, coreMs, 1e-6 * Math.max(1, coreMs));
    assertEquals(read.ended.reduce((sum, one) => sum + one, 0), ended);
    assertEquals(read.cores.length <= 481 && read.cores.length * read.stepMs >= atMs, true);
  }));
});

Deno.test("WorkBudget answers anew what has changed only while its share of the time lasts", () => {
  let nowMs = 0;
  let made = 0;
  const budget = new WorkBudget(0.01, () => nowMs);
  const ask = (number: number) =>
    budget.answer("all", number, () => {
      nowMs += 300;
      return ++made;
    });
  assertEquals([ask(1), ask(1)], [1, 1]); // Nothing has changed.
  assertEquals(ask(2), 1); // The first one has used up more than was saved.
  nowMs += 10_000;
  assertEquals(ask(2), 1);
  nowMs += 11_000;
  assertEquals(ask(2), 2);
  // What was never asked is answered at once.
  assertEquals(budget.answer("other", 2, () => "new"), "new");
});
