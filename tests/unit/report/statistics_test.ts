import { assertEquals } from "@std/assert";
import type { Statistics } from "../../../src/report/statistics.ts";
import { HandPilot, jobOf } from "../service/support.ts";

/** The counts as `total inSchedule executing failed finished`. */
function counts({ jobs, iterations }: Statistics): string {
  return [jobs, iterations].map((one) => [one.total, one.inSchedule, one.executing, one.failed, one.finished].join(" "))
    .join(" | ");
}

Deno.test("Statistics counts a plain job once as a job and once as an iteration", () => {
  const pilot = new HandPilot();
  assertEquals(counts(pilot.statistics), "0 0 0 0 0 | 0 0 0 0 0");
  pilot.take(jobOf("a"));
  assertEquals(counts(pilot.statistics), "1 1 0 0 0 | 1 1 0 0 0");
  pilot.start("a");
  assertEquals(counts(pilot.statistics), "1 0 1 0 0 | 1 0 1 0 0");
  pilot.exit("a");
  assertEquals(counts(pilot.statistics), "1 0 0 0 1 | 1 0 0 0 1");
});

Deno.test("Statistics counts iterations, whose job stays in schedule until it ends", () => {
  const pilot = new HandPilot();
  pilot.take(jobOf("it", { iteration: { stop: 3 } }));
  pilot.start("it:0");
  assertEquals(counts(pilot.statistics), "1 1 0 0 0 | 3 2 1 0 0");
  pilot.exit("it:0", { code: 1 });
  pilot.failToStart("it:1", "no");
  assertEquals(counts(pilot.statistics), "1 1 0 0 0 | 3 1 0 2 0");
  pilot.run("it:2");
  assertEquals(counts(pilot.statistics), "1 0 0 1 0 | 3 0 0 2 1");
});

Deno.test("Statistics counts the iterations of an omitted job as failed, and canceled ones as finished", () => {
  const pilot = new HandPilot("n0:1");
  pilot.take(
    jobOf("a"),
    jobOf("it", { iteration: { stop: 5 }, dependencies: { after: ["a"] } }),
    jobOf("other", { iteration: { stop: 2 } }),
  );
  pilot.cancel({ kind: "job", job: pilot.intake.find("other")!.id });
  pilot.run("a", { code: 1 });
  assertEquals(counts(pilot.statistics), "3 0 0 2 1 | 8 0 0 6 2");
});

Deno.test("Statistics forgets removed jobs", () => {
  const pilot = new HandPilot();
  pilot.take(jobOf("a"), jobOf("it", { iteration: { stop: 2 } }));
  for (const name of ["a", "it:0", "it:1"]) pilot.run(name, { code: name === "it:1" ? 1 : 0 });
  assertEquals(counts(pilot.statistics), "2 0 0 1 1 | 3 0 0 1 2");
  pilot.forget(pilot.intake.find("it")!);
  pilot.turn();
  assertEquals(counts(pilot.statistics), "1 0 0 0 1 | 1 0 0 0 1");
});

Deno.test("Statistics counts a further attempt as in schedule until it starts", () => {
  const pilot = new HandPilot();
  pilot.take(jobOf("a"));
  pilot.start("a");
  const { task, job, allocation } = pilot.launches.get("a")!;
  pilot.statistics.apply({ kind: "taskScheduled", atMs: 0, task, job: job.id, attempt: 2, allocation });
  assertEquals(counts(pilot.statistics), "1 1 0 0 0 | 1 1 0 0 0");
});
