import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { JobDescriptionError, UnknownJobError } from "../../../src/errors.ts";
import { Ledger } from "../../../src/report/ledger.ts";
import { replaceMethod } from "../../sim/replace.ts";
import { epochMs, quiet } from "../../sim/virtual_clock.ts";
import { PilotHarness, stateOf } from "../runtime/pilot_harness.ts";

const hello = { name: "hello", execution: { exec: "/bin/echo", args: ["hello"], stdout: "out" } };

Deno.test("Manager.resources() counts nodes and cores; the reserved core counts as used", async () => {
  const stage = new PilotHarness({ spec: "a:2,b:3", reserveCore: true });
  assertEquals(stage.manager.resources(), { total_nodes: 2, total_cores: 5, used_cores: 1, free_cores: 4 });
  stage.submit("A cores=2");
  await quiet();
  assertEquals(stage.manager.resources(), { total_nodes: 2, total_cores: 5, used_cores: 3, free_cores: 2 });
});

Deno.test("Manager.submit() takes one job or a list, and gives their names", async () => {
  const { manager } = new PilotHarness();
  assertEquals(manager.submit(hello), ["hello"]);
  assertEquals(manager.submit([{ ...hello, name: "x" }, { ...hello, name: "y" }]), ["x", "y"]);
  assertThrows(() => manager.submit(hello), JobDescriptionError, "already exists");
  await quiet();
});

Deno.test("Manager.status() and info() tell states in QCG-PilotJob's shape", async () => {
  const stage = new PilotHarness();
  const { manager } = stage;
  manager.submit(hello);
  assertEquals(manager.status("hello"), {
    jobs: { hello: { status: 0, data: { jobName: "hello", status: "QUEUED" } } },
  });
  await stage.start("hello");
  await stage.clock.advanceTo(epochMs + 1500);
  await stage.exit("hello");
  const { data } = manager.info("hello").jobs["hello"]!;
  assertEquals(data.status, "SUCCEED");
  assertEquals(data.runtime, {
    allocation: "n0[0]",
    wd: "/wd",
    rtime: "0:00:01.500000",
    exit_code: "0",
    pid: "100",
    pname: "echo",
  });
  assertEquals(data.history.split("\n").map((line) => line.split(": ")[1]), [
    undefined,
    "QUEUED",
    "SCHEDULED",
    "EXECUTING",
    "SUCCEED",
  ]);
});

Deno.test("Manager.info() tells of iterations one by one with withChilds", async () => {
  const stage = new PilotHarness({ spec: "a:1" });
  stage.submit("I x5..8");
  await stage.run("I:5");
  await stage.start("I:6");
  await stage.exit("I:6", "3");
  const { data } = stage.manager.info("I", { withChilds: true }).jobs["I"]!;
  assertEquals(data.iterations, { start: 5, stop: 8, total: 3, finished: 2, failed: 1 });
  assertEquals(data.childs!.map(({ iteration, state }) => [iteration, state]), [
    [5, "SUCCEED"],
    [6, "FAILED"],
    [7, "SCHEDULED"],
  ]);
  assertEquals([data.childs![1]!.runtime!.exit_code, data.childs![1]!.messages], ["3", "exit code 3"]);
  assertEquals([data.status, data.messages, data.runtime], ["QUEUED", "I:6: exit code 3", undefined]);
  const one = stage.manager.info("I:6").jobs["I:6"]!.data;
  assertEquals([one.status, one.runtime!.exit_code, one.childs], ["FAILED", "3", undefined]);
  assertEquals("childs" in stage.manager.info("I").jobs["I"]!.data, false);
});

Deno.test("Manager.info() shows -1 for what never started, and negative numbers for signals", async () => {
  const stage = new PilotHarness({ spec: "a:1" });
  stage.submit("A", "B");
  await quiet();
  const { key, sink } = stage.launcher.launched.get("A")!;
  sink.startFailed(key, { kind: "program-not-found", message: "there is no program" });
  await stage.start("B");
  await stage.exit("B", "SIGKILL");
  const runtime = (name: string) => stage.manager.info(name).jobs[name]!.data.runtime!;
  assertEquals([runtime("A").exit_code, runtime("A").pid, runtime("A").rtime], ["-1", "-1", "0:00:00.000000"]);
  assertEquals(runtime("B").exit_code, "-9");
  assertEquals(stage.manager.info("A").jobs["A"]!.data.messages, "there is no program");
});

Deno.test("Manager refuses names that nobody knows, with the near miss", async () => {
  const stage = new PilotHarness();
  stage.submit("simulate", "I x2");
  const { manager } = stage;
  const error = assertThrows(() => manager.status(["simulate", "simulat"]), UnknownJobError, "simulat");
  assertStringIncludes(error.message, '"simulate"');
  assertThrows(() => manager.info("I:2"), UnknownJobError, "Unknown iteration 2 for job I");
  assertThrows(() => manager.info("simulate:0"), UnknownJobError);
  await assertRejects(() => manager.wait4("nobody"), UnknownJobError);
});

Deno.test("Manager.list() tells all jobs in order, and the place of queued ones", async () => {
  const stage = new PilotHarness({ spec: "a:1" });
  stage.submit("A", "B", "C");
  await stage.start("A");
  assertEquals(stage.manager.list(), {
    A: { status: "EXECUTING" },
    B: { status: "QUEUED", inQueue: 0 },
    C: { status: "QUEUED", inQueue: 1 },
  });
  await stage.exit("A");
});

Deno.test("Manager.cancel() counts what it stops, and says by name what it does not", async () => {
  const stage = new PilotHarness({ spec: "a:2" });
  stage.submit("A", "I x3", "B");
  await stage.run("A");
  assertEquals(stage.manager.cancel(["A", "I:2", "nobody", "B"]), {
    canceled: 2,
    errors: {
      A: "Job A has ended already (SUCCEED)",
      nobody: stage.manager.cancel("nobody").errors["nobody"]!,
    },
  });
  await quiet();
  assertEquals(stage.manager.cancel("B").errors, { B: "Job B already canceled" });
  await stage.run("I:0", "I:1");
  assertEquals(await stage.manager.wait4(["I", "I:2", "B"]), { I: "FAILED", "I:2": "CANCELED", B: "CANCELED" });
});

Deno.test("Manager.setPriority() lets what waits start first, and says by name what it does not", async () => {
  const stage = new PilotHarness({ spec: "a:1" });
  const { manager } = stage;
  stage.submit("A", "B", "C", "I x2");
  await stage.start("A");
  const { set, errors } = manager.setPriority(["C", "I:1", "nobody"], 1);
  assertEquals([set, Object.keys(errors)], [1, ["I:1", "nobody"]]);
  assertEquals(errors["I:1"], "'I:1' is an iteration: only whole jobs have a priority");
  await stage.exit("A");
  assertEquals(manager.list()["C"], { status: "SCHEDULED" });
  assertEquals(manager.setPriority("A", 1).errors, { A: "Job 'A' has ended already (SUCCEED)" });
  assertThrows(() => manager.setPriority("B", 0.5), RangeError, "priority must be a whole number");
  await stage.run("C", "B", "I:0", "I:1");
});

Deno.test("Manager.remove() forgets ended jobs, frees their names, and refuses others", async () => {
  const stage = new PilotHarness({ spec: "a:2" });
  const { manager } = stage;
  stage.submit("A", "I x1", "B");
  await stage.run("A");
  const { removed, errors } = manager.remove(["A", "B", "I:0"]);
  assertEquals([removed, Object.keys(errors)], [1, ["B", "I:0"]]);
  assertEquals(errors["B"], "Job 'B' not finished - can not be removed");
  assertThrows(() => manager.status("A"), UnknownJobError);
  const again = stage.submit("A");
  await stage.run("I:0", "B", "A");
  assertEquals(await again.result(), { A: "SUCCEED" });
});

Deno.test("Manager.wait4() waits for jobs and single iterations, and keeps what it saw of removed ones", async () => {
  const stage = new PilotHarness();
  const { manager } = stage;
  stage.submit("A", "I x2");
  const [one, all] = [manager.wait4("I:1"), manager.wait4(["A", "I"])];
  await stage.run("I:1");
  assertEquals([await one, await stateOf(all)], [{ "I:1": "SUCCEED" }, "open"]);
  const late = manager.wait4("A").then((states) => states, (error) => error);
  const { key, sink } = stage.launcher.launched.get("A")!;
  sink.exited(key, { code: 0 }, {});
  // The first watcher removes the job before the others look.
  stage.pilot.watch(0, { seen: (event) => void (event.kind === "jobEnded" && manager.remove("A")), broken: () => {} });
  await stage.run("I:0");
  assertEquals([await late, await all], [{ A: "SUCCEED" }, { A: "SUCCEED", I: "SUCCEED" }]);
});

Deno.test("Manager.wait4() and wait4all() give up when the time is up, and reject when the pilot breaks", async () => {
  const stage = new PilotHarness();
  const { manager } = stage;
  stage.submit("A");
  const waits = [
    manager.wait4("A", { timeoutMs: 10 }),
    manager.wait4all({ timeoutMs: 10 }),
    manager.wait4("A"),
    manager.wait4all(),
  ];
  waits.forEach((waiting) => waiting.catch(() => {}));
  await stage.clock.advanceTo(epochMs + 10);
  for (const waiting of waits.slice(0, 2)) await assertRejects(() => waiting, DOMException, "Timed out after 10 ms");
  stage.pilot.abandon(new Error("enough"));
  for (const waiting of waits.slice(2)) await assertRejects(() => waiting, Error, "enough");
  await assertRejects(() => manager.wait4("A"), Error, "enough");
  await assertRejects(() => manager.wait4all(), Error, "enough");
});

Deno.test("Manager.wait4all() waits also for what is submitted meanwhile", async () => {
  const stage = new PilotHarness();
  stage.submit("A");
  const all = stage.manager.wait4all();
  await stage.start("A");
  stage.submit("B");
  await stage.exit("A");
  assertEquals(await stateOf(all), "open");
  await stage.run("B");
  await all;
});

Deno.test("Manager.wait4() that gave up leaves nothing behind", async () => {
  const stage = new PilotHarness();
  stage.submit("A");
  let looks = 0;
  using _counting = replaceMethod(Ledger.prototype, "state", (original) =>
    function (task) {
      looks++;
      return original.call(this, task);
    });
  for (let i = 0; i < 100; i++) {
    const waiting = assertRejects(() => stage.manager.wait4("A", { timeoutMs: 1 }), DOMException, "for 1 job");
    await stage.clock.advanceTo(stage.clock.nowMs() + 1);
    await waiting;
  }
  looks = 0;
  await stage.run("A");
  assert(looks < 20, `${looks} looks`);
});
