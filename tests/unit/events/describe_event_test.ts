import { assertEquals } from "@std/assert";
import type { Event } from "../../../src/core/types.ts";
import { countPublic, describeEvent } from "../../../src/events/describe_event.ts";
import type { UnnumberedEvent } from "../../../src/events/public_events.ts";
import { runWorld } from "../../sim/world.ts";
import { Ledger } from "../../../src/report/ledger.ts";
import { HandPilot, jobOf } from "../service/support.ts";

function tell(work: (pilot: HandPilot) => void, nodes?: string): UnnumberedEvent[] {
  const pilot = new HandPilot(nodes);
  const told: UnnumberedEvent[] = [];
  pilot.hub.add("public", { apply: (event, ledger) => void told.push(...describeEvent(event, ledger)) });
  work(pilot);
  return told;
}

const timeless = (events: readonly UnnumberedEvent[]) => events.map(({ atMs: _, ...event }) => event);

Deno.test("describeEvent() tells the life of a plain job, once at its end", () => {
  const events = tell((pilot) => {
    pilot.take(jobOf("a", { resources: { numCores: 2 } }));
    pilot.run("a", { code: 3 });
  }, "n0:4");
  assertEquals(timeless(events), [
    { event: "jobSubmitted", job: "a" },
    { event: "taskScheduled", job: "a", attempt: 1, nodes: [{ name: "n0", cores: ["0", "1"], gpus: [] }] },
    { event: "taskStarted", job: "a", attempt: 1, pid: 1000 },
    { event: "jobFinished", job: "a", state: "FAILED", reason: "exit code 3", cause: "exit", exitCode: 3 },
  ]);
});

Deno.test("describeEvent() tells iterations by their index, and their job with counts", () => {
  const events = tell((pilot) => {
    pilot.take(jobOf("it", { iteration: { start: 5, stop: 7 } }));
    pilot.run("it:5");
    pilot.run("it:6", { signal: "SIGSEGV" });
  });
  assertEquals(timeless(events.filter(({ event }) => event !== "taskScheduled" && event !== "taskStarted")), [
    { event: "jobSubmitted", job: "it", iterations: { start: 5, stop: 7 } },
    { event: "iterationFinished", job: "it", iteration: 5, state: "SUCCEED" },
    {
      event: "iterationFinished",
      job: "it",
      iteration: 6,
      state: "FAILED",
      reason: "killed by signal SIGSEGV (11)",
      cause: "signal",
      signal: "SIGSEGV",
    },
    {
      event: "jobFinished",
      job: "it",
      state: "FAILED",
      iterations: { succeeded: 1, failed: 1, canceled: 0, omitted: 0 },
    },
  ]);
});

Deno.test("describeEvent() tells a failed attempt, and each iteration of a range that never ran", () => {
  const events = tell((pilot) => {
    pilot.take(jobOf("a", { retry: 1 }), jobOf("it", { iteration: { stop: 2 }, dependencies: { after: ["a"] } }));
    pilot.run("a", { code: 1 });
    pilot.run("a", { code: 1 });
  });
  const [failed] = events.filter((event) => event.event === "attemptFailed");
  assertEquals([failed?.job, failed?.attempt, failed?.exitCode, failed?.retryAtMs], ["a", 1, 1, failed?.atMs]);
  const omitted = events.filter((event) => event.event === "iterationFinished");
  assertEquals(omitted.map(({ iteration, state, cause }) => `${iteration} ${state} ${cause}`), [
    "0 OMITTED dependency",
    "1 OMITTED dependency",
  ]);
});

Deno.test("countPublic() counts what describeEvent() tells, for all that happens in simulated lives", async () => {
  const kinds = new Set<string>();
  for (let seed = 0; seed < 30; seed++) {
    const { entries } = await runWorld(seed);
    const events = entries.flatMap((entry): readonly Event[] => entry.kind === "step" ? entry.output.events : []);
    const ledger = new Ledger();
    for (const event of events) {
      ledger.apply(event);
      const told = [...describeEvent(event, ledger)];
      assertEquals(countPublic(event, ledger), told.length, `seed ${seed}, ${event.kind}`);
      for (const { event } of told) kinds.add(event);
      assertEquals(JSON.parse(JSON.stringify(told)), told, "plain data");
    }
  }
  assertEquals(kinds.has("jobFinished") && kinds.has("stopRequested") && kinds.has("nodeLost"), true, `${[...kinds]}`);
});
