/**
 * `qcgpj report`: figures of a run.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { call, findRecords, writeJobs } from "./support/command_line.ts";
import { Scratch } from "./support/scratch.ts";

type CallOptions = NonNullable<Parameters<typeof call>[1]>;
type Report = (...args: readonly (string | CallOptions)[]) => ReturnType<typeof call>;

/** A run of five tasks on two cores, of which one fails and one could not be started. */
async function withRun(test: (report: Report, scratch: Scratch) => Promise<void>): Promise<void> {
  await using scratch = new Scratch();
  writeJobs(scratch, "jobs.json", [
    { name: "it", iteration: { stop: 3 }, execution: { exec: "sleep", args: ["0.05"] } },
    { name: "bad", execution: { exec: "false" } },
    { name: "lost", execution: { exec: "/no/such/program" } },
  ]);
  await call(["run", "jobs.json", "--quiet", "--nodes", "n1:2"], { cwd: scratch.path });
  const report: Report = (...args) => {
    const words = args.filter((arg) => typeof arg === "string");
    const options = args.find((arg) => typeof arg !== "string") ?? {};
    return call(["report", ...words], { cwd: scratch.path, ...options });
  };
  await test(report, scratch);
}

Deno.test("qcgpj report tells figures of a run, which agree with each other and with its tasks", () =>
  withRun(async (report) => {
    const json = async (...args: string[]) => JSON.parse((await report(...args, "--json")).out);
    const stats = await json("stats");
    assertEquals([stats.tasks, stats.failed, stats.cores, stats.nodes], [5, 2, 2, 1]);
    assert(stats.minSeconds > 0 && stats.maxSeconds >= 0.05);
    const tasks: { name: string; ranSeconds: number; nodes: string; beganAtMs?: number; finishedAtMs?: number }[] =
      await json("jobs", "--sort", "name");
    assertEquals(tasks.map(({ name }) => name), ["bad", "it:0", "it:1", "it:2", "lost"]);
    const used = tasks.reduce((sum, { beganAtMs, finishedAtMs }) => sum + ((finishedAtMs ?? 0) - (beganAtMs ?? 0)), 0);
    const cores: { seconds: number; unusedSeconds: number }[] = await json("rusage", "--details", "--wo-init");
    const held = cores.reduce((sum, { seconds, unusedSeconds }) => sum + seconds - unusedSeconds, 0);
    // What could not be started held its core, too, though it never ran.
    assert(held >= used / 1000 - 0.001 && held < used / 1000 + 60, `${held} and ${used / 1000}`);
    const gaps: { fromMs: number; toMs: number }[] = await json("gaps");
    const unused = cores.reduce((sum, { unusedSeconds }) => sum + unusedSeconds, 0);
    const inGaps = gaps.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
    assert(Math.abs(unused - inGaps / 1000) < 0.001, `${unused} and ${inGaps}`);
    assertMatch((await report("stats")).out, /^\t {10}total jobs: 5\n\t {9}failed jobs: 2\n/);
    assertStringIncludes((await report("job", "it:1")).out, "               state: SUCCEED\n");
    assertMatch(
      (await report("jobs", "--csv", "--state", "failed")).out,
      /^name,state,.*\nbad,FAILED,1,.*\nlost,FAILED,-1,/,
    );
    assertStringIncludes((await report("text")).out, "bad (FAILED) exit code 1\n");
  }));

Deno.test("qcgpj report svg writes a picture to the standard output or, as a whole, to a file", () =>
  withRun(async (report, scratch) => {
    const { code, out } = await report("svg", "gantt");
    assertEquals(code, 0);
    assertMatch(out, /^<svg .*<title>What ran where: 5 tasks on 2 cores in .*<\/svg>\n$/);
    scratch.write("old.svg", "old");
    for (const kind of ["gantt", "gantt-gaps", "utilisation", "queue", "histogram", "waits", "dag"]) {
      assertEquals(await report("svg", kind, "old.svg"), { code: 0, out: "", err: "" });
      assertMatch(scratch.read("old.svg"), /^<svg .*<\/svg>\n$/);
    }
    assertEquals((await report("gantt")).out, out);
    const nowhere = await report("svg", "gantt", "no/such/folder.svg");
    assertEquals(nowhere.code, 2);
    assertStringIncludes(nowhere.err, "Cannot write ");
  }));

Deno.test("qcgpj report html writes all of a run into one file, in which no other script may run", () =>
  withRun(async (report, scratch) => {
    assertEquals(await report("html", "run.html"), { code: 0, out: "", err: "" });
    const html = scratch.read("run.html");
    assertMatch(html, /<h1>5 tasks in .*: 2 failed<\/h1>/);
    assertStringIncludes(html, "<strong>1 failed</strong>: exit code 1");
    const script = /<script type="module">(.*?)<\/script>/s.exec(html)![1]!;
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(script))).toBase64();
    assertStringIncludes(html, `script-src 'sha256-${hash}'`);
    assertMatch((await report("html", "-")).out, /^<!DOCTYPE html>/);
    assertStringIncludes((await report("html")).err, "The file is missing; write qcgpj report html OUT.html");
  }));

Deno.test("qcgpj report compare and trace tell of runs to other programs, and compare to people", () =>
  withRun(async (report, scratch) => {
    const folder = findRecords(scratch.path);
    const { code, out } = await report("compare", ".", folder, "--picture", "scaling.svg");
    assertEquals(code, 0);
    assertMatch(out, /^tasks +5 +5 *$/m);
    assertMatch(out, /^speed-up +1.00 +1.00 *$/m);
    assertMatch(out, /no job took clearly longer or shorter than in the first run\n$/);
    assertMatch(scratch.read("scaling.svg"), /<title>Speed-up over the run on 2 cores<\/title>/);
    assertMatch((await report("compare", ".", folder, "--csv")).out, /^run,job,tasks,.*\n[^\n]*,,5,2,0,2,/);
    assertStringIncludes((await report("compare", ".")).err, "Two runs or more are needed");
    assertEquals((await report("trace", "run.json")).code, 0);
    const { traceEvents } = JSON.parse(scratch.read("run.json"));
    const slices = traceEvents.filter(({ ph }: { ph: string }) => ph === "X").map(({ name }: { name: string }) => name);
    assertEquals(slices.sort(), ["bad", "it:0", "it:1", "it:2", "lost"]);
  }));

Deno.test("qcgpj run --from wfformat runs what qcgpj report wfformat has written, and plan and validate read it, too", () =>
  withRun(async (report, scratch) => {
    assertEquals((await report("wfformat", "flow.json")).code, 0);
    const of = (command: string, ...args: string[]) =>
      call([command, "--from", "wfformat", "flow.json", ...args], { cwd: scratch.path });
    assertEquals((await of("validate")).code, 0);
    assertMatch((await of("plan", "--nodes", "2")).out, /it_0 +1 +1 core/);
    const again = await of("run", "--wd", "again", "--quiet", "--nodes", "2");
    assertStringIncludes(again.err, "5 jobs: 3 succeeded, 2 failed");
    scratch.write("flow.json", JSON.stringify({ workflow: { specification: { tasks: [] } } }));
    const empty = await of("run");
    assertEquals(empty.code, 2);
    assertStringIncludes(empty.err, "workflow.specification.tasks: is empty: a workflow without tasks has nothing");
  }));

Deno.test("qcgpj report svg makes a PNG by a program that can, and says which are missing", () =>
  withRun(async (report, scratch) => {
    const bin = scratch.in("bin");
    Deno.mkdirSync(bin);
    const env = { PATH: bin };
    const without = await report({ env }, "svg", "gantt", "out.png");
    assertEquals(without.code, 2);
    assertStringIncludes(without.err, "one of rsvg-convert, inkscape, magick, convert is needed");
    assertEquals([...Deno.readDirSync(scratch.path)].some(({ name }) => name.startsWith("out.png")), false);
    // A program of that name that says what it was given.
    Deno.writeTextFileSync(`${bin}/rsvg-convert`, "#!/bin/sh\necho PNG of; exec /bin/cat\n", { mode: 0o755 });
    assertEquals((await report({ env }, "svg", "gantt", "out.png")).code, 0);
    assertMatch(scratch.read("out.png"), /^PNG of\n<svg /);
    assertEquals((await report({ env }, "compare", ".", ".", "--picture", "two.png")).code, 0);
    assertMatch(scratch.read("two.png"), /^PNG of\n<svg /);
  }));

Deno.test("qcgpj report says what is wrong with what it was asked, and what would be right", () =>
  withRun(async (report) => {
    const cases: [string[], number, string][] = [
      [[], 2, "What to report is missing; write qcgpj report and one of html, stats, "],
      [["stat"], 2, '"stat" is nothing that can be reported (did you mean "stats"?); write qcgpj report'],
      [["stats", "--sort", "name"], 2, "Option --sort is for qcgpj report jobs, not for stats"],
      [["stats", "a", "b"], 2, "There can be only one DIR, and here are a and b"],
      [["allocation", "n1"], 2, "qcgpj report allocation needs NODE and CORE, got n1"],
      [["job"], 2, "qcgpj report job needs NAME…, got nothing"],
      [["svg"], 2, "Which picture is missing; write one of gantt, gantt-gaps, "],
      [["svg", "gant"], 2, 'There is no picture "gant" (did you mean "gantt"?); write one of'],
      [["svg", "gantt", "x.pdf"], 2, "A picture is written as SVG or PNG, and x.pdf ends in .pdf; write .svg or .png"],
      [["compare", ".", ".", "--picture", "x.jpg"], 2, "and x.jpg ends in .jpg"],
      [["stats", "--json", "--csv"], 2, "--json and --csv cannot both be given"],
      [["stats", "nowhere"], 2, 'Cannot tell which run "nowhere" is'],
      [["jobs", "--state", "faild"], 2, 'not "faild" (did you mean "FAILED"?)'],
      [["jobs", "--node", "nl"], 1, 'qcgpj report: no task ran on node nl (did you mean "n1"?)\n'],
      [["jobs", "--core", "99"], 1, "qcgpj report: no task ran on core 99\n"],
      [["allocation", "n1", "7"], 1, "qcgpj report: no task ran on core 7 of node n1\n"],
      [["efficiency-core", "n1", "7"], 1, "qcgpj report: no task ran on core 7 of node n1\n"],
    ];
    for (const [args, code, told] of cases) {
      const answer = await report(...args);
      assertEquals([answer.code, answer.out], [code, ""], args.join(" "));
      assertStringIncludes(answer.err, told);
    }
    const absent = await report("job", "bda", "bad");
    assertMatch(absent.out, /^bda: missing job data\n\tbad:\n/);
    assertEquals([absent.code, absent.err], [1, 'qcgpj report: there is no task bda (did you mean "bad"?)\n']);
    const rows = await report("job", "nobody", "bad", "--json");
    assertEquals([rows.code, rows.err, JSON.parse(rows.out).length], [1, "qcgpj report: there is no task nobody\n", 1]);
  }));

Deno.test("qcgpj processes tells what was seen of the processes of a task", async () => {
  await using scratch = new Scratch();
  const pids = {
    70: {
      pid: 70,
      node: "n1",
      name: "sleep",
      cmdline: ["sleep", "9"],
      created: "2026-01-31 12:00:00.000000",
      childs: [71],
    },
    71: { pid: 71, node: "n1", name: "sh", cmdline: ["sh"], created: "2026-01-31 12:00:00.250000", childs: [] },
  };
  const runtime = { allocation: "n1[0]", rtime: "0:00:09", exit_code: "0", pid: "70", pname: "sleep" };
  const history = [{ state: "SUCCEED", date: "2026-01-31T12:00:09" }];
  scratch.write("ptrace_n1.log", JSON.stringify({ node: "n1", pids }));
  Deno.mkdirSync(scratch.in(".qcgpjm-service-n1.1"));
  scratch.write(
    ".qcgpjm-service-n1.1/jobs.report",
    ["a", "it:0", "it:1"].map((name) => `${JSON.stringify({ name, state: "SUCCEED", history, runtime })}\n`).join(""),
  );
  const tell = (...args: string[]) => call(["processes", ...args], { cwd: scratch.path });
  assertEquals((await tell("tree", "a", "--all")).out.split("\n"), [
    "job a, job process id 70, application name sleep",
    "  --70:sleep (sleep 9) node(n1) created 2026-01-31 12:00:00.000000",
    "    --71:sh (sh) node(n1) after 0.25 secs",
    "",
  ]);
  assertMatch((await tell("apps", "a")).out, /^found 1 target processes\n70:sleep\n\tcreated: 2026/);
  assertEquals(JSON.parse((await tell("tree", "a", "--json")).out).map(({ pid }: { pid: number }) => pid), [70, 71]);
  assertMatch((await tell("tree", "it")).out, /^job it:0, job process id 70,.*\njob it:1, job process id 70,/s);
  const unknown = await tell("tree", "b", "a");
  assertEquals([unknown.code, unknown.err], [1, "qcgpj processes: there is no task b\n"]);
  assertStringIncludes((await tell("trees", "a")).err, '"trees" is neither tree nor apps (did you mean "tree"?)');
  Deno.removeSync(scratch.in("ptrace_n1.log"));
  assertStringIncludes((await tell("tree", "a")).err, "a run with --enable-proc-stats writes it");
});
