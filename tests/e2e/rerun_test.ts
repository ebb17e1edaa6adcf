/**
 * The library runs again what failed in an earlier run.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assertEquals, assertThrows } from "@std/assert";
import { QCGPJExecutor } from "../../mod.ts";
import { Scratch } from "./support/scratch.ts";

Deno.test("resume with rerun runs what failed again, in the library, and refuses what is no choice", async () => {
  await using scratch = new Scratch();
  const wd = scratch.path;
  const states = (executor: QCGPJExecutor) => executor.manager.wait4(["a", "b"]);
  {
    await using executor = new QCGPJExecutor({ wd });
    executor.submit({ name: "a", execution: { exec: "sh", args: ["-c", "test -e fixed"] } });
    executor.submit({ name: "b", execution: { exec: "true" }, dependencies: { after: ["a"] } });
    assertEquals(await states(executor), { a: "FAILED", b: "OMITTED" });
  }
  scratch.write("fixed", "");
  await using executor = new QCGPJExecutor({ wd, resume: { path: wd, rerun: "failed" } });
  assertEquals([executor.resumed?.unfinishedJobs, executor.resumed?.endedTasks], [2, 0]);
  assertEquals(await states(executor), { a: "SUCCEED", b: "SUCCEED" });
  const wrong = { path: wd, rerun: "all" } as unknown as { path: string; rerun: "failed" };
  assertThrows(() => new QCGPJExecutor({ wd, resume: wrong }), TypeError, '"failed"');
  assertThrows(() => new QCGPJExecutor({ wd, resume: { path: wd, only: [] } }), TypeError, "a list of names");
});
