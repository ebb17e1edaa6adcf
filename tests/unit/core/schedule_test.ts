import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { TaskTable } from "../../../src/core/task_table.ts";
import { Pool } from "../../../src/resources/pool.ts";
import { replaceMethod } from "../../sim/replace.ts";
import { TraceRunner } from "../../traces/trace_runner.ts";

/** Counts how often the pool is asked while `body` runs. */
function countFits(body: () => void): number {
  let fits = 0;
  using _counting = replaceMethod(Pool.prototype, "fit", (original) =>
    function (request) {
      fits++;
      return original.call(this, request);
    });
  body();
  return fits;
}

function launched(runner: TraceRunner): string[] {
  const names = new Map([...runner.jobs.values()].map((job) => [job.id, job.description.name]));
  return runner.output.events.flatMap((event) => event.kind === "taskScheduled" ? [names.get(event.job)!] : []);
}

Deno.test("schedule() asks the pool as often for a million waiting tasks as for ten", () => {
  const costs = [10, 1000, 1_000_000].map((count) => {
    const runner = new TraceRunner({ nodes: "a:4,b:4" });
    runner.tell(
      `submit wide cores=6 | A x${count} | B x${count} cores=2 | C x${count} cores=1-3 | D x${count} nodes=1`,
    );
    return countFits(() => {
      runner.core.step([{
        kind: "taskExited",
        atMs: 1,
        task: runner.task("A:0"),
        attempt: 1,
        exit: { code: 0 },
        usage: {},
      }]);
      runner.core.step([{
        kind: "taskExited",
        atMs: 1,
        task: runner.task("wide"),
        attempt: 1,
        exit: { code: 0 },
        usage: {},
      }]);
    });
  });
  assertEquals(costs, [costs[0]!, costs[0]!, costs[0]!]);
  assert(costs[0]! <= 30, `${costs[0]} fits`);
});

Deno.test("schedule() looks a few times at each kind of request, however many kinds do not fit", () => {
  const runner = new TraceRunner({ nodes: "2000" });
  const kinds = Array.from({ length: 1000 }, (_, i) => `K${i} cores=${i + 2}`);
  runner.tell(`submit A cores=1999 | ${kinds.join(" | ")}`);
  let looks = 0;
  using _counting = replaceMethod(TaskTable.prototype, "phase", (original) =>
    function (task) {
      looks++;
      return original.call(this, task);
    });
  runner.tell("submit B cores=1500");
  assert(looks < 10 * kinds.length, `${looks} looks`);
});

Deno.test("schedule() does not look at the queues when no core is free", () => {
  const runner = new TraceRunner({ nodes: "2" });
  runner.tell("submit A x2 | B x100 | C cores=2");
  assertEquals(countFits(() => runner.tell("submit D")), 0);
});

Deno.test("schedule() passes over canceled tasks, however many, without asking for them", () => {
  const runner = new TraceRunner({ nodes: "1" });
  runner.tellAll("submit A | B x5000 | C", "cancel B");
  assertEquals(countFits(() => runner.tell("exit A")), 1);
  assertEquals(launched(runner), ["C"]);
});

Deno.test("schedule() starts a large task behind an endless stream of small ones within its bound", () => {
  for (const overtakesMax of [0, 1, 7]) {
    const runner = new TraceRunner({ nodes: "a:4", overtakesMax });
    const running: string[] = [];
    let overtakes = 0;
    let endsAfter = 0;
    runner.tell("submit first x3");
    for (let i = 0; i < 3; i++) running.push(`first:${i}`);
    runner.tell("submit large cores=4");
    for (let round = 0;; round++) {
      assert(round < 100, `large still waits with overtakesMax=${overtakesMax}`);
      runner.tell(`submit small${round}`);
      for (const name of launched(runner)) {
        running.push(name);
        overtakes++;
      }
      runner.tell(`exit ${running.shift()!}`);
      const started = launched(runner);
      if (overtakes >= overtakesMax) endsAfter++;
      if (started[0] === "large") break;
      running.push(...started);
      overtakes += started.length;
    }
    // At that moment at most four tasks ran; each of them had to end, and none was replaced.
    assert(endsAfter <= 4 + 1, `${endsAfter} tasks had to end with overtakesMax=${overtakesMax}`);
    assert(overtakes <= overtakesMax + 1, `overtaken ${overtakes} times with overtakesMax=${overtakesMax}`);
  }
});

Deno.test("schedule() holds nothing back while the limit is not reached", () => {
  const runner = new TraceRunner({ nodes: "2", overtakesMax: 100 });
  runner.tell("submit A | large cores=2 | B x50");
  for (let i = 0; i < 50; i++) {
    assertEquals(launched(runner), i === 0 ? ["A", "B"] : ["B"]);
    runner.tell(`exit B:${i}`);
  }
  assertEquals(launched(runner), []);
  runner.tell("exit A");
  assertEquals(launched(runner), ["large"]);
});

Deno.test("overtakesMax is the number of cores when it is not given, and at least 32", () => {
  for (const [nodes, overtakes] of [["2", 32], ["40", 40]] as const) {
    const runner = new TraceRunner({ nodes });
    runner.tell(`submit A | large cores=${nodes} | B x1000`);
    let starts = launched(runner).filter((name) => name === "B").length;
    for (let i = 0; i < 200 && runner.core.freeCores < Number(nodes) - 1; i++) {
      runner.tell(`exit B:${i}`);
      starts += launched(runner).length;
    }
    assertEquals(starts, Math.max(overtakes, Number(nodes) - 1), nodes);
  }
});

Deno.test("schedule() starts equal requests in the order of submission, and fills what it can", () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 30 });
  fc.assert(fc.property(sizes, (sizes) => {
    const runner = new TraceRunner({ nodes: "6", overtakesMax: 3 });
    runner.tell(`submit ${sizes.map((cores, i) => `j${i} cores=${cores}`).join(" | ")}`);
    const order: number[] = [];
    const running: string[] = [];
    for (;;) {
      for (const name of launched(runner)) {
        order.push(Number(name.slice(1)));
        running.push(name);
      }
      const next = running.shift();
      if (next === undefined) break;
      runner.tell(`exit ${next}`);
    }
    assertEquals(order.toSorted((a, b) => a - b), sizes.map((_, i) => i));
    for (const size of new Set(sizes)) {
      const same = order.filter((i) => sizes[i] === size);
      assertEquals(same, same.toSorted((a, b) => a - b));
    }
  }));
});

Deno.test("nextDeadlineMs() is not moved by time limits of tasks that have ended", () => {
  const runner = new TraceRunner({ nodes: "2" });
  runner.tellAll("submit A limit=100 | B limit=200", "start A & start B");
  assertEquals(runner.core.nextDeadlineMs(), 100);
  runner.tell("exit A");
  assertEquals(runner.core.nextDeadlineMs(), 200);
  runner.tell("exit B");
  assertEquals(runner.core.nextDeadlineMs(), undefined);
});

Deno.test("schedule() holds nothing back for a task that has started, so that it may ask for more the next time", () => {
  const nodes = [{ name: "n", coreIds: ["0", "1"], gpuIds: [], memoryMiB: 100 }];
  const runner = new TraceRunner({ nodes, overtakesMax: 0 });
  runner.tellAll(
    "submit small mem=60 nodes=1 cores=1 | large mem=50 nodes=1 cores=1 enforce retry=1 grow=2",
    "exit small",
  );
  assertEquals(launched(runner), ["large"]);
  runner.tellAll("start large", "oom large", "exit large SIGKILL");
  assertEquals(launched(runner), ["large"], "the whole memory is free for it");
});

Deno.test("schedule() holds back anew when a node is lost on which it held something back", () => {
  const runner = new TraceRunner({ nodes: "a:2,b:2,c:2", overtakesMax: 0 });
  runner.tell("submit old x3 cores=2 | large cores=4 | small x50 cores=2");
  const starts = ["exit old:0", "lose 0", "exit old:2", "exit old:1"].map((command) => {
    runner.tell(command);
    return launched(runner).join();
  });
  assertEquals(starts, ["", "", "", "large"], "the first two nodes were held back, then the last two");
});

Deno.test("schedule() counts from nothing who overtakes a task that has just become the oldest", () => {
  const runner = new TraceRunner({ nodes: "3", overtakesMax: 2 });
  runner.tellAll("submit A | B cores=3 | C cores=3 | D x9", "exit D:0");
  assertEquals(launched(runner), [], "three would have overtaken B");
  const starts = ["cancel B", "exit D:1", "exit D:2"].map((command) => {
    runner.tell(command);
    return launched(runner).length;
  });
  assertEquals(starts, [1, 1, 0], "two may overtake C too");
});

Deno.test("schedule() starts no more than launchesMax in a step, the oldest first, and is due at once for the rest", () => {
  const runner = new TraceRunner({ nodes: "a:8", launchesMax: 3 });
  runner.tell("time 5");
  runner.tell("submit A x4 | B x7 cores=1");
  assertEquals([launched(runner), runner.core.nextDeadlineMs()], [["A", "A", "A"], 5]);
  runner.tell("time 6");
  assertEquals([launched(runner), runner.core.nextDeadlineMs()], [["A", "B", "B"], 6]);
  runner.tell("time 6");
  assertEquals([launched(runner), runner.core.nextDeadlineMs()], [["B", "B"], undefined]);
  assertEquals(runner.core.freeCores, 0);
});

Deno.test("schedule() lets no large task starve across steps that are cut short", () => {
  const runner = new TraceRunner({ nodes: "a:2,b:2", launchesMax: 1, overtakesMax: 2 });
  runner.tellAll("submit first", "start first", "submit large cores=4 | small x30");
  let overtakes = 0;
  for (let step = 0; step < 60 && !launched(runner).includes("large"); step++) {
    overtakes += launched(runner).filter((name) => name === "small").length;
    const running = Array.from({ length: overtakes }, (_, it) => `small:${it}`);
    const ended = step === 10 ? ["first"] : [];
    runner.tell([...ended, ...running].map((name) => `exit ${name} 0`).join(" & ") || "time 1");
  }
  assert(launched(runner).includes("large"), "it starves");
});
