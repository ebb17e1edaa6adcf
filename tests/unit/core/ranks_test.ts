import { assert, assertEquals } from "@std/assert";
import { Core } from "../../../src/core/core.ts";
import { Estimates } from "../../../src/core/estimates.ts";
import { Intake } from "../../../src/core/intake.ts";
import { rankLevel } from "../../../src/core/ranks.ts";
import { parseJob } from "../../../src/job/parse.ts";
import { parseNodeSpec } from "../../../src/resources/node_spec.ts";
import { replaceMethod } from "../../sim/replace.ts";
import { TraceRunner, type TraceRunnerOptions } from "../../traces/trace_runner.ts";

/** The order in which tasks start one after another on one core, each taking the time that `seconds` says. */
function startsOf(submit: string, seconds: Record<string, number> = {}, options: TraceRunnerOptions = {}): string[] {
  const runner = new TraceRunner({ nodes: "1", ...options });
  runner.tell(`submit ${submit} & drain`);
  const starts: string[] = [];
  for (;;) {
    const launch = runner.output.actions.find((action) => action.kind === "launch");
    if (launch === undefined) return starts;
    const name = launch.job.description.name;
    starts.push(name);
    const index = launch.task - launch.job.firstTask;
    const task = launch.job.description.iteration === undefined ? name : `${name}:${index}`;
    runner.tell(`start ${task}`);
    runner.nowMs += 1000 * (seconds[name] ?? 1);
    runner.tell(`exit ${task}`);
  }
}

Deno.test("The longest chain of jobs starts first, and among equal ones the oldest", () => {
  assertEquals(startsOf("a | b | c1 | c2 after=c1 | c3 after=c2 | d1 | d2 after=d1"), [
    ..."c1 c2 d1 a b c3 d2".split(" "),
  ]);
});

Deno.test("Jobs may be submitted before those that they wait for", () => {
  assertEquals(startsOf("z after=y | a | y after=x | x"), ["x", "y", "z", "a"]);
});

Deno.test("By age alone nothing of that plays a part", () => {
  assertEquals(startsOf("a | c1 | c2 after=c1", {}, { order: "age" }), ["a", "c1", "c2"]);
});

Deno.test("Who watches chains of equal length sees all first links before a second one, by age alone chain by chain", () => {
  const chains = "a1 | a2 after=a1 | b1 | b2 after=b1";
  assertEquals(startsOf(chains), ["a1", "b1", "a2", "b2"]);
  assertEquals(startsOf(chains, {}, { order: "age" }), ["a1", "a2", "b1", "b2"]);
});

Deno.test("What is known of an earlier run decides, of the job before its command, and limits where nothing is known", () => {
  const learnt = { jobs: new Map([["long", 9000]]), commands: new Map([["true", 1000]]) };
  assertEquals(startsOf("a | long | b", {}, { learnt }), ["long", "a", "b"]);
  assertEquals(startsOf("a limit=1000 | long limit=9000 | b limit=1000", {}, {}), ["long", "a", "b"]);
});

Deno.test("A rank follows what is learnt in the run, for what waits already, too", () => {
  const limits = "long x2 limit=1000 | chain limit=900 | last after=chain limit=10";
  assertEquals(startsOf(limits)[0], "long", "910 ms are not as long as 1000");
  // The first iteration shows how long the command takes: then two jobs are longer than one.
  assertEquals(startsOf(limits), ["long", "chain", "long", "last"]);
});

Deno.test("The longest chain goes on first also where the first tasks took no time that could be measured", () => {
  const chains = "a | b | c1 | c2 after=c1 | c3 after=c2";
  assertEquals(startsOf(chains, { c1: 0 }), ["c1", "c2", "a", "b", "c3"]);
});

Deno.test("What waited for a job that has been canceled makes nothing longer any more", () => {
  const runner = new TraceRunner({ nodes: "1" });
  runner.tell("submit running | b1 | b2 after=b1 | a1 | a2 after=a1 | a3 after=a2");
  assertEquals(runner.output.actions.map((action) => "job" in action && action.job.description.name), ["a1"]);
  const starts = new TraceRunner({ nodes: "1" });
  starts.tellAll("submit first", "submit b1 | b2 after=b1 | a1 | a2 after=a1 | a3 after=a2", "cancel a2");
  assert(starts.tell("exit first").includes("-> launch b1"));
});

Deno.test("A job that comes later makes the chain longer of what it waits for", () => {
  const runner = new TraceRunner({ nodes: "1" });
  runner.tellAll("submit first", "submit a | b", "submit c after=b");
  assert(runner.tell("exit first").includes("-> launch b"));
});

Deno.test("Ranks that differ by a few percent are of one level, those that differ more are not", () => {
  assertEquals([rankLevel(0), rankLevel(1)], [-Infinity, 0]);
  for (const rank of [1, 7.5, 1e3, 1e9]) assert(rankLevel(rank * 1.06) > rankLevel(rank));
});

Deno.test("The ranks of a chain that grows link by link do not cost by its length squared", () => {
  const core = new Core({ nodes: parseNodeSpec("4"), graceMs: 0 });
  const intake = new Intake({ pool: core.pool });
  let visits = 0;
  using _counted = replaceMethod(Estimates.prototype, "of", (original) =>
    function (...given) {
      visits++;
      return original.apply(this, given);
    });
  const links = 4000;
  for (let i = 0; i < links; i++) {
    const after = i === 0 ? [] : [`j${i - 1}`];
    const jobs = intake.admit([parseJob({ name: `j${i}`, execution: { exec: "true" }, dependencies: { after } }, {})]);
    core.step([{ kind: "jobsSubmitted", atMs: 0, jobs }]);
  }
  assert(visits >= links, `only ${visits} jobs were ranked`);
  // A step ranks the job that came, and 512 jobs and edges at most of those before it.
  assert(visits <= links * 513, `${visits} jobs were ranked`);
});
