import { assertEquals } from "@std/assert";
import { Inbox } from "../../../src/base/inbox.ts";

Deno.test("Inbox wakes its reader with the first item only, and again after it was drained", () => {
  let wakes = 0;
  const inbox = new Inbox<string>(() => wakes++);
  assertEquals(inbox.isEmpty, true);
  inbox.push("a");
  inbox.push("b");
  assertEquals([wakes, inbox.isEmpty], [1, false]);
  assertEquals(inbox.drain(), ["a", "b"]);
  assertEquals([inbox.isEmpty, inbox.drain()], [true, []]);
  inbox.push("c");
  assertEquals(wakes, 2);
});

Deno.test("Inbox.drain() gives what is pushed meanwhile to the next drain", () => {
  const inbox = new Inbox<number>(() => {});
  inbox.push(1);
  const first = inbox.drain();
  inbox.push(2);
  assertEquals([first, inbox.drain()], [[1], [2]]);
});
