import { assertEquals } from "@std/assert";
import { Core } from "../../../src/core/core.ts";
import { Intake } from "../../../src/core/intake.ts";
import type { RecordedRun } from "../../../src/core/restore.ts";
import { parseNodeSpec } from "../../../src/resources/node_spec.ts";
import { readJob, writeOutput } from "../../traces/words.ts";
import { Pool } from "../../../src/resources/pool.ts";

/** Restores jobs in words on some nodes; `told` says what is on record of their tasks. */
function restore(nodes: string, texts: string[], told: Partial<RecordedRun> = {}, canceled: string[] = []): string[] {
  const jobs = new Intake({ pool: new Pool(parseNodeSpec("a:4,b:4")) }).admit(texts.map(readJob));
  const core = new Core({ nodes: parseNodeSpec(nodes), graceMs: 1000 });
  const output = core.restore({
    jobs: jobs.map((job) => ({ job, isCanceled: canceled.includes(job.description.name) })),
    outcomeOf: () => undefined,
    attemptsOf: () => 0,
    stopOf: () => undefined,
    ...told,
  }, 5000);
  core.checkInvariants();
  return writeOutput(output, new Map(jobs.map((job) => [job.id, job]))).filter((line) => !line.startsWith("->"));
}

Deno.test("Core.restore() launches what was unfinished as the next attempt, and nothing that has ended", () => {
  const told = {
    outcomeOf: (task: number) => task === 0 ? "succeeded" as const : task === 1 ? "failed" as const : undefined,
    attemptsOf: (task: number) => task < 3 ? 1 : 0,
  };
  assertEquals(restore("a:4,b:4", ["A x4"], told), ["scheduled A:2#2 on a[0]", "scheduled A:3 on a[1]"]);
});

Deno.test("Core.restore() ends what was being stopped, and the job with it", () => {
  const told = {
    attemptsOf: () => 1,
    stopOf: (task: number) => task === 0 ? { cause: "timeout", reason: "too long" } as const : undefined,
  };
  assertEquals(restore("a:4,b:4", ["A", "B after=A", "C"], told), [
    "ended A failed: too long",
    "job A failed (1 failed)",
    'dropped B omitted: job "A" did not succeed (it failed)',
    "job B omitted (1 omitted)",
    "scheduled C#2 on a[0]",
  ]);
});

Deno.test("Core.restore() ends a job whose tasks have ended, when that was not on record", () => {
  const told = { outcomeOf: () => "succeeded" as const, attemptsOf: () => 1 };
  assertEquals(restore("a:4,b:4", ["A x2"], told), ["job A succeeded (2 succeeded)"]);
});

Deno.test("Core.restore() fails what the nodes of now could never give", () => {
  assertEquals(restore("a:2", ["A cores=8", "B cores=2", "C after=A"]), [
    "dropped A failed: needs 8 cores, but the pool has 1 node with 2 cores",
    "job A failed (1 failed)",
    'dropped C omitted: job "A" did not succeed (it failed)',
    "job C omitted (1 omitted)",
    "scheduled B on a[0:1]",
  ]);
});

Deno.test("Core.restore() cancels what was never launched of a job that was canceled as a whole", () => {
  const told = { attemptsOf: (task: number) => task === 1 ? 1 : 0 };
  assertEquals(restore("a:4", ["A x4", "B x2"], told, ["A"]), [
    "dropped A:0 canceled: canceled before the restart",
    "dropped A:2 to A:3 canceled: canceled before the restart",
    "scheduled A:1#2 on a[0]",
    "scheduled B:0 on a[1]",
    "scheduled B:1 on a[2]",
  ]);
});

Deno.test("Core.restore() ends a job as omitted when one of those that it waits for as a whole did not succeed", () => {
  const told = {
    outcomeOf: (task: number) =>
      task === 0 ? "succeeded" as const : task === 1 ? "failed" as const : "omitted" as const,
    attemptsOf: (task: number) => task < 2 ? 1 : 0,
  };
  assertEquals(restore("a:4", ["A", "B", "C x2 after=A,B"], told), [
    "job A succeeded (1 succeeded)",
    "job B failed (1 failed)",
    "job C omitted (2 omitted)",
  ]);
});

Deno.test("Core.restore() keeps the priority that a job was given last", () => {
  const jobs = new Intake({ pool: new Pool(parseNodeSpec("1")) }).admit(["A priority=5", "B", "C"].map(readJob));
  const core = new Core({ nodes: parseNodeSpec("1"), graceMs: 1000 });
  const priorities = [0, undefined, 1];
  const { actions } = core.restore({
    jobs: jobs.map((job, i) => ({
      job,
      isCanceled: false,
      ...(priorities[i] === undefined ? {} : { priority: priorities[i] }),
    })),
    outcomeOf: () => undefined,
    attemptsOf: () => 0,
    stopOf: () => undefined,
  }, 0);
  assertEquals(actions.map((action) => action.kind === "launch" && action.job.description.name), ["C"]);
});

Deno.test("Core.restore() lets those run that waited for a failure or any end, and at last what waits for all others", () => {
  const outcomes = ["failed", "succeeded"] as const;
  const told = { outcomeOf: (task: number) => outcomes[task], attemptsOf: (task: number) => task < 2 ? 1 : 0 };
  assertEquals(
    restore(
      "a:4",
      ["A continue", "B", "any any=A", "not notok=A", "omitted notok=B", "after=A", "last finally"]
        .map((job) => job.replace(/^after/, "D after")),
      told,
    ).filter((line) => !line.startsWith("job A") && !line.startsWith("job B")),
    [
      'dropped omitted omitted: job "B" succeeded, and was waited for to fail',
      "job omitted omitted (1 omitted)",
      "scheduled any on a[0]",
      "scheduled not on a[1]",
      "scheduled D on a[2]",
    ],
  );
});
