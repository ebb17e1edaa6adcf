import { exchangeMessage } from "../../../src/service/reply.ts";
import { assertEquals, assertInstanceOf, assertStringIncludes } from "@std/assert";
import fc from "../../support/seeded_check.ts";
import { PermissionScopeError } from "../../../src/errors.ts";
import type { Pilot } from "../../../src/runtime/pilot.ts";
import type { ServedPilot } from "../../../src/service/served_pilot.ts";
import { jobOf, serve, variablesOf } from "./support.ts";

Deno.test("A Pilot is what the service needs, by its shape", () => {
  const asServed = (pilot: Pilot): ServedPilot => pilot;
  assertEquals(asServed.length, 1);
});

Deno.test("Service.answer() takes a submit as a whole and names its jobs in order", () => {
  const { ask, pilot } = serve();
  const reply = ask("submit", { jobs: [jobOf("b_${rcnt}"), jobOf("a", { dependencies: { after: ["b_1"] } })] });
  assertEquals(
    JSON.stringify(reply),
    '{"code":0,"message":"2 jobs submitted","data":{"submitted":2,"jobs":["b_1","a"]}}',
  );
  pilot.turn();
  assertEquals([...pilot.launches.keys()], ["b_1"]);
});

/** Submits of which one job is bad, what is said and the data of the refusal. */
const badSubmits: readonly (readonly [bad: object, message: string, refusal: object])[] = [
  [
    jobOf("bad", { execution: {} }),
    "Wrong submit request: Job execution (exec or script) not defined",
    {
      error: "JOB_DESCRIPTION",
      job: "bad",
      path: "execution",
      reason: 'Job "bad": execution needs a program ("exec") or a "script", neither is given',
    },
  ],
  [
    jobOf("good"),
    "Job good already exist",
    {
      error: "JOB_DESCRIPTION",
      job: "good",
      path: "name",
      reason: 'Job "good" already exists: it is twice in this submit',
    },
  ],
  [
    jobOf("big", { resources: { numCores: 5 } }),
    "Not enough resources for job big",
    {
      error: "JOB_DESCRIPTION",
      job: "big",
      path: "resources",
      reason: 'Not enough resources for job "big": it needs 5 cores, but the pool has 1 node with 4 cores',
    },
  ],
  [
    { name: "bad", execution: { exec: "x" }, iteration: { start: 3, stop: 1 } },
    "Invalid request: Wrong format of iteration directive: start index larger then stop one",
    { error: "INVALID_REQUEST" },
  ],
];
for (const [bad, message, refusal] of badSubmits) {
  Deno.test(`Service.answer() leaves no job queued when one is refused: ${message.slice(0, 70)}`, () => {
    const { ask, pilot } = serve();
    const reply = ask("submit", { jobs: [jobOf("good"), bad, jobOf("other")] });
    assertEquals(reply.code, 1);
    assertStringIncludes(reply.message!, message);
    assertEquals<unknown>(reply.data, refusal);
    pilot.turn();
    assertEquals(ask("listJobs"), { code: 0, data: { length: 0, jobs: {} } });
    assertEquals(pilot.launches.size, 0);
    assertEquals(ask("submit", { jobs: [jobOf("good")] }).code, 0);
  });
}

Deno.test("Service.answer() refuses a name that is taken, until it is removed", () => {
  const { ask, pilot } = serve();
  pilot.take(jobOf("a"));
  assertEquals(ask("submit", { jobs: [jobOf("a")] }).code, 1);
  pilot.run("a");
  ask("removeJob", { jobNames: ["a"] });
  assertEquals(ask("submit", { jobs: [jobOf("a")] }).code, 0);
});

Deno.test("Service.answer() refuses a job that needs what the process may not do, before any is queued", () => {
  const requireGrants = ({ name }: { readonly name: string }) => {
    if (name === "b") throw new PermissionScopeError("Job b needs --allow-run=date", "run", "date");
  };
  const { ask } = serve("n0:4", { requireGrants });
  const reply = ask("submit", { jobs: [jobOf("a"), jobOf("b")] });
  const data = { error: "PERMISSION_SCOPE" };
  assertEquals(reply, { code: 1, message: "Job b needs --allow-run=date", data });
  assertEquals(ask("listJobs"), { code: 0, data: { length: 0, jobs: {} } });
});

Deno.test("Service.answer() counts submit requests for ${rcnt}, refused ones too", () => {
  const counted: number[] = [];
  const { ask } = serve("n0:4", { submitVariables: (n) => (counted.push(n), variablesOf(n)) });
  ask("submit", { jobs: [jobOf("a")] });
  ask("submit", { jobs: [{}] });
  ask("submit", {});
  ask("status");
  ask("submit", { jobs: [jobOf("b_${rcnt}")] });
  assertEquals(counted, [1, 3]);
  assertEquals(ask("jobStatus", { jobNames: ["b_3"] }).code, 0);
});

Deno.test("Service.answer() counts nodes and cores", () => {
  const { ask, pilot } = serve("n0:4,n1:2");
  pilot.take(jobOf("a"));
  const data = { total_nodes: 2, total_cores: 6, used_cores: 1, free_cores: 5 };
  assertEquals(JSON.stringify(ask("resourcesInfo")), JSON.stringify({ code: 0, data }));
});

Deno.test("Service.answer() accepts finishAfterAllTasksDone once, and takes jobs until then", () => {
  const { ask, service, ends } = serve();
  const control = () => ask("control", { command: "finishAfterAllTasksDone" });
  assertEquals(control(), { code: 0, message: "finishAfterAllTasksDone command accepted" });
  assertEquals(service.end, "whenIdle");
  const data = { error: "ALREADY_FINISHING" };
  assertEquals(control(), { code: 1, message: "Finish request already requested", data });
  assertEquals(ask("submit", { jobs: [jobOf("late")] }).code, 0);
  assertEquals(ends, ["whenIdle"]);
});

Deno.test("Service.answer() lets finish override control, and nothing put off the end", () => {
  const { ask, service, ends } = serve();
  ask("control", { command: "finishAfterAllTasksDone" });
  assertEquals(ask("finish"), { code: 0, data: { when: "2s" } });
  assertEquals(ask("finish").message, "Finish request already requested");
  assertEquals(ask("control", { command: "finishAfterAllTasksDone" }).code, 1);
  assertEquals(service.end, "afterJobs");
  assertEquals(ask("finish", { params: { now: true } }), { code: 0, data: { when: "2s" } });
  assertEquals(ask("finish", { params: { now: true } }).code, 1);
  assertEquals(ends, ["whenIdle", "afterJobs", "now"]);
});

Deno.test("Service.answer() refuses what only a governor does", () => {
  const { ask } = serve();
  const notify = ask("notify", { entity: "job", params: { name: "a", state: "SUCCEED", attributes: {} } });
  assertEquals([notify.code, notify.message], [1, "Operation not supported"]);
  const register = ask("register", { entity: "manager", params: { id: "m", address: "tcp://x:1", resources: {} } });
  const message = "Register manager request not supported in this kind of manager (direct)";
  assertEquals([register.code, register.message], [1, message]);
});

Deno.test("Service.stop() refuses what would change something, and still answers questions", () => {
  const { ask, service, pilot } = serve();
  pilot.take(jobOf("a"));
  service.stop();
  const refused = [
    ask("submit", { jobs: [jobOf("b")] }),
    ask("cancelJob", { jobNames: ["a"] }),
    ask("removeJob", { jobNames: ["a"] }),
    ask("control", { command: "finishAfterAllTasksDone" }),
    ask("finish"),
  ];
  assertEquals<unknown>(
    refused.map(({ code, message }) => [code, message]),
    refused.map(() => [1, "processing stopped"]),
  );
  assertEquals([ask("listJobs"), ask("status"), ask("resourcesInfo")].map((reply) => reply.code), [0, 0, 0]);
});

Deno.test("Service.answer() refuses jobs once the pilot is broken", () => {
  const { ask, pilot } = serve();
  pilot.failure = { error: new Error("the disk is full") };
  assertEquals(ask("submit", { jobs: [jobOf("a")] }).message, "processing stopped");
});

for (const text of ["null", "{", "", "\u0000", "[1,2", "nonsense", '{"request"}', "NaN", "5", '"submit"']) {
  Deno.test(`Service.answerText() answers ${JSON.stringify(text)} and goes on`, () => {
    const { service } = serve();
    const { reply } = service.answerText(text);
    assertEquals(reply.code, 1);
    assertStringIncludes(reply.message!, "Invalid request: ");
    assertEquals<unknown>(reply.data, { error: "INVALID_REQUEST" });
    assertEquals(service.answerText('{"request":"listJobs"}').reply.code, 0);
  });
}

Deno.test("Service.answer() names the request and says whether it has changed something, for the log", () => {
  const { service } = serve();
  const answers = [
    service.answer({ request: "submit", jobs: [jobOf("a")] }),
    service.answer({ request: "submit", jobs: [jobOf("a")] }),
    service.answer({ request: "listJobs" }),
    service.answer({ request: "foo" }),
    service.answerText("{"),
  ];
  assertEquals(answers.map(({ request, hasChanged }) => [request, hasChanged]), [
    ["submit", true],
    ["submit", false],
    ["listJobs", false],
    ["?", false],
    ["?", false],
  ]);
  assertEquals(answers.slice(0, 4).map(({ request, reply }) => exchangeMessage(request, reply)), [
    { level: "info", text: "request submit accepted: 1 jobs submitted" },
    {
      level: "error",
      text:
        'request submit refused: Job a already exist (Job "a" already exists: remove the other one first, or choose a new name)',
    },
    { level: "debug", text: "request listJobs accepted" },
    { level: "error", text: "request ? refused: Invalid request: Unknown request name: foo" },
  ]);
  assertStringIncludes(answers[4]!.reply.message!, "Invalid request: Not a JSON value (");
});

const name = fc.oneof(
  fc.constantFrom("a", "it", "it:0", "it:1", "it:9", "it:-1", "it:x", "a:0", "__proto__", "constructor", ":", "it:0:0"),
  fc.string(),
  fc.jsonValue(),
);
const jobs = fc.array(fc.oneof(
  fc.record({
    name: fc.oneof(fc.constantFrom("a", "it", "c", "__proto__", "x y", "${rcnt}"), fc.jsonValue()),
    execution: fc.oneof(fc.constant({ exec: "date" }), fc.jsonValue()),
    iteration: fc.oneof(fc.constantFrom({ stop: 3 }, { values: ["x"] }, { stop: 1e308 }, null), fc.jsonValue()),
    resources: fc.oneof(fc.constantFrom({ numCores: 1 }, { numCores: 1e308 }, null), fc.jsonValue()),
    dependencies: fc.oneof(fc.constantFrom({ after: ["a"] }, { after: ["it:${it}"] }, null), fc.jsonValue()),
  }, { requiredKeys: ["name", "execution"] }),
  fc.jsonValue(),
));
const request = fc.oneof(
  fc.jsonValue(),
  fc.record({
    request: fc.constantFrom(
      ...["submit", "listJobs", "jobStatus", "jobInfo", "cancelJob", "removeJob", "resourcesInfo", "control"],
      ...["status", "finish", "notify", "register", "toString"],
    ),
    jobs: fc.oneof(jobs, fc.jsonValue()),
    jobNames: fc.oneof(fc.array(name), fc.jsonValue()),
    params: fc.oneof(fc.constantFrom({ withChilds: true }, { now: true }), fc.jsonValue()),
    command: fc.constantFrom("finishAfterAllTasksDone", "stop", null),
    options: fc.oneof(fc.constant({ allJobsFinished: true }), fc.jsonValue()),
  }, { requiredKeys: ["request"] }),
);

Deno.test("Service.answer() gives every sequence of requests, however hostile, one reply each", () => {
  fc.assert(
    fc.property(fc.array(request), fc.array(fc.nat(3)), (requests, steps) => {
      const { pilot, service } = serve("n0:4");
      requests.forEach((value, i) => {
        const { reply } = service.answer(JSON.parse(JSON.stringify(value)));
        assertEquals(reply.code === 0 || typeof reply.message === "string", true);
        assertInstanceOf(JSON.parse(JSON.stringify(reply)), Object);
        // Between requests the world goes on: some launched task is run to its end.
        pilot.turn();
        const launched = [...pilot.launches.keys()];
        if ((steps[i] ?? 0) > 0 && launched.length > 0) {
          const chosen = launched[i % launched.length]!;
          pilot.launches.has(chosen) && pilot.run(chosen, { code: steps[i]! - 1 });
          pilot.launches.delete(chosen);
        }
      });
      const { jobs, iterations } = pilot.statistics;
      for (const { total, inSchedule, executing, failed, finished } of [jobs, iterations]) {
        assertEquals([inSchedule, executing, failed, finished].every((n) => n >= 0), true);
        assertEquals(inSchedule + executing + failed + finished, total);
      }
      assertEquals(jobs.total, pilot.intake.size);
    }),
    { numRuns: 300 },
  );
});
