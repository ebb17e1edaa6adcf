import { assertEquals } from "@std/assert";
import type { Event } from "../../../src/core/types.ts";
import { JobsReport, type ReportFormat } from "../../../src/report/jobs_report.ts";
import { HandPilot, jobOf } from "../service/support.ts";

interface Reported {
  readonly pilot: HandPilot;
  readonly records: string[];
}

function report(format: ReportFormat = "json", nodes?: string): Reported {
  const pilot = new HandPilot(nodes);
  const jobsReport = new JobsReport({ ledger: pilot.ledger, rootWd: "/work", format, zone: 60 });
  const records: string[] = [];
  pilot.hub.add("report", { apply: (event) => void records.push(...jobsReport.records(event)) });
  return { pilot, records };
}

const parsed = ({ records }: Reported) => records.map((record) => JSON.parse(record));

Deno.test("JobsReport.records() writes a plain job as QCG-PilotJob does, byte for byte", () => {
  const { pilot, records } = report();
  const execution = { exec: "/bin/echo", args: ["é", "${ncores}"], stdout: "out", env: { A: "1" } };
  pilot.take({ name: "a", execution, resources: { numCores: 2, wt: "10m" } });
  pilot.run("a");
  assertEquals(records, [
    '{"name": "a","state": "SUCCEED","history": [' +
    '{"state": "QUEUED","date": "2026-01-31T13:00:00.000000"},' +
    '{"state": "SCHEDULED","date": "2026-01-31T13:00:00.000000"},' +
    '{"state": "EXECUTING","date": "2026-01-31T13:00:00.001000"},' +
    '{"state": "SUCCEED","date": "2026-01-31T13:00:02.001000"}],' +
    '"runtime": {"allocation": "n0[0:1]","wd": "/work","rtime": "0:00:02.000000","exit_code": "0",' +
    '"pid": "1000","pname": "echo"},' +
    '"execution": {"exec": "/bin/echo","args": ["\\u00e9","${ncores}"],"env": {"A": "1"},"script": null,' +
    '"stdout": "out","model_opts": {}},' +
    '"resources": {"numCores": {"exact": 2},"wt": "10m"}}\n',
  ]);
});

Deno.test("JobsReport.records() writes the keys of 20.1 and no others", () => {
  const reported = report();
  const { pilot } = reported;
  pilot.take(jobOf("a"), jobOf("b", { dependencies: { after: ["a"] } }));
  pilot.run("a", { signal: "SIGKILL" });
  const [a, b] = parsed(reported);
  assertEquals(Object.keys(a), ["name", "state", "history", "runtime", "execution", "resources", "messages"]);
  assertEquals([a.state, a.runtime.exit_code], ["FAILED", "-9"]);
  assertEquals(
    Object.keys(b),
    ["name", "state", "history", "runtime", "execution", "resources", "dependencies", "messages"],
  );
  assertEquals([b.state, b.runtime, b.dependencies], ["OMITTED", {}, { after: ["a"] }]);
  assertEquals(b.history.map((entry: { readonly state: string }) => entry.state), ["QUEUED", "OMITTED"]);
});

Deno.test("JobsReport.records() writes iterations before their job, without what belongs to whole jobs", () => {
  const reported = report();
  const { pilot } = reported;
  pilot.take(jobOf("it", { iteration: { start: 4, stop: 7 } }));
  pilot.run("it:5");
  pilot.run("it:4", { code: 3 });
  pilot.run("it:6");
  const lines = parsed(reported);
  assertEquals(lines.map(({ name, state }) => [name, state]), [
    ["it:5", "SUCCEED"],
    ["it:4", "FAILED"],
    ["it:6", "SUCCEED"],
    ["it", "FAILED"],
  ]);
  assertEquals(Object.keys(lines[0]), ["name", "state", "history", "runtime"]);
  assertEquals(Object.keys(lines[1]), ["name", "state", "history", "runtime", "messages"]);
  const states = (line: { readonly history: readonly { readonly state: string }[] }) =>
    line.history.map((h) => h.state);
  assertEquals(states(lines[0]), ["SCHEDULED", "EXECUTING", "SUCCEED"]);
  assertEquals(states(lines[3]), ["QUEUED", "FAILED"]);
  assertEquals([lines[3].runtime, lines[3].messages], [{}, `it:4: ${lines[1].messages}`]);
});

Deno.test("JobsReport.records() tells of an iterative job why the first iteration failed that did", () => {
  const reported = report();
  const { pilot } = reported;
  pilot.take(jobOf("it", { iteration: { stop: 3 } }));
  pilot.run("it:1");
  pilot.failToStart("it:2", "no memory");
  pilot.failToStart("it:0", "no disk");
  assertEquals(parsed(reported).at(-1).messages, "it:2: no memory");
});

Deno.test("JobsReport.records() tells of a task that could not start", () => {
  const reported = report();
  reported.pilot.take(jobOf("a"));
  reported.pilot.failToStart("a", "there is no program a");
  const [a] = parsed(reported);
  const states = a.history.map((entry: { readonly state: string }) => entry.state);
  assertEquals(states, ["QUEUED", "SCHEDULED", "EXECUTING", "FAILED"]); // As in QCG-PilotJob, whose tools count on it.
  assertEquals(a.runtime, {
    ...{ allocation: "n0[0]", wd: "/work", rtime: "0:00:00.000000", exit_code: "-1", pid: "-1", pname: "date" },
  });
  assertEquals(a.messages, "there is no program a");
});

Deno.test("JobsReport.records() writes every iteration of a range that never ran, only while it is read", () => {
  const pilot = new HandPilot("n0:1");
  const jobsReport = new JobsReport({ ledger: pilot.ledger, rootWd: "/work", format: "json" });
  pilot.take(jobOf("first"), jobOf("it", { iteration: { stop: 1_000_000 } }));
  let records: Iterator<string> | undefined;
  const apply = (event: Event) => {
    if (event.kind === "tasksDropped") records = jobsReport.records(event)[Symbol.iterator]();
  };
  pilot.hub.add("report", { apply });
  pilot.cancel({ kind: "job", job: pilot.intake.find("it")!.id });
  pilot.turn();
  const first = JSON.parse(records!.next().value);
  assertEquals([first.name, first.state, first.runtime], ["it:0", "CANCELED", {}]);
  assertEquals(first.history, [{ state: "CANCELED", date: "2026-01-31T12:00:00.000000" }]);
  assertEquals(JSON.parse(records!.next().value).name, "it:1");
});

Deno.test("JobsReport.records() ends with the job after all iterations of a dropped range", () => {
  const reported = report("json", "n0:1");
  const { pilot } = reported;
  pilot.take(jobOf("first"), jobOf("it", { iteration: { start: -1, stop: 2 } }));
  pilot.cancel({ kind: "job", job: pilot.intake.find("it")!.id });
  pilot.turn();
  assertEquals(parsed(reported).map(({ name, state }) => [name, state]), [
    ["it:-1", "CANCELED"],
    ["it:0", "CANCELED"],
    ["it:1", "CANCELED"],
    ["it", "CANCELED"],
  ]);
});

Deno.test("JobsReport.records() may be read after the job was removed", () => {
  const { pilot } = report();
  const jobsReport = new JobsReport({ ledger: pilot.ledger, rootWd: "/work", format: "json" });
  const late: Iterable<string>[] = [];
  pilot.hub.add("report", { apply: (event) => void late.push(jobsReport.records(event)) });
  pilot.take(jobOf("a"));
  pilot.run("a");
  pilot.forget(pilot.intake.find("a")!);
  pilot.turn();
  assertEquals(late.flatMap((records) => [...records]).map((record) => JSON.parse(record).name), ["a"]);
});

Deno.test("JobsReport.records() writes text as QCG-PilotJob does", () => {
  const { pilot, records } = report("text");
  pilot.take(jobOf("a"), jobOf("b", { dependencies: { after: ["a"] } }));
  pilot.failToStart("a", "no program\n  a");
  assertEquals(
    records[0],
    [
      "a (FAILED) no program a",
      "\t2026-01-31 13:00:00.000000: QUEUED",
      "\t2026-01-31 13:00:00.000000: SCHEDULED",
      "\t2026-01-31 13:00:00.000000: EXECUTING",
      "\t2026-01-31 13:00:00.000000: FAILED",
      "\tallocation: n0[0]",
      "\twd: /work",
      "\trtime: 0:00:00.000000",
      "\texit_code: -1",
      "\tpid: -1",
      "\tpname: date",
      "",
    ].join("\n"),
  );
  const [head, ...rest] = records[1]!.split("\n");
  assertEquals(head!.startsWith("b (OMITTED) "), true);
  assertEquals(rest, ["\t2026-01-31 13:00:00.000000: QUEUED", "\t2026-01-31 13:00:00.000000: OMITTED", "\t", ""]);
});

Deno.test("JobsReport.records() writes no message for what succeeded", () => {
  const { pilot, records } = report("text");
  pilot.take(jobOf("a"));
  pilot.run("a");
  assertEquals(records[0]!.split("\n")[0], "a (SUCCEED) ");
});

Deno.test("JobsReport.records() keeps the reasons of jobs apart", () => {
  const reported = report();
  const { pilot } = reported;
  pilot.take(jobOf("a", { iteration: { stop: 2 } }), jobOf("b", { iteration: { stop: 1 } }));
  pilot.failToStart("a:0", "no memory");
  pilot.failToStart("b:0", "no disk");
  pilot.run("a:1");
  const messages = parsed(reported).filter(({ name }) => !name.includes(":")).map((
    { name, messages },
  ) => [name, messages]);
  assertEquals(messages, [["b", "b:0: no disk"], ["a", "a:0: no memory"]]);
});

Deno.test("JobsReport.records() tells of a job that had to run again why it failed then", () => {
  const { pilot } = report();
  const jobsReport = new JobsReport({ ledger: pilot.ledger, rootWd: "/work", format: "json" });
  const records: string[] = [];
  const events: Event[] = [];
  pilot.hub.add("copy", { apply: (event) => void events.push(event) });
  pilot.take(jobOf("it", { iteration: { stop: 1 } }));
  pilot.failToStart("it:0", "no disk");
  // A restart that lost the record of the task lets it run again; the end of the job is told twice then.
  const again = events.map((event): Event =>
    event.kind === "taskEnded" && event.outcome.kind === "failed"
      ? { ...event, outcome: { ...event.outcome, reason: "no memory" } }
      : event
  );
  for (const event of [...events, ...again]) records.push(...jobsReport.records(event));
  const messages = records.map((record) => JSON.parse(record)).filter(({ name }) => name === "it");
  assertEquals(messages.map(({ messages }) => messages), ["it:0: no disk", "it:0: no memory"]);
});

Deno.test("JobsReport.records() gives no exit code to a task of which no start was told", () => {
  const reported = report();
  reported.pilot.take(jobOf("a"));
  reported.pilot.exit("a", { code: 3 });
  const { runtime } = parsed(reported)[0];
  assertEquals([runtime.rtime, runtime.exit_code], ["0:00:00.000000", "-1"]);
});

Deno.test("JobsReport.records() tells why a job failed whose iteration failed before a restart, as the ledger knows it", () => {
  const { pilot } = report();
  pilot.take(jobOf("it", { iteration: { stop: 3 } }), jobOf("well", { iteration: { stop: 1 } }));
  pilot.run("it:0");
  pilot.failToStart("it:1", "no disk");
  const records: string[] = [];
  const after = new JobsReport({ ledger: pilot.ledger, rootWd: "/work", format: "json" });
  pilot.hub.add("later report", { apply: (event) => void records.push(...after.records(event)) });
  pilot.run("it:2");
  pilot.run("well:0");
  const messages = records.map((record) => JSON.parse(record)).map(({ name, messages }) => [name, messages]);
  assertEquals(messages, [["it:2", undefined], ["it", "it:1: no disk"], ["well:0", undefined], ["well", undefined]]);
});
