import { assert, assertEquals } from "@std/assert";
import { TraceRunner } from "../../traces/trace_runner.ts";
import { readJob } from "../../traces/words.ts";

const kinds = (runner: TraceRunner) => Object.groupBy(runner.output.events, (event) => event.kind);

Deno.test("A chain of a hundred thousand jobs is omitted in one step, without recursion", () => {
  const length = 100_000;
  const runner = new TraceRunner({ nodes: "1", piecesMax: Infinity });
  const plain = readJob("j");
  const jobs = Array.from({ length }, (_, i) => ({
    ...plain,
    name: `j${i}`,
    dependencies: i === 0 ? [] : [{ kind: "job" as const, job: `j${i - 1}` }],
  }));
  runner.core.step([{ kind: "jobsSubmitted", atMs: 0, jobs: runner.intake.admit(jobs) }]);
  const output = runner.core.step([{ kind: "taskExited", atMs: 1, task: 0, attempt: 1, exit: { code: 1 }, usage: {} }]);
  assertEquals(output.events.filter((event) => event.kind === "jobEnded").length, length);
  assertEquals(output.events.filter((event) => event.kind === "tasksDropped").length, length - 1);
});

Deno.test("A chain of ten thousand jobs, submitted in reverse, runs to its end, one by one", () => {
  const length = 10_000;
  const runner = new TraceRunner({ nodes: "4" });
  const jobs = Array.from({ length }, (_, i) => i === length - 1 ? `j${i}` : `j${i} after=j${i + 1}`);
  runner.tell(`submit ${jobs.join(" | ")}`);
  for (let task = length - 1; task >= 0; task--) {
    const exit = { kind: "taskExited", atMs: 1, task, attempt: 1, exit: { code: 0 }, usage: {} } as const;
    const { actions } = runner.core.step([exit]);
    assertEquals(actions.map((action) => action.kind === "launch" && action.task), task === 0 ? [] : [task - 1]);
  }
});

Deno.test("A wide job tells each end only to whoever waits for that task", () => {
  const count = 20_000;
  const runner = new TraceRunner({ nodes: "1", piecesMax: Infinity });
  const jobs = Array.from({ length: count }, (_, i) => `j${i} after=A:${i}`);
  runner.tell(`submit A x${count} | ${jobs.join(" | ")}`);
  // With a walk over all dependents for each end, this test would take minutes.
  const output = runner.core.step([{
    kind: "cancelRequested",
    atMs: 1,
    target: { kind: "job", job: 0 },
    cause: "cancel",
  }]);
  assertEquals(output.events.filter((event) => event.kind === "jobEnded").length, count - 1);
});

Deno.test("Neighbouring tasks that are dropped together are one event", () => {
  const runner = new TraceRunner({ nodes: "1" });
  runner.tellAll("submit A | B x1000 after=A | C x1000 after=B", "exit A 1");
  assertEquals(kinds(runner).tasksDropped!.map((event) => event.kind === "tasksDropped" && event.count), [1000, 1000]);
});

Deno.test("A job that waits for several jobs runs after the last, and is omitted with the first that fails", () => {
  const runner = new TraceRunner({ nodes: "4" });
  runner.tellAll("submit A | B | C x2 | D after=A,B,C | E after=A,B,C:1", "exit A", "exit C:1");
  assertEquals(runner.tell("exit B"), [
    "ended B succeeded",
    "job B succeeded (1 succeeded)",
    "scheduled E on n0[0]",
    "-> launch E",
  ]);
  assertEquals(runner.tell("exit C:0 9").filter((line) => line.startsWith("dropped")), [
    'dropped D omitted: job "C" did not succeed (it failed)',
  ]);
});

Deno.test("A dependency that is named twice never blocks for ever", () => {
  const runner = new TraceRunner({ nodes: "4" });
  const starts = (commands: string) => {
    const lines = runner.tell(commands).filter((line) => line.startsWith("scheduled"));
    return lines.map((line) => line.split(" ")[1]);
  };
  starts("submit A x2 | B after=A,A:0 | C x2 after=A:${it},A:${it} | D x2 after=A,A:${it}");
  assertEquals(starts("exit A:0"), ["C:0"]);
  assertEquals(starts("exit A:1"), ["B", "C:1", "D:0"]);
  assertEquals(starts("exit C:0"), ["D:1"]);
});

Deno.test("State rules of a whole iterative job (reference, section 9)", () => {
  const outcomeAfter = (...commands: string[]) => {
    const runner = new TraceRunner({ nodes: "4" });
    const seen: string[] = [];
    for (const command of commands) {
      runner.tell(command);
      for (const event of runner.output.events) {
        if (event.kind === "jobEnded" && runner.jobs.get(event.job)!.description.name === "J") seen.push(event.outcome);
      }
    }
    assert(seen.length <= 1, "A terminal job never changes");
    return seen[0];
  };
  assertEquals(outcomeAfter("submit J x2", "exit J:0"), undefined);
  assertEquals(outcomeAfter("submit J x2", "exit J:0", "exit J:1"), "succeeded");
  assertEquals(outcomeAfter("submit J x2", "exit J:0", "exit J:1 1"), "failed");
  assertEquals(outcomeAfter("submit J x2", "exit J:0 & cancel J:1", "exit J:1 SIGTERM"), "failed");
  assertEquals(outcomeAfter("submit J x2", "exit J:0 & cancel J", "exit J:1 0", "cancel J"), "canceled");
  assertEquals(outcomeAfter("submit J x2", "cancel J:0 & cancel J:1", "exit J:0 0 & exit J:1 0"), "failed");
  assertEquals(outcomeAfter("submit A | J x2 after=A", "exit A 1"), "omitted");
  assertEquals(outcomeAfter("submit A x2 | J x2 after=A:${it}", "exit A:0 1", "exit A:1 1"), "failed");
  assertEquals(outcomeAfter("submit A x2 | J x2 after=A:${it}", "cancel all", "exit A:0 1", "exit A:1 1"), "canceled");
});

Deno.test("What depends on a job that nobody knows is omitted, where that is let in", () => {
  const runner = new TraceRunner({ nodes: "4", unknownDependency: "omit" });
  const lines = runner.tell("submit p_1 | A after=nobody | B x3 after=p_${it} | C after=A");
  assertEquals(lines.filter((line) => line.startsWith("dropped")), [
    'dropped A omitted: there is no job "nobody"',
    "dropped B:0 omitted: a job that it depends on does not exist or was removed",
    "dropped B:2 omitted: a job that it depends on does not exist or was removed",
    'dropped C omitted: job "A" did not succeed (it was omitted)',
  ]);
  assertEquals(runner.tell("exit p_1").filter((line) => line.startsWith("scheduled")), ["scheduled B:1 on n0[0]"]);
  assertEquals(runner.tell("exit B:1").at(-1), "job B failed (1 succeeded, 2 omitted)");
});

Deno.test("Canceling what is queued leaves a job alone that runs as a whole, whoever is queued behind it", () => {
  const runner = new TraceRunner({ nodes: "2" });
  runner.tellAll("submit J x2 | K", "shutdown queued");
  assertEquals(runner.tell("exit J:0 & exit J:1").at(-1), "job J succeeded (2 succeeded)");
});

Deno.test("Whoever waits for a job that a lost node made impossible is omitted", () => {
  const runner = new TraceRunner({ nodes: "a:1,b:1" });
  const lines = runner.tellAll("submit A | B cores=2 | C after=B | D x2 after=C", "lose 1");
  assertEquals(lines.filter((line) => line.startsWith("job")), [
    "job B failed (1 failed)",
    "job C omitted (1 omitted)",
    "job D omitted (2 omitted)",
  ]);
});

Deno.test("A name may be used again, and whoever depends on it means the new job", () => {
  const runner = new TraceRunner({ nodes: "4" });
  runner.tellAll("submit A", "exit A 1", "forget A", "submit A", "submit B after=A");
  assertEquals(runner.tell("exit A 0").filter((line) => line.startsWith("scheduled")).length, 1);
});

Deno.test("A job that is removed in the same step as somebody comes to depend on it still counts", () => {
  const runner = new TraceRunner({ nodes: "4" });
  runner.tellAll("submit A", "exit A 0");
  const lines = runner.tell("submit B after=A & forget A");
  assertEquals(lines.filter((line) => /B/.test(line)), ["submitted B", "scheduled B on n0[0]", "-> launch B"]);
});

Deno.test("A job that waits for a task that was canceled before is omitted at once", () => {
  const runner = new TraceRunner({ nodes: "1" });
  runner.tellAll("submit A x3", "cancel A:1");
  assertEquals(runner.tell("submit B after=A:1"), [
    "submitted B",
    'dropped B omitted: task "A:1" did not succeed',
    "job B omitted (1 omitted)",
  ]);
});
