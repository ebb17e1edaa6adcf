import { assertEquals } from "@std/assert";
import { Inbox } from "../../../src/base/inbox.ts";

Deno.test("Inbox wakes its reader with the first item only, and again after it was drained", () => {
  let wakes = 0;
  const inbox = new Inbox<string>(() => wakes++);
  assertEquals(inbox.isEmpty, true);
  inbox.push("a");
  inbox.push("b");
  assertEquals([wakes, inbox.isEmpty], [1, false]);
  assertEquals(inbox.drain(9), ["a", "b"]);
  assertEquals([inbox.isEmpty, inbox.drain(9)], [true, []]);
  inbox.push("c");
  assertEquals(wakes, 2);
});

Deno.test("Inbox.drain() gives at most so many, the oldest first, and wakes nobody for the rest", () => {
  let wakes = 0;
  const inbox = new Inbox<number>(() => wakes++);
  for (const item of [1, 2, 3, 4, 5]) inbox.push(item);
  assertEquals([inbox.drain(2), inbox.isEmpty, inbox.size], [[1, 2], false, 3]);
  inbox.push(6);
  assertEquals([inbox.drain(2), inbox.drain(2), inbox.isEmpty, wakes], [[3, 4], [5, 6], true, 1]);
  inbox.push(7);
  assertEquals([inbox.drain(2), wakes], [[7], 2]);
});

Deno.test("Inbox.drain() gives what is pushed meanwhile to the next drain", () => {
  const inbox = new Inbox<number>(() => {});
  inbox.push(1);
  const first = inbox.drain(9);
  inbox.push(2);
  assertEquals([first, inbox.drain(9)], [[1], [2]]);
});
