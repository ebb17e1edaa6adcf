import { assertEquals } from "@std/assert";
import type { Exit } from "../../../src/core/exit.ts";
import { HeldEnds, heldMs } from "../../../src/runtime/held_ends.ts";
import { VirtualClock } from "../../sim/virtual_clock.ts";

const term: Exit = { signal: "SIGTERM" };
const key = (task: number) => ({ task, attempt: 1 });

/** Held ends, and the tasks whose ends were told. */
class Held {
  readonly clock = new VirtualClock();
  readonly ends = new HeldEnds(this.clock);
  readonly told: number[] = [];

  exited(task: number, exit: Exit = term, node = 0): void {
    this.ends.exited(key(task), node, exit, () => this.told.push(task));
  }

  async pass(ms: number): Promise<void> {
    await this.clock.advanceTo(this.clock.nowMs() + ms);
  }
}

Deno.test("HeldEnds tells an end by SIGTERM that nobody asked for half a second later, once", async () => {
  const held = new Held();
  held.exited(1);
  held.exited(2, { code: 143 });
  await held.pass(heldMs - 1);
  assertEquals(held.told, []);
  await held.pass(1);
  assertEquals(held.told, [1, 2]);
  held.ends.flush();
  assertEquals(held.told, [1, 2]);
});

Deno.test("HeldEnds tells all other ends at once", () => {
  const held = new Held();
  const exits: Exit[] = [{ code: 0 }, { code: 1 }, { code: 137 }, { signal: "SIGKILL" }, { signal: "SIGSEGV" }];
  exits.forEach((exit, task) => held.exited(task, exit));
  assertEquals(held.told, [0, 1, 2, 3, 4]);
});

Deno.test("HeldEnds tells an end when the pilot stops the task, and at once when it was stopped before", async () => {
  const held = new Held();
  held.exited(1);
  held.ends.signalled(key(1), 0);
  assertEquals(held.told, [1]);
  held.ends.signalled(key(2), 0);
  held.exited(2);
  assertEquals(held.told, [1, 2]);
  // Another attempt of the same task is another matter.
  held.ends.exited({ task: 2, attempt: 2 }, 0, term, () => held.told.push(22));
  assertEquals(held.told, [1, 2]);
  await held.pass(heldMs);
  assertEquals(held.told, [1, 2, 22]);
});

Deno.test("HeldEnds tells what is held of a node that is lost before that is told, and nothing of others", () => {
  const held = new Held();
  held.exited(1, term, 0);
  held.exited(2, term, 1);
  held.ends.flush(1);
  assertEquals(held.told, [2]);
  held.ends.flush();
  assertEquals(held.told, [2, 1]);
});
