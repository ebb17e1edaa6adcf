import { assertEquals } from "@std/assert";
import type { Event } from "../../../../src/core/types.ts";
import { describeUse } from "../../../../src/report/figures/core_use.ts";
import { EarlierAttempts } from "../../../../src/report/figures/earlier_attempts.ts";
import { ranTasks } from "../../../../src/report/figures/timed_run.ts";
import { timeView } from "../../../../src/report/figures/view_run.ts";
import { pictureRun } from "../../../../src/report/pictures/pictured_run.ts";
import { failedWith, ViewedRun } from "../look/support.ts";

/** A run whose attempts are heard. */
class HeardRun extends ViewedRun {
  readonly attempts: EarlierAttempts = new EarlierAttempts(this.view);

  override apply(event: Event): void {
    super.apply(event);
    this.attempts?.apply(event); // Not yet made while the base class submits the jobs.
  }

  /** An attempt ends that another follows. */
  again(task: number, atMs: number, attempt: number): void {
    const outcome = failedWith(3) as Extract<Event, { kind: "attemptEnded" }>["outcome"];
    this.apply({ kind: "attemptEnded", atMs, task, job: 0, attempt, outcome, usage: {}, readyAtMs: atMs });
  }
}

const facts = { id: "x", folder: "/x", begunAtMs: 1_000, cores: 1 } as const;

Deno.test("EarlierAttempts keeps attempts that others followed, which held their cores, too", () => {
  const run = new HeardRun("flaky");
  run.start(0, 2_000, 1);
  run.again(0, 4_000, 1);
  run.start(0, 5_000, 2);
  run.end(0, 6_000, { kind: "succeeded" }, 2);
  const timed = timeView(run.view, { ...facts, liveness: "ended" }, 0, { earlier: run.attempts.found });
  assertEquals(ranTasks(timed).map(({ name, attempt, beganAt, finishedAt }) => [name, attempt, beganAt, finishedAt]), [
    ["flaky", undefined, 5_000_000, 6_000_000],
    ["flaky", 1, 2_000_000, 4_000_000],
  ]);
  assertEquals([run.attempts.found[0]!.exitCode, run.attempts.found[0]!.ranMicros], ["3", 2_000_000]);
  // 3 s of 5 s.
  assertEquals(Math.round(describeUse(timed)!.usedPercent), 60);
  assertEquals(pictureRun(timed).ran.length, 2);
});

Deno.test("EarlierAttempts ends an attempt whose pilot died with the last that this pilot wrote", () => {
  const run = new HeardRun("first", "second");
  run.start(0, 2_000, 1);
  run.start(1, 2_500, 1);
  run.start(0, 9_000, 2);
  assertEquals(run.attempts.found.map(({ name, endedAt }) => [name, endedAt]), [["first", 2_500_000]]);
});

Deno.test("timeView() counts what still runs until now, or until its pilot was last heard of", () => {
  const run = new ViewedRun("long");
  run.start(0, 2_000);
  const until = (liveness: "alive" | "brokenOff", heardAtMs?: number) => {
    const known = { ...facts, liveness, ...(heardAtMs === undefined ? {} : { heardAtMs }) };
    const timed = timeView(run.view, known, 0, { nowMs: 12_000 });
    return [timed.endedAt, ranTasks(timed)[0]?.finishedAt, pictureRun(timed).lengthMs];
  };
  assertEquals(until("alive"), [undefined, 12_000_000, 11_000]);
  assertEquals(until("brokenOff"), [2_000_000, 2_000_000, 1_000]);
  assertEquals(until("brokenOff", 7_000), [7_000_000, 7_000_000, 6_000]);
});
