import { assertEquals } from "@std/assert";
import { adviceFor, describeJobs, type JobUse, memoryText } from "../../../../src/report/html/job_use.ts";
import { failedWith, ViewedRun } from "../look/support.ts";

Deno.test("describeJobs() sums up what the tasks of a job used", () => {
  const run = new ViewedRun("a", "b");
  run.start(0, 2_000, 2);
  run.end(0, 3_000, failedWith(1));
  const [a, b] = describeJobs(run.view);
  assertEquals([a!.name, a!.tasks, a!.counts, a!.retries, a!.cores], ["a", 1, { FAILED: 1 }, 1, 1]);
  assertEquals([a!.medianMs, a!.longestMs, a!.busyCores], [1000, 1000, undefined]);
  assertEquals([b!.counts, b!.cores, b!.longestMs], [{ QUEUED: 1 }, 0, undefined]);
});

const use: JobUse = {
  name: "sim",
  tasks: 9,
  counts: { SUCCEED: 9 },
  retries: 0,
  cores: 1,
  askedKiB: 0,
  longestMs: 30_000,
  timeouts: 0,
  starved: 0,
};

Deno.test("adviceFor() says what to ask for next time, and nothing where it was about right", () => {
  assertEquals(adviceFor(use), []);
  assertEquals(
    adviceFor({ ...use, cores: 4, busyCores: 3.2, askedKiB: 4 << 20, peakKiB: 3 << 20, limitMs: 60_000 }),
    [],
  );
  assertEquals(adviceFor({ ...use, cores: 4, busyCores: 1.04 }), [
    "sim had 4 cores and kept 1.0 of them busy: ask for 2, so that more tasks run at a time.",
  ]);
  assertEquals(adviceFor({ ...use, askedKiB: 4 << 20, peakKiB: 310 * 1024 }), [
    "sim asked for 4 GiB, and its largest process used 310 MiB: if it has one at a time, 512 MiB will do.",
  ]);
  assertEquals(adviceFor({ ...use, askedKiB: 1 << 20, peakKiB: 1.2 * (1 << 20) }), [
    "sim asked for 1 GiB and used 1.2 GiB: ask for 1.5 GiB.",
  ]);
  assertEquals(adviceFor({ ...use, limitMs: 3_600_000 }), [
    "sim may take 1 h and took 30.0 s at most: with a limit of 45.0 s it fits into shorter gaps.",
  ]);
  assertEquals(adviceFor({ ...use, limitMs: 3_600_000, counts: { FAILED: 9 } }), []);
});

Deno.test("adviceFor() says what to ask more of where a limit was reached, and never to ask for less of that", () => {
  const short = { ...use, limitMs: 3_600_000, longestMs: 60_000, askedKiB: 4 << 20, peakKiB: 1024 };
  assertEquals(adviceFor({ ...short, timeouts: 2, starved: 1 }), [
    "2 tasks of sim reached the limit of 1 h: ask for more time.",
    "1 task of sim used up the memory of 4 GiB: ask for more.",
  ]);
  const run = new ViewedRun("slow x2");
  run.start(0, 2_000);
  run.end(0, 62_000, { kind: "failed", cause: "timeout", reason: "time limit" });
  run.start(1, 2_000);
  run.end(1, 3_000, { kind: "failed", cause: "oom", reason: "memory" });
  assertEquals(describeJobs(run.view).map(({ timeouts, starved }) => [timeouts, starved]), [[1, 1]]);
});

Deno.test("describeJobs() says nothing of busy cores where tasks ran on several nodes", () => {
  const run = new ViewedRun("wide");
  const nodes = ["a", "b"].map((name) => ({ name, cores: ["0"], gpus: [] }));
  run.apply({ kind: "taskScheduled", atMs: 2_000, task: 0, job: 0, attempt: 1, allocation: { nodes } });
  run.apply({ kind: "taskStarted", atMs: 2_000, task: 0, job: 0, attempt: 1, pid: 7 });
  run.apply({
    ...{ kind: "taskEnded", atMs: 9_000, task: 0, job: 0, attempt: 1 },
    outcome: { kind: "succeeded" },
    usage: { cpuMs: 10 },
  });
  const [wide] = describeJobs(run.view);
  assertEquals([wide!.cores, wide!.busyCores, adviceFor(wide!)], [2, undefined, []]);
});

Deno.test("memoryText() writes an amount in the unit that it is read in", () => {
  assertEquals([0, 900, 1024, 1536, 3 << 20].map(memoryText), ["0 KiB", "900 KiB", "1 MiB", "1.5 MiB", "3 GiB"]);
});
