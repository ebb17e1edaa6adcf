import { assertEquals } from "@std/assert";
import { EventBuffer } from "../../../src/events/event_buffer.ts";

const push = (buffer: EventBuffer, number: number) => buffer.push({ event: "runFinished", atMs: number }, number);

/** Takes out what is there, as `number` or `lagged number missed`. */
function takeAll(buffer: EventBuffer): string[] {
  const taken: string[] = [];
  for (let event = buffer.take(); event !== undefined; event = buffer.take()) {
    taken.push(event.event === "lagged" ? `lagged ${event.number} ${event.missed}` : `${event.number}`);
  }
  return taken;
}

Deno.test("EventBuffer gives events in order, and holds them until they are taken", () => {
  const buffer = new EventBuffer(3, 1);
  push(buffer, 1);
  push(buffer, 2);
  assertEquals(takeAll(buffer), ["1", "2"]);
  push(buffer, 3);
  assertEquals(takeAll(buffer), ["3"]);
});

Deno.test("EventBuffer misses all that comes after the first that it missed, until that has been told", () => {
  const buffer = new EventBuffer(2, 1);
  for (const number of [1, 2, 3]) push(buffer, number);
  assertEquals(buffer.take()?.number, 1);
  push(buffer, 4); // There is room again, but 3 is missing before it.
  assertEquals(takeAll(buffer), ["2", "lagged 3 2"]);
  push(buffer, 5);
  assertEquals(takeAll(buffer), ["5"]);
});

Deno.test("EventBuffer takes no event before the first that is wanted, and none of them counts as missed", () => {
  const buffer = new EventBuffer(2, 4);
  for (const number of [1, 2, 3, 4, 5]) push(buffer, number);
  assertEquals(takeAll(buffer), ["4", "5"]);
});

Deno.test("EventBuffer wakes who waits when something comes, and when something is missed", async () => {
  const buffer = new EventBuffer(1, 1);
  for (const number of [1, 2]) {
    const changed = buffer.changed();
    push(buffer, number);
    await changed;
  }
  assertEquals(takeAll(buffer), ["1", "lagged 2 1"]);
});
