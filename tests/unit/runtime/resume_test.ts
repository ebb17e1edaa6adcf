/**
 * Going on after a crash, without any process: a workload is run to its end, then again and again with a crash after
 * every number of recorded events; the outcome must be the same, and nothing that was finished may run again.
 */
import fc from "../../support/seeded_check.ts";
import { assert, assertEquals } from "@std/assert";
import type { AdmittedJob, Event } from "../../../src/core/types.ts";
import { parseJob } from "../../../src/job/parse.ts";
import { taskName } from "../../../src/job/description.ts";
import { dropOwnerless } from "../../../src/journal/replay/drop_ownerless.ts";
import { JournalWriter } from "../../../src/journal/writer.ts";
import { replayJournal } from "../../../src/journal/replay/replay.ts";
import { ReplayedRun } from "../../../src/runtime/replayed_run.ts";
import { Pilot } from "../../../src/runtime/pilot.ts";
import type { AttemptKey, Launcher, LaunchSink } from "../../../src/runtime/ports.ts";
import type { LaunchPlan } from "../../../src/launch/plan.ts";
import { parseNodeSpec } from "../../../src/resources/node_spec.ts";

const nodes = parseNodeSpec("a:2,b:3");
const options = { nodes, graceMs: 10, rootWd: "/wd", environmentSchema: "common", runId: "0".repeat(16) } as const;

/** A job description in the standard form, or a cancel of a job. */
type Act = { readonly submit: Record<string, unknown>[] } | { readonly cancel: string } | { readonly remove: string };

/** Ends each task as its program says: `0`, another exit code, or `hang` until it is stopped. */
class TellingLauncher implements Launcher {
  readonly launched: string[] = [];
  readonly #hanging: Map<string, { key: AttemptKey; sink: LaunchSink }> = new Map();

  launch(key: AttemptKey, plan: LaunchPlan, sink: LaunchSink): void {
    this.launched.push(plan.taskName);
    sink.started(key, { node: 0, pid: 1 });
    if (plan.program === "hang") this.#hanging.set(`${key.task}`, { key, sink });
    else sink.exited(key, { code: Number(plan.program) }, {});
  }

  signal(key: AttemptKey): void {
    const hanging = this.#hanging.get(`${key.task}`);
    this.#hanging.delete(`${key.task}`);
    hanging?.sink.exited(key, { signal: "SIGTERM" }, {});
  }

  reclaim(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** One life of a pilot: from what earlier lives recorded to the end of its work, or to a crash. */
class Life {
  readonly launcher = new TellingLauncher();
  readonly recorded: Event[] = [];
  readonly pilot: Pilot;
  readonly #crashAfter: number;

  constructor(past: readonly Event[] | undefined, crashAfter = Infinity) {
    this.#crashAfter = crashAfter;
    let nowMs = 1000 + (past?.length ?? 0);
    this.pilot = new Pilot(options, {
      launcher: this.launcher,
      // No task has a limit here: all that waits is the driver, which lets others run now and then.
      clock: { nowMs: () => nowMs++, wakeAt: (_atMs, wake) => (queueMicrotask(wake), () => {}) },
      journal: {
        append: (events) => {
          const room = this.#crashAfter - this.recorded.length;
          this.recorded.push(...events.slice(0, room));
          if (events.length > room) throw new Error("crash");
        },
        close: () => Promise.resolve(),
      },
    });
    if (past === undefined) return;
    const recorded = new ReplayedRun(this.pilot.ledger);
    for (const event of past) recorded.apply(event);
    recorded.finish();
    this.pilot.resume(recorded, Promise.resolve());
  }

  /** Acts, one after another, each when the pilot has come to rest. */
  async act(acts: readonly Act[]): Promise<void> {
    for (const act of acts) {
      if ("submit" in act) this.pilot.submit(act.submit.map((job) => parseJob(job, {})));
      else {
        const job = this.pilot.intake.find("cancel" in act ? act.cancel : act.remove);
        if (job === undefined) continue;
        if ("cancel" in act) this.pilot.cancel({ kind: "job", job: job.id });
        else if (this.pilot.ledger.job(job.id)?.outcome !== undefined) this.pilot.forget(job);
      }
      await rest();
    }
  }

  /**
   * How a job ended. When it waited for another one as a whole and task by task, and both failed in one turn, it depends
   * on which was told first whether it is omitted as a whole or has failed; a crash in between may turn that round.
   */
  #outcome(job: AdmittedJob): string {
    const outcome = this.pilot.ledger.job(job.id)?.outcome ?? "open";
    const isAllOmitted = tasksOf(job).every((task) => this.pilot.ledger.state(task) === "OMITTED");
    return isAllOmitted && outcome === "failed" ? "omitted" : outcome;
  }

  /** The state of every task that is known, by its name. */
  states(): Record<string, string> {
    const states: Record<string, string> = {};
    for (const name of this.pilot.intake.names()) {
      const job = this.pilot.intake.find(name)!;
      states[`job ${name}`] = this.#outcome(job);
      for (const task of tasksOf(job)) {
        states[taskName(job.description, task - job.firstTask)] = this.pilot.ledger.state(task);
      }
    }
    return states;
  }
}

function tasksOf(job: AdmittedJob): number[] {
  const count = job.description.iteration === undefined
    ? 1
    : job.description.iteration.stop - job.description.iteration.start;
  return Array.from({ length: count }, (_, i) => job.firstTask + i);
}

/** Lets every turn pass that is due. */
async function rest(): Promise<void> {
  for (let i = 0; i < 500; i++) await Promise.resolve();
}

/** Small jobs in two submits; each may depend on those before, whole, by iteration, or aligned. */
const workload: fc.Arbitrary<Record<string, unknown>[]> = fc
  .array(
    fc.record({
      code: fc.constantFrom("0", "0", "0", "1"),
      iterations: fc.constantFrom(0, 0, 3),
      after: fc.array(fc.tuple(fc.nat(9), fc.constantFrom("whole", "one", "aligned")), { maxLength: 2 }),
      retry: fc.boolean(),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map((specs) =>
    specs.map(({ code, iterations, after, retry }, index) => {
      const names = after.flatMap(([pick, kind]) => {
        if (index === 0) return [];
        const other = pick % index;
        if (specs[other]!.iterations === 0 || kind === "whole") return [`j${other}`];
        return [kind === "one" || iterations === 0 ? `j${other}:1` : `j${other}:\${it}`];
      });
      return {
        name: `j${index}`,
        execution: { exec: code },
        ...(iterations === 0 ? {} : { iteration: { stop: iterations } }),
        dependencies: { after: names },
        ...(retry ? { retry: 1 } : {}),
      };
    })
  );

Deno.test("After a crash anywhere a resumed pilot comes to the same end, and finished tasks do not run again", async () => {
  await fc.assert(
    fc.asyncProperty(workload, async (jobs) => {
      const whole = new Life(undefined);
      await whole.act([{ submit: jobs }]);
      const expected = whole.states();
      assertEquals(Object.values(expected).includes("open"), false);
      for (let cut = jobs.length; cut <= whole.recorded.length; cut++) {
        const first = new Life(undefined, cut);
        await first.act([{ submit: jobs }]);
        const second = new Life(first.recorded);
        await rest();
        assertEquals(second.states(), expected, `cut after ${cut} events`);
        second.pilot.checkInvariants();
        const ended = new Set(
          first.recorded.flatMap((event) => event.kind === "taskEnded" ? [event.task] : []),
        );
        for (const event of second.recorded) {
          if (event.kind === "taskScheduled") assert(!ended.has(event.task), `task ${event.task} ran again`);
        }
        const third = new Life([...first.recorded, ...second.recorded]);
        await rest();
        assertEquals([third.states(), third.launcher.launched], [expected, []], "resuming a finished run");
      }
    }),
    { numRuns: 40 },
  );
});

Deno.test("A task that was being canceled at the crash is canceled, and is not launched again", async () => {
  const jobs = [
    { name: "plain", execution: { exec: "hang" } },
    { name: "many", execution: { exec: "hang" }, iteration: { stop: 5 } },
    { name: "next", execution: { exec: "0" }, dependencies: { after: ["plain"] } },
  ];
  const whole = new Life(undefined);
  await whole.act([{ submit: jobs }, { cancel: "plain" }, { cancel: "many" }]);
  const expected = whole.states();
  const stops = whole.recorded.map((event, i) => event.kind === "stopRequested" ? i : -1).filter((i) => i >= 0);
  for (const cut of [stops[0]! + 1, stops.at(-1)! + 1]) {
    const first = new Life(undefined, cut);
    await first.act([{ submit: jobs }, { cancel: "plain" }, { cancel: "many" }]);
    const second = new Life(first.recorded);
    await rest();
    await second.act([{ cancel: "many" }]);
    assertEquals(second.states(), expected);
    assertEquals(second.launcher.launched.includes("plain"), false);
  }
});

Deno.test("A removed job keeps its dependants free, and its name may be used again", async () => {
  const first = new Life(undefined);
  await first.act([
    { submit: [{ name: "a", execution: { exec: "0" } }] },
    { submit: [{ name: "hang", execution: { exec: "hang" } }] },
    { submit: [{ name: "b", execution: { exec: "0" }, dependencies: { after: ["a", "hang"] } }] },
    { remove: "a" },
    { submit: [{ name: "a", execution: { exec: "1" } }] },
  ]);
  const second = new Life(first.recorded);
  await rest();
  assertEquals(second.states(), {
    "job hang": "open",
    hang: "EXECUTING",
    "job a": "failed",
    a: "FAILED",
    "job b": "open",
    b: "QUEUED",
  });
  await second.act([{ cancel: "hang" }, { submit: [{ name: "c", execution: { exec: "0" } }] }]);
  assertEquals([second.states()["b"], second.states()["c"]], ["OMITTED", "SUCCEED"]);
});

Deno.test("Lost records cost a repetition at most: the run still comes to an end", async () => {
  const jobs = Array.from({ length: 6 }, (_, i) => ({
    name: `j${i}`,
    execution: { exec: i === 2 ? "1" : "0" },
    iteration: { stop: 300 },
    ...(i === 0 ? {} : { dependencies: { after: [`j${i - 1}:\${it}`] } }),
  }));
  const whole = new Life(undefined);
  await whole.act([{ submit: jobs }]);
  const writer = new JournalWriter({ runId: "r", startedMs: 0, nodeNames: ["a", "b"], metadata: {} });
  const pieces = [writer.begin(), ...whole.recorded.map((event) => writer.encode([event]))];
  const bytes = new Uint8Array(await new Blob(pieces).arrayBuffer());
  assert(bytes.length > 8 * 4096, "too small to lose much");
  for (let start = 8192; start < bytes.length; start += 4096) {
    const damaged = bytes.slice();
    damaged.fill(0, start, start + 4096);
    const life = new Life([...dropOwnerless(replayJournal(damaged))]);
    await rest();
    life.pilot.checkInvariants();
    assertEquals(life.pilot.openJobs, 0, `block at ${start} lost`);
  }
});
