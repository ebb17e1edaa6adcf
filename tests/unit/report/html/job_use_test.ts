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
    "sim asked for 4 GiB and used 310 MiB at most: 512 MiB will do.",
  ]);
  assertEquals(adviceFor({ ...use, askedKiB: 1 << 20, peakKiB: 1.2 * (1 << 20) }), [
    "sim asked for 1 GiB and used 1.2 GiB: ask for 1.5 GiB.",
  ]);
  assertEquals(adviceFor({ ...use, limitMs: 3_600_000 }), [
    "sim may take 1 h and took 30.0 s at most: with a limit of 45.0 s it fits into shorter gaps.",
  ]);
  assertEquals(adviceFor({ ...use, limitMs: 3_600_000, counts: { FAILED: 9 } }), []);
});

Deno.test("memoryText() writes an amount in the unit that it is read in", () => {
  assertEquals([0, 900, 1024, 1536, 3 << 20].map(memoryText), ["0 KiB", "900 KiB", "1 MiB", "1.5 MiB", "3 GiB"]);
});
