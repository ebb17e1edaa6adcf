import { assertEquals } from "@std/assert";
import type { Exit } from "../../../src/core/exit.ts";
import { DeferredEnds, deferredMs } from "../../../src/runtime/deferred_ends.ts";
import { VirtualClock } from "../../sim/virtual_clock.ts";

const term: Exit = { signal: "SIGTERM" };
const key = (task: number) => ({ task, attempt: 1 });

/** Deferred ends, and the tasks whose ends were told. */
class Deferred {
  readonly clock = new VirtualClock();
  readonly ends = new DeferredEnds(this.clock);
  readonly told: number[] = [];

  exited(task: number, exit: Exit = term, node = 0, ranMs = 0): void {
    const end = { exit, startedMs: this.ends.nowMs - ranMs };
    this.ends.exited(key(task), node, end, () => this.told.push(task));
  }

  async pass(ms: number): Promise<void> {
    await this.clock.advanceTo(this.clock.nowMs() + ms);
  }
}

Deno.test("DeferredEnds tells an end by SIGTERM that nobody asked for half a second later, once", async () => {
  const deferred = new Deferred();
  deferred.exited(1);
  deferred.exited(2, { code: 143 });
  await deferred.pass(deferredMs - 1);
  assertEquals(deferred.told, []);
  await deferred.pass(1);
  assertEquals(deferred.told, [1, 2]);
  deferred.ends.flush();
  assertEquals(deferred.told, [1, 2]);
});

Deno.test("DeferredEnds tells the end of an attempt at once that was never told to run", () => {
  const deferred = new Deferred();
  deferred.exited(1, { code: 1 }, 0, -Infinity);
  assertEquals(deferred.told, [1]);
});

Deno.test("DeferredEnds tells a success at once, and all other ends of tasks that have hardly run", () => {
  const deferred = new Deferred();
  const exits: Exit[] = [{ code: 0 }, { code: 1 }, { code: 137 }, { signal: "SIGKILL" }, { signal: "SIGSEGV" }];
  exits.forEach((exit, task) => deferred.exited(task, exit, 0, 19));
  deferred.exited(5, { code: 0 }, 0, 3_600_000);
  assertEquals(deferred.told, [0, 1, 2, 3, 4, 5]);
});

Deno.test("DeferredEnds defers another bad end for a twentieth of what the task has run, up to half a second", async () => {
  const deferred = new Deferred();
  deferred.exited(1, { code: 3 }, 0, 1000);
  deferred.exited(2, { signal: "SIGKILL" }, 0, 3_600_000);
  await deferred.pass(49);
  assertEquals(deferred.told, []);
  await deferred.pass(1);
  assertEquals(deferred.told, [1]);
  await deferred.pass(deferredMs - 51);
  assertEquals(deferred.told, [1]);
  await deferred.pass(1);
  assertEquals(deferred.told, [1, 2]);
});

Deno.test("DeferredEnds tells an end when the pilot stops the task, and at once when it was stopped before", async () => {
  const deferred = new Deferred();
  deferred.exited(1);
  deferred.ends.signalled(key(1), 0);
  assertEquals(deferred.told, [1]);
  deferred.ends.signalled(key(2), 0);
  deferred.exited(2);
  assertEquals(deferred.told, [1, 2]);
  // Another attempt of the same task is another matter.
  const end = { exit: term, startedMs: deferred.ends.nowMs };
  deferred.ends.exited({ task: 2, attempt: 2 }, 0, end, () => deferred.told.push(22));
  assertEquals(deferred.told, [1, 2]);
  await deferred.pass(deferredMs);
  assertEquals(deferred.told, [1, 2, 22]);
});

Deno.test("DeferredEnds tells what is deferred of a node that is lost before that is told, and nothing of others", () => {
  const deferred = new Deferred();
  deferred.exited(1, term, 0);
  deferred.exited(2, term, 1);
  deferred.ends.flush(1);
  assertEquals(deferred.told, [2]);
  deferred.ends.flush();
  assertEquals(deferred.told, [2, 1]);
});
