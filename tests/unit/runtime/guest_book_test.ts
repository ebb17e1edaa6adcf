import { assertEquals } from "@std/assert";
import { GuestBook, type GuestMessage } from "../../../src/runtime/guest_book.ts";

const cleanup = { found: 1, terminated: 1, killed: 0, left: 0 };

Deno.test("GuestBook keeps the attempts of one task apart, and each answer goes to its own", async () => {
  const sent: GuestMessage[] = [];
  const book = new GuestBook((message) => sent.push(message));
  const [first, second] = [{ task: 1, attempt: 1 }, { task: 1, attempt: 2 }];
  book.expect(first, "a");
  const swept = book.sweep(first, "a");
  book.expect(second, "b");
  const sweptLater = book.sweep(second, "b");
  assertEquals(book.marks, ["a", "b"]);
  book.swept({ word: "swept", ...second, cleanup });
  assertEquals([await sweptLater, book.marks], [cleanup, ["a"]]);
  book.swept({ word: "swept", ...first, cleanup: { ...cleanup, found: 2 } });
  assertEquals([(await swept).found, book.isEmpty], [2, true]);
  assertEquals(sent.map(({ word, attempt }) => [word, attempt]), [["guest", 1], ["sweep", 1], ["guest", 2], [
    "sweep",
    2,
  ]]);
});

Deno.test("GuestBook tells whoever serves the node next everything again, and forgets all when nobody does", async () => {
  const sent: GuestMessage[] = [];
  const book = new GuestBook((message) => sent.push(message));
  book.expect({ task: 1, attempt: 1 }, "a");
  const swept = book.sweep({ task: 2, attempt: 1 }, "b");
  sent.length = 0;
  book.repeat();
  assertEquals(sent.map(({ word, task, mark }) => [word, task, mark]), [["guest", 1, "a"], ["sweep", 2, "b"]]);
  book.forget();
  assertEquals([(await swept).found, book.isEmpty], [0, true]);
});
