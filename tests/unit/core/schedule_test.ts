import { assert, assertEquals } from "@std/assert";
import fc from "../../support/seeded_check.ts";
import { TaskTable } from "../../../src/core/task_table.ts";
import { Pool } from "../../../src/resources/pool.ts";
import { replaceMethod } from "../../sim/replace.ts";
import { TraceRunner, type TraceRunnerOptions } from "../../traces/trace_runner.ts";

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
  for (const holdBackAfterMs of [0, 1, 7]) {
    const runner = new TraceRunner({ nodes: "a:4", holdBackAfterMs });
    const running = ["first:0", "first:1", "first:2"];
    runner.tellAll("submit first x3", "submit large cores=4");
    let endsAfter = 0;
    for (let round = 1;; round++) {
      assert(round < 100, `large still waits with holdBackAfterMs=${holdBackAfterMs}`);
      runner.tell(`submit small${round}`);
      running.push(...launched(runner));
      runner.nowMs = round;
      runner.tell(`exit ${running.shift()!}`);
      const started = launched(runner);
      if (round >= holdBackAfterMs) endsAfter++;
      if (started[0] === "large") break;
      assert(round < holdBackAfterMs || started.length === 0, "what is held back for it is given to others");
      running.push(...started);
    }
    // At that moment at most four tasks ran; each of them had to end, and none was replaced.
    assert(endsAfter <= 4, `${endsAfter} tasks had to end with holdBackAfterMs=${holdBackAfterMs}`);
  }
});

Deno.test("schedule() holds nothing back while the limit is not reached", () => {
  const runner = new TraceRunner({ nodes: "2", holdBackAfterMs: 100 });
  runner.tell("submit A | large cores=2 | B x50");
  for (let i = 0; i < 50; i++) {
    assertEquals(launched(runner), i === 0 ? ["A", "B"] : ["B"]);
    runner.nowMs = i;
    runner.tell(`exit B:${i}`);
  }
  assertEquals(launched(runner), []);
  runner.tell("exit A");
  assertEquals(launched(runner), ["large"]);
});

Deno.test("schedule() gives to others at once what was held back for a task that starts", () => {
  const runner = new TraceRunner({ nodes: "6", holdBackAfterMs: 0 });
  runner.tell("submit A cores=3 | B cores=3 | large cores=5");
  runner.tell("exit A");
  assertEquals(launched(runner), [], "what is free is held back for the large one");
  runner.tell("exit B & submit tiny");
  assertEquals(launched(runner), ["large", "tiny"]);
});

Deno.test("holdBackAfterMs is fifty mean times of tasks when it is not given, and at least a minute", () => {
  for (const [taskMs, limitMs] of [[1000, 60_000], [3000, 150_000]] as const) {
    const runner = new TraceRunner({ nodes: "2" });
    runner.tellAll("submit A | large cores=2 | B x200", "start B:0");
    let heldAtMs: number | undefined;
    for (let i = 0; heldAtMs === undefined; i++) {
      runner.nowMs += taskMs;
      runner.tell(`exit B:${i}`);
      if (launched(runner).length === 0) heldAtMs = runner.nowMs;
      else runner.tell(`start B:${i + 1}`);
    }
    assertEquals(heldAtMs, limitMs);
  }
});

Deno.test("schedule() holds nothing back when no job may come any more, as every task has its turn then", () => {
  const runner = new TraceRunner({ nodes: "2", holdBackAfterMs: 0 });
  runner.tellAll("submit A", "submit large cores=2 | B x3 & drain");
  assertEquals(launched(runner), ["B"]);
  const starts = ["exit B:0", "exit B:1", "exit A", "exit B:2"].map((command) => {
    runner.tell(command);
    return launched(runner).join();
  });
  assertEquals(starts, ["B", "B", "", "large"]);
});

Deno.test("schedule() starts of equal rank what others wait for, then large tasks, then by age, in a closed batch", () => {
  const learnt = { jobs: new Map([["small", 20], ["large", 20], ["X", 10], ["Y", 10]]), commands: new Map() };
  const firstOf = (jobs: string, drain: string) => {
    const runner = new TraceRunner({ nodes: "2", learnt });
    runner.tellAll("submit A cores=2", `submit ${jobs}${drain}`, "exit A");
    return launched(runner).join(" ");
  };
  assertEquals(firstOf("small | large cores=2", " & drain"), "large");
  assertEquals(firstOf("large cores=2 | X | Y after=X", " & drain"), "X");
  assertEquals(firstOf("small | large cores=2", ""), "small");
  assertEquals(firstOf("large cores=2 | X | Y after=X", ""), "large");
});

Deno.test("schedule() holds back for what waits after the last submit, too, where an end is known", () => {
  const runner = new TraceRunner({ nodes: "2", holdBackAfterMs: 0, stopAtMs: 1e9 });
  runner.tellAll("submit A", "submit large cores=2 | B x3 & drain");
  const starts = ["exit B:0", "exit A"].map((command) => {
    runner.tell(command);
    return launched(runner).join();
  });
  assertEquals(starts, ["", "large"]);
});

Deno.test("holdBackAfterMs is at most a third of the time that is left until all work stops", () => {
  for (const [stopAtMs, limitMs] of [[90_000, 30_000], [600_000, 60_000]] as const) {
    const runner = new TraceRunner({ nodes: "2", stopAtMs });
    runner.tellAll("submit A", "submit large cores=2 | B x200 & drain", "start B:0");
    let heldAtMs: number | undefined;
    for (let i = 0; heldAtMs === undefined; i++) {
      runner.nowMs += 1000;
      runner.tell(`exit B:${i}`);
      if (launched(runner).length === 0) heldAtMs = runner.nowMs;
      else runner.tell(`start B:${i + 1}`);
    }
    assertEquals(heldAtMs, limitMs);
  }
});

/** The order of starts on one core. */
function startsOnOneCore(runner: TraceRunner, count: number, tells: boolean): string {
  const starts: string[] = [];
  while (starts.length < count) {
    const name = launched(runner)[0]!;
    starts.push(name);
    if (tells) runner.tell(`start ${name}`);
    runner.nowMs += 1000;
    runner.tell(`exit ${name}`);
  }
  return starts.join(" ");
}

Deno.test("schedule() gives one start of five to the oldest task while the time of a program is unknown", () => {
  const chains = "low1 | low2 | low3 | a1 | a2 after=a1 | a3 after=a2 | a4 after=a3 | a5 after=a4 | a6 after=a5";
  const starts = (options: TraceRunnerOptions, tells = false) => {
    const runner = new TraceRunner({ nodes: "1", ...options });
    runner.tell(`submit ${chains}`);
    return startsOnOneCore(runner, 7, tells);
  };
  assertEquals(starts({}), "a1 a2 a3 a4 low1 a5 low2", "what never told that it runs teaches nothing");
  assertEquals(starts({}, true), "a1 a2 a3 a4 a5 low1 low2", "the first task tells how long they all take");
  const learnt = { jobs: new Map(), commands: new Map([["true", 1000]]) };
  assertEquals(starts({ learnt }), "a1 a2 a3 a4 a5 low1 low2", "an earlier run told it");
});

Deno.test("schedule() looks at ranks alone again when what is unknown has been canceled", () => {
  const runner = new TraceRunner({ nodes: "1" });
  const chain = "a1 limit=9 | a2 after=a1 limit=9 | a3 after=a2 limit=9 | a4 after=a3 limit=9 | a5 after=a4 limit=9";
  runner.tell(`submit unknown x2 cores=1 priority=-1 | low limit=5 | ${chain} & cancel unknown`);
  assertEquals(startsOnOneCore(runner, 6, false), "a1 a2 a3 a4 a5 low");
  const other = new TraceRunner({ nodes: "1" });
  other.tell(`submit unknown x2 cores=1 priority=-1 | low limit=5 | ${chain}`);
  assertEquals(startsOnOneCore(other, 6, false), "a1 a2 a3 a4 low a5");
});

Deno.test("schedule() looks at ranks alone where one task runs what is unknown, as it would teach nothing", () => {
  const chain = "a1 limit=9 | a2 after=a1 limit=9 | a3 after=a2 limit=9 | a4 after=a3 limit=9 | a5 after=a4 limit=9";
  const starts = (unknown: string) => {
    const runner = new TraceRunner({ nodes: "1" });
    runner.tell(`submit ${unknown} | low limit=5 | ${chain}`);
    return startsOnOneCore(runner, 6, false);
  };
  assertEquals(starts("unknown priority=-1"), "a1 a2 a3 a4 a5 low");
  assertEquals(starts("unknown priority=-1 | unknown2 priority=-1"), "a1 a2 a3 a4 low a5");
});

Deno.test("schedule() gives the oldest task its turn that others of greater rank are always before", () => {
  const runner = new TraceRunner({ nodes: "1", holdBackAfterMs: 100 });
  // Else one start of five would be its.
  runner.tell("submit seen");
  runner.tell("start seen");
  runner.nowMs = 10;
  runner.tellAll("exit seen", "submit low | a0 | b0 after=a0");
  let last = launched(runner)[0]!;
  assertEquals(last, "a0");
  for (let i = 1; last !== "low"; i++) {
    assert(i < 50, "it starves");
    runner.nowMs += 10;
    runner.tell(`submit a${i} | b${i} after=a${i} & exit ${last}`);
    last = launched(runner)[0]!;
  }
  assertEquals(runner.nowMs, 110);
});

Deno.test("schedule() starts equal requests in the order of submission, and fills what it can", () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 30 });
  fc.assert(fc.property(sizes, (sizes) => {
    const runner = new TraceRunner({ nodes: "6" });
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
  const runner = new TraceRunner({ nodes, holdBackAfterMs: 0 });
  runner.tellAll(
    "submit small mem=60 nodes=1 cores=1 | large mem=50 nodes=1 cores=1 enforce retry=1 grow=2",
    "exit small",
  );
  assertEquals(launched(runner), ["large"]);
  runner.tellAll("start large", "oom large", "exit large SIGKILL");
  assertEquals(launched(runner), ["large"], "the whole memory is free for it");
});

Deno.test("schedule() holds back anew when a node is lost on which it held something back", () => {
  const runner = new TraceRunner({ nodes: "a:2,b:2,c:2", holdBackAfterMs: 0 });
  runner.tell("submit old x3 cores=2 | large cores=4 | small x50 cores=2");
  const starts = ["exit old:0", "lose 0", "exit old:2", "exit old:1"].map((command) => {
    runner.tell(command);
    return launched(runner).join();
  });
  assertEquals(starts, ["", "", "", "large"], "the first two nodes were held back, then the last two");
});

Deno.test("schedule() counts anew how long a task is passed over that has just become the oldest", () => {
  const runner = new TraceRunner({ nodes: "3", holdBackAfterMs: 100 });
  runner.tellAll("submit A | B cores=3 | C cores=3 | D x9", "time 100", "exit D:0");
  assertEquals(launched(runner), [], "B has been passed over for long");
  const starts = ["cancel B", "exit D:1", "time 150", "exit D:2", "time 200", "exit D:3"].map((command) => {
    runner.tell(command);
    return launched(runner).length;
  });
  assertEquals(starts, [1, 1, 0, 1, 0, 0], "C may be passed over as long");
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
  const runner = new TraceRunner({ nodes: "a:2,b:2", launchesMax: 1, holdBackAfterMs: 0 });
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
