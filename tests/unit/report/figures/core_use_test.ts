import { assertAlmostEquals, assertEquals } from "@std/assert";
import { describeEfficiency, describeUse, findGaps } from "../../../../src/report/figures/core_use.ts";
import type { TimedTask } from "../../../../src/report/figures/timed_run.ts";
import { Random } from "../../../sim/random.ts";
import { ran, runOf } from "./support.ts";

const tasks = [ran("a", ["0"], 2, 5), ran("b", ["1"], 2, 3), ran("both", ["0", "1"], 6, 8), ran("late", ["10"], 8, 10)];
const service = { begunAt: 0, endedAt: 12e6, cores: 4 };

/** Percent and unused seconds by core. */
function byCore(use: ReturnType<typeof describeUse>) {
  return use?.cores.map(({ core, percent, unused }) => [core, Math.round(percent), unused / 1e6]);
}

Deno.test("describeUse() counts all time of the service in which no task had a core", () => {
  const use = describeUse(runOf(tasks, service))!;
  assertEquals(byCore(use), [["0", 42, 7], ["1", 25, 9], ["10", 17, 10]]);
  assertEquals([use.time, use.isFromService], [12e6, true]);
  assertAlmostEquals(use.usedPercent, (5 / 12 + 3 / 12 + 2 / 12) / 3 * 100);
  assertAlmostEquals(use.allPercent!, (5 / 12 + 3 / 12 + 2 / 12) / 4 * 100);
});

Deno.test("describeUse() measures from the first start to the last end when asked to, or when that is all it has", () => {
  for (const use of [describeUse(runOf(tasks, service), { withoutInit: true }), describeUse(runOf(tasks))]) {
    assertEquals([use!.time, use!.isFromService, byCore(use)], [8e6, false, [["0", 63, 3], ["1", 38, 5], [
      "10",
      25,
      6,
    ]]]);
  }
  const use = describeUse(runOf(tasks), { untilLastTask: true });
  assertEquals(byCore(use), [["0", 88, 1], ["1", 63, 3], ["10", 100 - 75, 6]]);
});

Deno.test("describeEfficiency() counts a gap only as far as all cores of the next task were free", () => {
  // Core 1 was free from 3 on, but `both` could not begin before 5; what follows a core's last task does not count.
  assertEquals(byCore(describeEfficiency(runOf(tasks, service))), [["0", 88, 1], ["1", 88, 1], ["10", 25, 6]]);
});

Deno.test("describeUse() and describeEfficiency() have nothing to say where no task ran", () => {
  const waiting: TimedTask = { name: "w", state: "QUEUED", nodes: [] };
  assertEquals([describeUse(runOf([waiting])), describeEfficiency(runOf([]))], [undefined, undefined]);
});

Deno.test("describeUse() and findGaps() agree with counting second by second", () => {
  const random = new Random(7);
  for (let round = 0; round < 100; round++) {
    const some: TimedTask[] = [];
    const free = new Map(["0", "1", "2"].map((core) => [core, 0]));
    for (let number = 0; number < 6; number++) {
      const cores = [...free.keys()].filter(() => random.chance(0.5));
      if (cores.length === 0) continue;
      const from = Math.max(...cores.map((core) => free.get(core)!)) + random.between(0, 2);
      const to = from + 1 + random.between(0, 2);
      for (const core of cores) free.set(core, to);
      some.push(ran(`t${number}`, cores, from, to));
    }
    const run = runOf(some);
    const use = describeUse(run);
    const seconds = { first: Infinity, last: 0 };
    for (const { beganAt, finishedAt } of some) {
      seconds.first = Math.min(seconds.first, beganAt! / 1e6);
      seconds.last = Math.max(seconds.last, finishedAt! / 1e6);
    }
    for (const { core, unused } of use?.cores ?? []) {
      let idle = 0;
      for (let second = seconds.first; second < seconds.last; second++) {
        const isHeld = some.some(({ nodes, beganAt, finishedAt }) =>
          nodes[0]!.cores.includes(core) && beganAt! / 1e6 <= second && second < finishedAt! / 1e6
        );
        if (!isHeld) idle++;
      }
      const gaps = [...findGaps(run)].filter((gap) => gap.core === core).reduce(
        (sum, { from, to }) => sum + to - from,
        0,
      );
      assertEquals([unused / 1e6, gaps / 1e6], [idle, idle]);
    }
  }
});
