/**
 * `executor.events()` with real processes and a journal on disk.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { type EventOptions, QCGPJExecutor, type RunEvent } from "../../mod.ts";
import { Scratch } from "./support/scratch.ts";

const sweep = (name: string, stop: number) => ({ name, iteration: { stop }, execution: { exec: "true" } });

/** Reads up to the end of a run. */
async function readAll(executor: QCGPJExecutor, options: EventOptions): Promise<RunEvent[]> {
  return await Array.fromAsync(executor.events(options));
}

function countKinds(events: readonly RunEvent[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { event } of events) counts[event] = (counts[event] ?? 0) + 1;
  return counts;
}

function assertNumbered(events: readonly RunEvent[]): void {
  assertEquals(events.map(({ number }) => number), events.map((_, i) => i + 1));
}

for (const durability of ["process", "power", "memory"] as const) {
  Deno.test(`events() tells all that happens, in order, with the durability ${durability}`, async () => {
    await using scratch = new Scratch();
    const executor = new QCGPJExecutor({ wd: scratch.path, resources: "4", durability });
    const reading = readAll(executor, { from: "start" });
    executor.submit(sweep("a", 200));
    executor.submit({ name: "b", execution: { exec: "false" } });
    await executor.shutdown();
    const events = await reading;
    assertNumbered(events);
    assertEquals(countKinds(events), {
      jobSubmitted: 2,
      taskScheduled: 201,
      taskStarted: 201,
      iterationFinished: 200,
      jobFinished: 2,
      runFinished: 1,
    });
    const [last] = events.filter((event) => event.event === "jobFinished" && event.job === "b");
    assert(last?.event === "jobFinished");
    assertEquals([last.state, last.reason, last.exitCode], ["FAILED", "exit code 1", 1]);
  });
}

Deno.test("events() from the start, called while tasks run, reads the journal while it is written", async () => {
  await using scratch = new Scratch();
  const executor = new QCGPJExecutor({ wd: scratch.path, resources: "4", durability: "power" });
  const future = executor.submit(sweep("a", 600));
  const first = executor.events();
  while ((await first.next()).value?.number !== 300);
  // So little is held that what happens while the past is read must be read from the journal too.
  const reading = readAll(executor, { from: "start", capacity: 1000 });
  await future.result();
  await executor.shutdown();
  const events = await reading;
  assertNumbered(events);
  assertEquals(countKinds(events)["iterationFinished"], 600);
  await first.return();
});

Deno.test("events() never holds a run up: who reads nothing is told how many events were missed", async () => {
  await using scratch = new Scratch();
  const executor = new QCGPJExecutor({ wd: scratch.path, resources: "2" });
  const events = executor.events({ capacity: 10 });
  executor.submit(sweep("a", 300));
  await executor.shutdown();
  const read = await Array.fromAsync(events);
  assertEquals(read.length, 11);
  const lagged = read.at(-1);
  assert(lagged?.event === "lagged");
  const all = 1 + 3 * 300 + 1 + 1;
  assertEquals([lagged.number, lagged.missed], [11, all - 10]);
  const rest = await readAll(executor, { from: lagged.number });
  assertEquals([rest.length, rest[0]?.number, rest.at(-1)?.event], [all - 10, 11, "runFinished"]);
});

Deno.test("events() of a resumed run counts on, and has the events of the run before", async () => {
  await using scratch = new Scratch();
  await QCGPJExecutor.scope(
    { wd: scratch.path, resources: "1" },
    (executor) => executor.submit(sweep("a", 3)).result(),
  );
  const executor = new QCGPJExecutor({ resume: scratch.path, resources: "1" });
  executor.submit(sweep("b", 2));
  await executor.shutdown();
  const events = await readAll(executor, { from: "start" });
  assertNumbered(events);
  assertEquals(events.flatMap((event) => event.event === "jobFinished" ? [event.job] : []), ["a", "b"]);
});

Deno.test("events() refuses options that it has not, and numbers that are none", async () => {
  await using scratch = new Scratch();
  await using executor = new QCGPJExecutor({ wd: scratch.path, durability: "memory" });
  const wrong: [options: unknown, type: typeof TypeError | typeof RangeError, told: string][] = [
    [{ form: "now" }, TypeError, 'events() has no option "form" (did you mean "from"?)'],
    [{ from: "begin" }, TypeError, 'must be "start", "now" or the number of an event'],
    [{ from: 0 }, RangeError, '"from" of events() must be 1 or more'],
    [{ from: 1.5 }, TypeError, "the number of an event"],
    [{ capacity: 0 }, RangeError, "1 or more"],
    [5, TypeError, "must be an object"],
  ];
  for (const [options, type, told] of wrong) {
    assertThrows(() => executor.events(options as EventOptions), type, told);
  }
});
