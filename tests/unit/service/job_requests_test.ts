import { assertEquals } from "@std/assert";
import { jobOf, serve, type Served } from "./support.ts";

/** Four cores: `ok` succeeded, `bad` failed, `long` runs, `it` has one success, one failure and one running, `wait` waits. */
function busy(): Served {
  const served = serve("n0:4");
  const { pilot } = served;
  pilot.take(jobOf("ok"), jobOf("bad"));
  pilot.run("ok");
  pilot.run("bad", { code: 3 });
  pilot.take(jobOf("long"), jobOf("it", { iteration: { start: 5, stop: 8 } }));
  pilot.start("long");
  pilot.start("it:5");
  pilot.start("it:6");
  pilot.start("it:7");
  pilot.exit("it:5");
  pilot.exit("it:6", { signal: "SIGKILL" });
  pilot.take(jobOf("wait", { resources: { numCores: 4 } }), jobOf("next", { dependencies: { after: ["wait"] } }));
  return served;
}

/** What the core says of a task that did not succeed. */
function reasonOf({ pilot }: Served, job: string, offset = 0): string {
  return pilot.ledger.task(pilot.intake.find(job)!.firstTask + offset).reason!;
}

Deno.test("listJobs tells states, places of queued jobs only, and reasons", () => {
  const served = busy();
  assertEquals<unknown>(served.ask("listJobs"), {
    code: 0,
    data: {
      length: 6,
      jobs: {
        ok: { status: "SUCCEED" },
        bad: { status: "FAILED", messages: reasonOf(served, "bad") },
        long: { status: "EXECUTING" },
        it: { status: "QUEUED", inQueue: 0 },
        wait: { status: "QUEUED", inQueue: 1 },
        next: { status: "QUEUED", inQueue: 2 },
      },
    },
  });
});

Deno.test("jobStatus tells the state of jobs and iterations", () => {
  const reply = busy().ask("jobStatus", { jobNames: ["ok", "it", "it:5", "it:6", "it:7"] });
  const states = { "ok": "SUCCEED", "it": "QUEUED", "it:5": "SUCCEED", "it:6": "FAILED", "it:7": "EXECUTING" };
  const jobs = Object.entries(states).map(([name, status]) => [name, { status: 0, data: { jobName: name, status } }]);
  assertEquals(JSON.stringify(reply), JSON.stringify({ code: 0, data: { jobs: Object.fromEntries(jobs) } }));
});

for (
  const [name, message] of [
    ["x", "Job 'x' doesn't exist"],
    ["", "Job '' doesn't exist"],
    ["x:1", "Job 'x:1' doesn't exist"],
    ["__proto__", "Job '__proto__' doesn't exist"],
    ["it:9", "Unknown iteration 9 for job it"],
    ["it:-1", "Unknown iteration -1 for job it"],
  ] as const
) {
  Deno.test(`jobStatus fails as a whole for ${JSON.stringify(name)}: ${message}`, () => {
    const reason = name.startsWith("it:") ? { reason: `${message} (it has 5 to 7)` } : {};
    const data = { error: "UNKNOWN_JOB", job: name, ...reason };
    assertEquals(busy().ask("jobStatus", { jobNames: ["ok", name] }), { code: 1, message, data });
  });
}

for (
  const [name, message, reason] of [
    [5, "'int' object has no attribute 'split'", "The name of a job must be a string, not the number 5"],
    [null, "'NoneType' object has no attribute 'split'", "The name of a job must be a string, not null"],
    [
      "it:x",
      "invalid literal for int() with base 10: 'x'",
      "'it:x' is no name of a job or iteration; it must be like 'job' or 'job:3'",
    ],
    [
      "it:5:5",
      "invalid literal for int() with base 10: '5:5'",
      "'it:5:5' is no name of a job or iteration; it must be like 'job' or 'job:3'",
    ],
    [
      "ok:0",
      "'NoneType' object has no attribute 'in_range'",
      "Unknown iteration 0 for job ok: it has no iterations",
    ],
  ] as const
) {
  Deno.test(`jobStatus and jobInfo tell what is wrong with just the name ${JSON.stringify(name)}`, () => {
    const { ask } = busy();
    for (const request of ["jobStatus", "jobInfo"]) {
      const { code, data } = ask(request, { jobNames: ["ok", name] });
      const { jobs } = data as { readonly jobs: Record<string, { readonly status: number }> };
      assertEquals([code, jobs["ok"]!.status], [0, 0]);
      assertEquals<unknown>(jobs[String(name)], { status: 1, message, reason });
    }
  });
}

Deno.test("What cannot be the key of a reply fails the whole request, and nothing is done", () => {
  const { ask } = busy();
  for (const request of ["jobStatus", "jobInfo", "cancelJob", "removeJob"]) {
    const { code, message, data } = ask(request, { jobNames: ["ok", ["ok"]] });
    assertEquals([code, message], [1, "Failed to process request: <class 'TypeError'>"]);
    const reason = "The name of a job must be a string, not an array";
    assertEquals<unknown>(data, { error: "INVALID_REQUEST", reason });
  }
  assertEquals(ask("jobStatus", { jobNames: ["ok"] }).code, 0);
});

Deno.test("jobInfo tells how a plain job ran, its keys in QCG-PilotJob's order", () => {
  const served = busy();
  assertEquals(
    JSON.stringify(served.ask("jobInfo", { jobNames: ["bad"] })),
    JSON.stringify({
      code: 0,
      data: {
        jobs: {
          bad: {
            status: 0,
            data: {
              jobName: "bad",
              status: "FAILED",
              messages: reasonOf(served, "bad"),
              runtime: {
                allocation: "n0[1]",
                wd: "/work",
                rtime: "0:00:02.000000",
                exit_code: "3",
                pid: "1001",
                pname: "date",
              },
              history: "\n2026-01-31 13:00:00.000000: QUEUED\n2026-01-31 13:00:00.000000: SCHEDULED\n" +
                "2026-01-31 13:00:02.002000: EXECUTING\n2026-01-31 13:00:04.002000: FAILED",
            },
          },
        },
      },
    }),
  );
});

Deno.test("jobInfo tells why an iteration failed, asked for by name or as a child", () => {
  const served = busy();
  const { data } = served.ask("jobInfo", { jobNames: ["it:6", "it"], params: { withChilds: true } });
  const reason = reasonOf(served, "it", 1);
  const jobs = (data as { readonly jobs: Record<string, { readonly data: Record<string, unknown> }> }).jobs;
  assertEquals(jobs["it:6"]!.data["messages"], reason);
  assertEquals(jobs["it"]!.data["iterations"], { start: 5, stop: 8, total: 3, finished: 2, failed: 1 });
  const childs = jobs["it"]!.data["childs"] as { readonly iteration: number; readonly messages?: string }[];
  assertEquals(childs.map(({ iteration, messages }) => [iteration, messages]), [
    [5, undefined],
    [6, reason],
    [7, undefined],
  ]);
});

Deno.test("jobInfo leaves the children out unless they are asked for", () => {
  const { data } = busy().ask("jobInfo", { jobNames: ["it"] });
  const jobs = (data as { readonly jobs: Record<string, { readonly data: object }> }).jobs;
  assertEquals(Object.keys(jobs["it"]!.data), ["jobName", "status", "iterations", "messages", "history"]);
});

Deno.test("jobInfo of an unknown job lists all names as Python does", () => {
  const { ask } = busy();
  assertEquals(ask("jobInfo", { jobNames: ["x"] }).message, "Job ['x'] doesn't exist");
  const names = ["ok", "it's", 5, null, true, "x"];
  assertEquals(ask("jobInfo", { jobNames: names }).message, `Job ['ok', "it's", 5, None, True, 'x'] doesn't exist`);
  assertEquals(ask("jobInfo", { jobNames: ["it:9"] }).message, "Unknown iteration 9 for job it");
});

Deno.test("cancelJob cancels what has not ended, and says what is wrong with every other name", () => {
  const { ask, pilot } = busy();
  const names = ["long", "wait", "ok", "x", "it:7", "it:6", "it:9", "it:x", "long", 5];
  assertEquals<unknown>(ask("cancelJob", { jobNames: names }), {
    code: 0,
    data: {
      canceled: 3,
      errors: {
        "ok": "Job ok already finished (SUCCEED)",
        "x": "Job/iteration x doesn't exist",
        "it:6": "Job it:6 already finished (FAILED)",
        "it:9": "Unknown iteration 9 for job it",
        "it:x": "invalid literal for int() with base 10: 'x'",
        "long": "Job long already canceled",
        "5": "'int' object has no attribute 'split'",
      },
      reasons: {
        "x": "Job 'x' doesn't exist",
        "it:9": "Unknown iteration 9 for job it (it has 5 to 7)",
        "it:x": "'it:x' is no name of a job or iteration; it must be like 'job' or 'job:3'",
        "5": "The name of a job must be a string, not the number 5",
      },
    },
  });
  pilot.turn();
  pilot.exit("long", { signal: "SIGTERM" });
  const { data } = ask("jobStatus", { jobNames: ["long", "wait", "next"] });
  const jobs = Object.values((data as { readonly jobs: Record<string, { readonly data: { status: string } }> }).jobs);
  assertEquals(jobs.map((job) => job.data.status), ["CANCELED", "CANCELED", "OMITTED"]);
  assertEquals(ask("cancelJob", { jobNames: ["long"] }).data, {
    canceled: 0,
    errors: { long: "Job long already canceled" },
  } as object);
});

for (const [name, near] of [["lnog", "long"], ["ti:6", "it:6"]] as const) {
  Deno.test(`What is said of the unknown name ${name} tells that ${near} may be meant`, () => {
    const { ask } = busy();
    const reason = `Job '${name}' doesn't exist (did you mean "${near}"?)`;
    for (const request of ["cancelJob", "removeJob"]) {
      const { data } = ask(request, { jobNames: [name] });
      assertEquals((data as { readonly reasons: object }).reasons, { [name]: reason });
    }
    for (const request of ["jobStatus", "jobInfo"]) {
      const { data } = ask(request, { jobNames: [name] });
      assertEquals<unknown>(data, { error: "UNKNOWN_JOB", job: name, reason });
    }
  });
}

Deno.test("A reply says of ten unknown names at most what may be meant", () => {
  const { data } = busy().ask("cancelJob", { jobNames: Array.from({ length: 30 }, (_, i) => `long${i}`) });
  const { errors, reasons } = data as { readonly errors: object; readonly reasons: object };
  assertEquals([Object.keys(errors).length, Object.keys(reasons).length], [30, 10]);
});

Deno.test("cancelJob without problems has no errors", () => {
  assertEquals<unknown>(busy().ask("cancelJob", { jobNames: ["it"] }), { code: 0, data: { canceled: 1 } });
});

Deno.test("removeJob forgets what has ended, and says why every other name stays", () => {
  const { ask, pilot } = busy();
  const names = ["ok", "long", "x", "it:5", "ok", null];
  assertEquals<unknown>(ask("removeJob", { jobNames: names }), {
    code: 0,
    data: {
      removed: 1,
      errors: {
        "long": "Job 'long' not finished - can not be removed",
        "x": "Job 'x' doesn't exist",
        "it:5": "Job 'it:5' doesn't exist",
        "ok": "Job 'ok' doesn't exist",
        "null": "Job 'None' doesn't exist",
      },
      reasons: { "null": "The name of a job must be a string, not null" },
    },
  });
  pilot.turn();
  assertEquals(ask("jobStatus", { jobNames: ["ok"] }).message, "Job 'ok' doesn't exist");
  assertEquals<unknown>(ask("removeJob", { jobNames: ["bad"] }), { code: 0, data: { removed: 1 } });
});

Deno.test("setPriority gives jobs another priority, and says why other names keep theirs", () => {
  const { ask } = busy();
  assertEquals<unknown>(ask("setPriority", { jobNames: ["long", "ok", "x", "logn", "it:5", {}], priority: 3 }), {
    code: 0,
    data: {
      set: 1,
      errors: {
        "ok": "Job 'ok' has ended already (SUCCEED)",
        "x": "Job 'x' doesn't exist",
        "logn": `Job 'logn' doesn't exist (did you mean "long"?)`,
        "it:5": "'it:5' is an iteration: only whole jobs have a priority",
        "an object": "The name of a job must be a string, not an object",
      },
    },
  });
});
