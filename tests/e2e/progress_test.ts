/**
 * The progress of an executor, and of a sweep.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { QCGPJExecutor, type RunProgress } from "../../mod.ts";
import { call } from "./support/command_line.ts";
import { Scratch } from "./support/scratch.ts";

Deno.test("progress tells a function how far the run is, and what is true at its end; what it throws harms nobody", async () => {
  await using scratch = new Scratch();
  const told: RunProgress[] = [];
  {
    await using executor = new QCGPJExecutor({
      wd: scratch.path,
      resources: "2",
      progress: (one) => void told.push(one),
    });
    executor.submit({ name: "it", iteration: { stop: 6 }, execution: { exec: "sleep", args: ["0.05"] } });
    executor.submit({ name: "bad", execution: { exec: "false" } });
  }
  const { total, ended, failed, running, cores } = told.at(-1)!;
  assertEquals({ total, ended, failed, running, cores }, { total: 7, ended: 7, failed: 1, running: 0, cores: 2 });
  assert(told.length > 1 && told.every((one, index) => one.ended >= (told[index - 1]?.ended ?? 0)));
  await using executor = new QCGPJExecutor({
    wd: scratch.path,
    progress: () => {
      throw new Error("no");
    },
  });
  executor.submit({ name: "a", execution: { exec: "sleep", args: ["0.2"] } });
  assertEquals(await executor.manager.wait4("a"), { a: "SUCCEED" });
  const wrong = { progress: "yes" as unknown as boolean };
  assertThrows(() => new QCGPJExecutor(wrong), TypeError, "a function that is told the progress");
});

Deno.test("qcgpj each --progress leaves the standard output to the tasks", async () => {
  await using scratch = new Scratch();
  for (const option of ["--progress", "--bar", "--eta"]) {
    const { code, out, err } = await call(["each", option, "echo", ":::", "a"], { cwd: scratch.path });
    assertEquals([code, out, err], [0, "a\n", ""]);
  }
});

Deno.test("door lets other commands ask an executor, and is refused where there is no folder for it", async () => {
  await using scratch = new Scratch();
  assertThrows(() => new QCGPJExecutor({ door: true, durability: "memory" }), TypeError, "there is none");
  await using executor = new QCGPJExecutor({ wd: scratch.path, resources: "1", door: true });
  assertEquals((await call(["pause"], { cwd: scratch.path })).out, "paused; 0 tasks still run\n");
  const future = executor.submit({ name: "a", execution: { exec: "true" } });
  assertEquals((await call(["tasks", "--state", "queued", "--json"], { cwd: scratch.path })).out.includes('"a"'), true);
  assertEquals((await call(["continue"], { cwd: scratch.path })).code, 0);
  assertEquals(await future.result(), { a: "SUCCEED" });
});
