/**
 * What people bring who come from QCG-PilotJob's Python client: `Jobs` and `LocalManager`.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { JobDescriptionError, Jobs, LocalManager, QCGPJExecutor } from "@qcg/pilotjob";
import { Scratch } from "./support/scratch.ts";

Deno.test("Jobs keeps jobs in order, gives names, and refuses what is wrong at once", () => {
  const jobs = new Jobs().add({ name: "a", exec: "date" }).add({ exec: "date" }, { name: "b", iteration: 4 });
  jobs.addStd({ name: "c", execution: { exec: "date" } }).add_std({ execution: { script: "date" } }).add({
    script: "ls",
  });
  const names = jobs.jobNames();
  assertEquals(names.slice(0, 3), ["a", "b", "c"]);
  for (const name of names.slice(3)) assertMatch(name, /^[0-9a-f]{8}-[0-9a-f-]{27}$/);
  assertEquals([names, names], [jobs.job_names(), jobs.ordered_job_names()]);
  assertEquals(jobs.ordered_jobs()[1], { name: "b", execution: { exec: "date" }, iteration: { stop: 4 } });
  const wrong: readonly (readonly [act: () => unknown, told: string])[] = [
    [() => jobs.add({ name: "a", exec: "x" }), 'Job "a" is in the list already'],
    [() => jobs.add({ name: "d" }), "execution is missing"],
    [() => jobs.add({ name: "d", exec: "x", stdot: "y" } as object), 'stdot is unknown (did you mean "stdout"?)'],
    [() => jobs.add({ name: "d", execution: { exec: "x" } } as object), "add it by addStd()"],
    [() => jobs.addStd({ name: "d", execution: {} } as never), "needs a program"],
    [() => jobs.remove("nobody"), 'There is no job "nobody" in the list'],
  ];
  for (const [act, told] of wrong) assertThrows(act, JobDescriptionError, told);
  jobs.remove("a");
  assertEquals([jobs.jobNames().length, jobs.clear(), jobs.jobs()], [4, 4, []]);
});

Deno.test("Jobs reads and writes files of jobs, all or none", async () => {
  await using scratch = new Scratch();
  const jobs = new Jobs().add({ name: "a", exec: "echo", args: ["x"] }).add({ name: "b", exec: "date", after: "a" });
  jobs.saveToFile(scratch.in("jobs.json"));
  assertEquals(JSON.parse(scratch.read("jobs.json")), jobs.jobs());
  assertEquals(new Jobs().load_from_file(scratch.in("jobs.json")).jobs(), jobs.jobs());
  const other = new Jobs().add({ name: "b", exec: "true" });
  assertThrows(() => other.loadFromFile(scratch.in("jobs.json")), JobDescriptionError, "in the list already");
  assertEquals(other.jobNames(), ["b"]);
  for (const [text, told] of [["{}", "must hold an array of jobs"], ["[", "jobs.json: "]] as const) {
    scratch.write("jobs.json", text);
    assertThrows(() => other.loadFromFile(scratch.in("jobs.json")), JobDescriptionError, told);
  }
  assertThrows(() => other.loadFromFile(scratch.in("none.json")), Deno.errors.NotFound);
});

Deno.test("LocalManager does what QCG-PilotJob's does, under its names", async () => {
  await using scratch = new Scratch();
  const manager = new LocalManager({ wd: scratch.path, resources: "n:2" });
  const names = manager.submit(
    new Jobs().add({ name: "it", exec: "echo", args: ["${it}"], iteration: 3, numCores: 2 }),
  );
  assertEquals([names, await manager.wait4(names)], [["it"], { it: "SUCCEED" }]);
  const { it } = manager.info_parsed("it", { withChilds: true });
  assertEquals([it!.status, it!.iterations!.finished, it!.childs!.length], ["SUCCEED", 3, 3]);
  const [child] = it!.childs!;
  assertEquals([child!.name, child!.nodes, child!.totalCores, child!.wdir], [
    "it:0",
    { n: ["0", "1"] },
    2,
    scratch.path,
  ]);
  assert(child!.timeMs! >= 0);
  const { Resources, JobStats } = manager.system_status();
  assertEquals([Resources["TotalCores"], JobStats["TotalJobs"], JobStats["FinishedJobs"]], [2, 1, 1]);
  await manager.finish();
  await manager.cleanup();
});

Deno.test("waitForAnyJobFinish() tells the next end of a job or an iteration, and gives up when asked to", async () => {
  await using scratch = new Scratch();
  await using manager = new LocalManager({ wd: scratch.path, resources: 1 });
  manager.submit({ name: "a", exec: "false" });
  assertEquals(await manager.wait4_any_job_finish(), ["a", "FAILED"]);
  manager.submit({ name: "it", exec: "true", iteration: { start: 5, stop: 6 } });
  assertEquals(await manager.waitForAnyJobFinish(), ["it:5", "SUCCEED"]);
  const error = await assertRejects(() => manager.waitForAnyJobFinish({ timeoutMs: 5 }), DOMException);
  assertEquals(error.name, "TimeoutError");
  const last = assertRejects(() => manager.waitForAnyJobFinish(), Error, "No job will end any more");
  await manager.finish();
  await last;
});

Deno.test("executor.manager takes both forms and Jobs; executor.submit() tells where a flat key belongs", async () => {
  await using scratch = new Scratch();
  await using executor = new QCGPJExecutor({ wd: scratch.path, resources: 2 });
  const { manager } = executor;
  assertEquals(manager.submit([{ name: "a", exec: "true" }, { name: "b", execution: { exec: "true" } }]), ["a", "b"]);
  assertEquals(manager.submit({ name: "c", script: "true", after: ["a", "b"], numCores: 2 }), ["c"]);
  assertEquals(await manager.wait4(["a", "b", "c"]), { a: "SUCCEED", b: "SUCCEED", c: "SUCCEED" });
  const flat = { name: "d", exec: "true", numCores: 2 } as never;
  assertThrows(() => executor.submit(flat), JobDescriptionError, "exec is unknown here: write it as execution.exec");
});
