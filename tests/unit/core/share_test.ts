import { assertEquals } from "@std/assert";
import type { LearntTimes } from "../../../src/core/estimates.ts";
import { countCores } from "../../../src/resources/node.ts";
import { TraceRunner, type TraceRunnerOptions } from "../../traces/trace_runner.ts";

/** How many cores the tasks have that the last step has launched, each by its job. */
function launchedCores(runner: TraceRunner): string {
  const launches = runner.output.actions.filter((action) => action.kind === "launch");
  return launches.map(({ job, allocation }) => `${job.description.name} ${countCores(allocation)}`).join(", ");
}

function coresAfter(commands: readonly string[], options: TraceRunnerOptions = {}): string {
  const runner = new TraceRunner({ nodes: "a:64", ...options });
  runner.tellAll(...commands);
  return launchedCores(runner);
}

/** Times of the jobs as an earlier run gave them, in seconds. */
function learntOf(seconds: Record<string, number>): LearntTimes {
  const jobs = new Map(Object.entries(seconds).map(([name, each]) => [name, each * 1000]));
  return { jobs, commands: new Map() };
}

Deno.test("A task with a range takes all that is free where nothing else waits", () => {
  assertEquals(coresAfter(["submit one", "submit wide cores=1-64"]), "wide 63");
});

Deno.test("A task with a range does not hold back many small ones that would start beside it", () => {
  const starts = coresAfter(["submit one", "submit wide cores=1-64 | small x60"]).split(", ");
  const wide = Number(starts[0]!.split(" ")[1]);
  assertEquals(starts.length, 1 + 63 - wide, "what it leaves is used");
  assertEquals(wide >= 30 && wide <= 36, true, `${wide} cores for about half of the work`);
});

Deno.test("A task with a range leaves no more than the others can use", () => {
  assertEquals(coresAfter(["submit wide cores=1-64 | small x4"]), "wide 61, small 1, small 1, small 1");
  assertEquals(coresAfter(["submit wide cores=1-64 | small x60 max=2"]), "wide 62, small 1, small 1");
  assertEquals(
    coresAfter(["submit wide cores=1-64 | next cores=65 | one priority=-1"], { nodes: "a:64,b:1" }),
    "wide 64, one 1",
  );
});

Deno.test("Tasks with ranges that are alike divide the cores", () => {
  assertEquals(coresAfter(["submit wide x4 cores=1-64"]), "wide 32, wide 32", "as there is a second round");
  assertEquals(coresAfter(["submit wide x4 cores=1-16"]), "wide 16, wide 16, wide 16, wide 16");
  assertEquals(coresAfter(["submit wide x2 cores=40-64"]), "wide 64", "the other has no place beside it");
});

Deno.test("What is known of run times decides how much a task with a range takes", () => {
  const submit = ["submit wide cores=1-64 | small x40"];
  const coresOf = (seconds: Record<string, number>) =>
    Number(coresAfter(submit, { learnt: learntOf(seconds) }).match(/wide (\d+)/)?.[1]);
  const [short, alike, long] = [
    coresOf({ wide: 1, small: 10 }),
    coresOf({ wide: 10, small: 10 }),
    coresOf({ wide: 99, small: 1 }),
  ];
  assertEquals([short < alike, alike < long], [true, true], `${short}, ${alike} and ${long} cores`);
});

Deno.test("A task with a range that a long chain waits for takes more", () => {
  const alone = coresAfter(["submit wide cores=1-64 | small x40"]);
  const first = coresAfter(["submit wide cores=1-64 | a after=wide | b after=a | small x40"]);
  const cores = (starts: string) => Number(starts.match(/wide (\d+)/)?.[1]);
  assertEquals(cores(first) > cores(alone), true, `${first}; ${alone}`);
});

Deno.test("The work of tasks with a range is learnt by their time and their cores", () => {
  const coresOf = (seconds: number) => {
    const runner = new TraceRunner({ nodes: "a:64" });
    runner.tellAll("submit wide x9 cores=1-64 max=1 | small x500", "start wide:0", "start small:0");
    runner.nowMs += 1000;
    runner.tell("exit small:0");
    runner.nowMs += 1000 * seconds;
    const smalls = Array.from({ length: 40 }, (_, it) => `exit small:${it + 1}`);
    runner.tell(["exit wide:0", ...smalls].join(" & "));
    return Number(launchedCores(runner).match(/wide (\d+)/)?.[1]);
  };
  assertEquals(coresOf(1) < coresOf(60), true, `${coresOf(1)} and ${coresOf(60)} cores`);
});

Deno.test("In a closed batch large tasks come first of equal rank, and tasks with a range before both", () => {
  const names = (commands: string) => coresAfter([commands], { nodes: "a:8" }).replaceAll(/ \d+/g, "");
  assertEquals(names("submit s1 | s2 | large cores=6 & drain"), "large, s1, s2");
  assertEquals(names("submit s1 | s2 | large cores=6"), "s1, s2, large", "while more may come, as they came");
  assertEquals(names("submit s1 | large cores=4 | wide cores=1-4 & drain").split(", ")[0], "wide");
  const byAge = coresAfter(["submit s1 | s2 | large cores=6 & drain"], { nodes: "a:8", order: "age" });
  assertEquals(byAge, "s1 1, s2 1, large 6");
});
