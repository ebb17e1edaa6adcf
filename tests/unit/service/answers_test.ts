import { assertEquals } from "@std/assert";
import { cancelJobs, countDone, listJobs, removeJobs, statesOf } from "../../../src/service/answers.ts";
import { answerCancel, answerRemove } from "../../../src/service/job_requests.ts";
import { Manager } from "../../../src/api/manager.ts";
import type { Pilot } from "../../../src/runtime/pilot.ts";
import { HandPilot, jobOf } from "./support.ts";

/** `ended` has failed, `running` runs, `waiting` waits for it, `sweep` has iterations 2 and 3 of which one runs. */
function busyPilot(): HandPilot {
  const pilot = new HandPilot("n0:3");
  pilot.take(jobOf("ended"));
  pilot.run("ended", { code: 3 });
  pilot.take(
    jobOf("running"),
    jobOf("waiting", { dependencies: { after: ["running"] } }),
    jobOf("sweep", { iteration: { start: 2, stop: 4 }, resources: { numCores: 2 } }),
  );
  pilot.start("running");
  pilot.start("sweep:2");
  return pilot;
}

Deno.test("listJobs() tells states, places in the queue, and why a plain job did not succeed", () => {
  assertEquals([...listJobs(busyPilot())], [
    { name: "ended", state: "FAILED", reason: "exit code 3" },
    { name: "running", state: "EXECUTING" },
    { name: "waiting", state: "QUEUED", inQueue: 0 },
    // A whole job with iterations is queued until the last of them has ended, as in QCG-PilotJob.
    { name: "sweep", state: "QUEUED", inQueue: 1 },
  ]);
});

Deno.test("statesOf() tells of each name what it stands for, or why for nothing", () => {
  const answers = statesOf(busyPilot(), ["ended", "sweep:2", "sweep:4", "ended:0", "no", "a:b", 7]);
  const short = Array.from(answers, (one) => one.kind === "known" ? one.answer : one.why.kind);
  assertEquals(short, ["FAILED", "EXECUTING", "outOfRange", "noIterations", "noJob", "malformed", "noText"]);
});

Deno.test("cancelJobs() and removeJobs() do nothing before their answers are taken", () => {
  const pilot = busyPilot();
  const canceled: string[] = [];
  pilot.cancel = () => void canceled.push("canceled");
  const [cancel, remove] = [cancelJobs(pilot, ["running", "waiting"]), removeJobs(pilot, ["ended"])];
  assertEquals([canceled.length, pilot.intake.find("ended") === undefined], [0, false]);
  assertEquals(countDone(cancel, () => undefined), { done: 2, errors: {} });
  assertEquals(countDone(remove, () => "no"), { done: 0, errors: { ended: "no" } });
  assertEquals([canceled.length, pilot.intake.find("ended")], [2, undefined]);
});

/** The two ways of saying the same: names, the reply on the wire, the manager's reply. */
const cancels: readonly (readonly [names: unknown[], wire: object, library: object])[] = [
  [["running", "sweep:3"], { canceled: 2 }, { canceled: 2, errors: {} }],
  [
    ["running", "running"],
    { canceled: 1, errors: { running: "Job running already canceled" } },
    { canceled: 2, errors: {} },
  ],
  [
    ["ended", "wating"],
    {
      canceled: 0,
      errors: { ended: "Job ended already finished (FAILED)", wating: "Job/iteration wating doesn't exist" },
      reasons: { wating: `Job 'wating' doesn't exist (did you mean "waiting"?)` },
    },
    {
      canceled: 0,
      errors: {
        ended: "Job ended has ended already (FAILED)",
        wating: `Job 'wating' doesn't exist (did you mean "waiting"?)`,
      },
    },
  ],
  [
    [7],
    {
      canceled: 0,
      errors: { "7": "'int' object has no attribute 'split'" },
      reasons: { "7": "The name of a job must be a string, not the number 7" },
    },
    { canceled: 0, errors: { "7": "The name of a job must be a string, not the number 7" } },
  ],
];
for (const [names, wire, library] of cancels) {
  Deno.test(`Cancelling ${JSON.stringify(names)} is one act that wire and library tell in their own words`, () => {
    assertEquals(answerCancel(busyPilot(), names), { code: 0, data: wire });
    assertEquals<unknown>(managerOf(busyPilot()).cancel(names as string[]), library);
  });
}

const removes: readonly (readonly [names: unknown[], wire: object, library: object])[] = [
  [
    ["ended", "ended"],
    { removed: 1, errors: { ended: "Job 'ended' doesn't exist" } },
    { removed: 1, errors: { ended: "Job 'ended' doesn't exist" } },
  ],
  [
    ["running", "sweep:2"],
    {
      removed: 0,
      errors: { running: "Job 'running' not finished - can not be removed", "sweep:2": "Job 'sweep:2' doesn't exist" },
    },
    {
      removed: 0,
      errors: {
        running: "Job 'running' not finished - can not be removed",
        "sweep:2": "Job 'sweep:2' is an iteration: only whole jobs can be removed",
      },
    },
  ],
];
for (const [names, wire, library] of removes) {
  Deno.test(`Removing ${JSON.stringify(names)} is one act that wire and library tell in their own words`, () => {
    assertEquals(answerRemove(busyPilot(), names), { code: 0, data: wire });
    assertEquals<unknown>(managerOf(busyPilot()).remove(names as string[]), library);
  });
}

/** A manager over a pilot driven by hand, for what it asks of a pilot. */
function managerOf(pilot: HandPilot): Manager {
  return new Manager(pilot as unknown as Pilot, 0, () => [], notAsked);
}

/** What none of these tests asks of a manager. */
const notAsked = {
  nextEnd: (): never => {
    throw new Error("Nobody asks for it");
  },
  status: (): never => {
    throw new Error("Nobody asks for it");
  },
};
