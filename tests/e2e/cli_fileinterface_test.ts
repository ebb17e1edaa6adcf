/**
 * QCG-PilotJob's tests of its file interface, by their names there, against `qcgpj service`: the same request files, and
 * the outcome of each job and iteration. The wall times that they allow are not tested by the clock but by who ran
 * beside whom.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { JobDescriptionError } from "@qcg/pilotjob";
import { parseJob } from "../../src/job/parse.ts";
import { submitVariablesAt } from "../../src/job/variables.ts";
import { call, exists, findRecords, readReport, readStates, type ReportLine } from "./support/command_line.ts";
import { Scratch } from "./support/scratch.ts";

const cores = (count: number) => ({ numCores: { exact: count } });
const finish = { request: "control", command: "finishAfterAllTasksDone" };

/** Runs requests on one node and gives back the states by name; `told` is all that is told of them. */
async function serve(
  scratch: Scratch,
  nodeCores: number,
  requests: readonly object[],
  told: RegExp = /^$/,
): Promise<Record<string, string>> {
  scratch.write("jobs.json", JSON.stringify(requests));
  const { code, err } = await call(["service", "--file-path", "jobs.json", "--wd", ".", "--nodes", `${nodeCores}`], {
    cwd: scratch.path,
  });
  assertEquals([code, told.test(err)], [0, true], err);
  return readStates(scratch.path);
}

/** All iterations of a job, each with a state. */
function iterations(name: string, count: number, state: string): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`${name}:${i}`, state]));
}

/** When a task held its cores, and how many. */
interface Span {
  readonly fromMs: number;
  readonly toMs: number;
  readonly cores: readonly string[];
}

function spansOf(report: readonly ReportLine[]): Span[] {
  return report.filter(({ runtime }) => runtime["allocation"] !== undefined).map(({ history, runtime }) => ({
    fromMs: Date.parse(history.find(({ state }) => state === "SCHEDULED")!.date),
    toMs: Date.parse(history.at(-1)!.date),
    cores: runtime["allocation"]!.replace(/^.*\[(.*)\]$/, "$1").split(":"),
  }));
}

/** Whether no core was held twice at one moment. */
function sharesNoCore(spans: readonly Span[]): boolean {
  return spans.every((one, i) =>
    spans.slice(i + 1).every((other) =>
      one.toMs <= other.fromMs || other.toMs <= one.fromMs || one.cores.every((core) => !other.cores.includes(core))
    )
  );
}

/** How many tasks ran at once at most. */
function widthOf(spans: readonly Span[]): number {
  return Math.max(
    ...spans.map(({ fromMs }) => spans.filter((one) => one.fromMs <= fromMs && fromMs < one.toMs).length),
  );
}

Deno.test("test_local_simple_job: one job in its own directory with its streams", async () => {
  await using scratch = new Scratch();
  const job = {
    name: "host",
    execution: { exec: "/bin/uname", args: ["-n"], wd: "host.sandbox", stdout: "host.out", stderr: "host.err" },
    resources: cores(1),
  };
  assertEquals(await serve(scratch, 2, [{ request: "submit", jobs: [job] }, finish]), { host: "SUCCEED" });
  assertEquals(scratch.read("host.sandbox/host.out"), `${Deno.hostname()}\n`);
  assertEquals(scratch.read("host.sandbox/host.err"), "");
  assertEquals(readReport(scratch.path)[0]!.runtime["exit_code"], "0");
});

Deno.test("test_local_simple_script_job: a script of several lines", async () => {
  await using scratch = new Scratch();
  const script = '/bin/uname -n\nfor i in 1 2 3; do\n  echo "line $i"\ndone\n';
  const job = { name: "script", execution: { script, wd: "s", stdout: "out", stderr: "err" }, resources: cores(1) };
  assertEquals(await serve(scratch, 1, [{ request: "submit", jobs: [job] }, finish]), { script: "SUCCEED" });
  assertEquals([scratch.read("s/out"), scratch.read("s/err")], [`${Deno.hostname()}\nline 1\nline 2\nline 3\n`, ""]);
});

Deno.test("test_local_error_duplicate_name_job: two equal names in one request, and nothing runs", async () => {
  await using scratch = new Scratch();
  const job = (file: string) => ({ name: "one", execution: { exec: "touch", args: [file] } });
  const requests = [{ request: "submit", jobs: [job("a"), job("b")] }, finish];
  const told = /^qcgpj service: nothing was run, as the only submit was refused: Job "one" already exists[^\n]*\n$/;
  assertEquals(await serve(scratch, 2, requests, told), {});
  assertEquals([exists(scratch.in("a")), exists(scratch.in("b"))], [false, false]);
});

Deno.test("test_local_error_duplicate_name_job_separate_reqs: in two requests, and only the first runs", async () => {
  await using scratch = new Scratch();
  const submit = (file: string) => ({
    request: "submit",
    jobs: [{ name: "one", execution: { exec: "touch", args: [file] } }],
  });
  assertEquals(await serve(scratch, 2, [submit("a"), submit("b"), finish]), { one: "SUCCEED" });
  assertEquals([exists(scratch.in("a")), exists(scratch.in("b"))], [true, false]);
});

Deno.test("test_local_error_job_desc: no program, wrong args or env, no execution, empty resources", () => {
  const variables = submitVariablesAt(0, 0, 1, "0");
  const wrong = [
    { name: "e", execution: {}, resources: cores(1) },
    { name: "e", execution: { exec: "x", args: "this is not a list" }, resources: cores(1) },
    { name: "e", execution: { exec: "x", env: "this is not an object" }, resources: cores(1) },
    { name: "e", resources: cores(1) },
    { name: "e", execution: { exec: "x" }, resources: {} },
  ];
  for (const job of wrong) assertThrows(() => parseJob(job, { variables }), JobDescriptionError);
});

Deno.test("test_local_simple_iter_job: ten iterations with variables in directory and arguments", async () => {
  await using scratch = new Scratch();
  const job = {
    name: "echo",
    iteration: { stop: 10 },
    execution: { exec: "/bin/echo", args: ["iteration ${it}"], wd: "echo_$${it}.sandbox", stdout: "out" },
    resources: cores(1),
  };
  const states = await serve(scratch, 4, [{ request: "submit", jobs: [job] }, finish]);
  assertEquals(states, { echo: "SUCCEED", ...iterations("echo", 10, "SUCCEED") });
  for (let i = 0; i < 10; i++) assertEquals(scratch.read(`echo_${i}.sandbox/out`), `iteration ${i}\n`);
});

Deno.test("test_local_simple_uneven_resources_iter_job: iterations of two cores on three", async () => {
  await using scratch = new Scratch();
  const job = { name: "two", iteration: { stop: 5 }, execution: { exec: "true" }, resources: cores(2) };
  const states = await serve(scratch, 3, [{ request: "submit", jobs: [job] }, finish]);
  assertEquals(states, { two: "SUCCEED", ...iterations("two", 5, "SUCCEED") });
  assertEquals(widthOf(spansOf(readReport(scratch.path))), 1);
});

Deno.test("test_local_simple_uneven_resources_many_iter_jobs: two such jobs of different width", async () => {
  await using scratch = new Scratch();
  const job = (name: string, count: number) => ({
    name,
    iteration: { stop: 5 },
    execution: { exec: "true" },
    resources: cores(count),
  });
  const states = await serve(scratch, 5, [{ request: "submit", jobs: [job("two", 2), job("three", 3)] }, finish]);
  const all = { ...iterations("two", 5, "SUCCEED"), ...iterations("three", 5, "SUCCEED") };
  assertEquals(states, { two: "SUCCEED", three: "SUCCEED", ...all });
  assert(sharesNoCore(spansOf(readReport(scratch.path))));
});

for (
  const [name, count, nodeCores, width] of [
    ["test_local_iter_scheduling_job_small", 4, 4, 2],
    ["test_local_iter_scheduling_job_large", 20, 10, 5],
    ["test_profile_local_iter_scheduling_job_large", 100, 40, 20],
  ] as const
) {
  Deno.test(`${name}: ${count} iterations of two cores on ${nodeCores}, ${width} at once`, async () => {
    await using scratch = new Scratch();
    const nap = count > 50 ? "0.05" : "0.2";
    const execution = { exec: "/bin/sleep", args: [nap] };
    const job = { name: "nap", iteration: { stop: count }, execution, resources: cores(2) };
    const states = await serve(scratch, nodeCores, [{ request: "submit", jobs: [job] }, finish]);
    assertEquals(states, { nap: "SUCCEED", ...iterations("nap", count, "SUCCEED") });
    const report = readReport(scratch.path);
    assertEquals(report.length, count + 1);
    for (const { name, history } of report.filter(({ name }) => name.includes(":"))) {
      assertEquals(history.filter(({ state }) => state === "EXECUTING").length, 1, name);
    }
    const spans = spansOf(report);
    assert(sharesNoCore(spans));
    assertEquals(widthOf(spans), width);
  });
}

Deno.test("test_local_workflows: the order of after holds although cores are free", async () => {
  await using scratch = new Scratch();
  const job = (name: string, ...after: string[]) => ({
    name,
    execution: { exec: "bash", args: ["-c", `sleep 0.05; echo ${name} >> order`] },
    resources: cores(1),
    ...(after.length === 0 ? {} : { dependencies: { after } }),
  });
  const jobs = [job("first"), job("second", "first"), job("third", "first", "second")];
  const states = await serve(scratch, 4, [{ request: "submit", jobs }, finish]);
  assertEquals(states, { first: "SUCCEED", second: "SUCCEED", third: "SUCCEED" });
  assertEquals(scratch.read("order"), "first\nsecond\nthird\n");
  const at = (name: string, state: string) =>
    readReport(scratch.path).find((line) => line.name === name)!.history.find((one) => one.state === state)!.date;
  assert(at("first", "SUCCEED") <= at("second", "SCHEDULED") && at("second", "SUCCEED") <= at("third", "SCHEDULED"));
});

Deno.test("test_local_workflows_error: a job after an unknown one never runs, and the service ends", async () => {
  await using scratch = new Scratch();
  const job = { name: "late", execution: { exec: "touch", args: ["ran"] }, dependencies: { after: ["nobody"] } };
  const other = { name: "other", execution: { exec: "true" } };
  const states = await serve(scratch, 2, [{ request: "submit", jobs: [job, other] }, finish]);
  assertEquals([states, exists(scratch.in("ran"))], [{ late: "OMITTED", other: "SUCCEED" }, false]);
  assertStringIncludes(Deno.readTextFileSync(`${findRecords(scratch.path)}/service.log`), "nobody");
});
