import { assertEquals } from "@std/assert";
import fc from "../../support/seeded_check.ts";
import { Subscriptions } from "../../../src/zmtp/subscriptions.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("Subscriptions.matches() tells what begins with a prefix, until it was taken back as often as it was added", () => {
  const subscriptions = new Subscriptions();
  for (const prefix of ["JFI", "JFI", "I"]) subscriptions.add(bytes(prefix));
  const wanted = () => ["JFI {}", "IST {}", "JST {}", "", "JF"].filter((text) => subscriptions.matches(bytes(text)));
  assertEquals(wanted(), ["JFI {}", "IST {}"]);
  subscriptions.remove(bytes("JFI"));
  subscriptions.remove(bytes("NOJ"));
  assertEquals(wanted(), ["JFI {}", "IST {}"]);
  subscriptions.remove(bytes("JFI"));
  assertEquals(wanted(), ["IST {}"]);
  subscriptions.remove(bytes("I"));
  assertEquals([wanted(), subscriptions.isEmpty], [[], true]);
  subscriptions.add(bytes(""));
  assertEquals(wanted().length, 5);
});

Deno.test("Subscriptions.add() refuses what is too long and more than 1,024 prefixes, and keeps what it has", () => {
  const subscriptions = new Subscriptions();
  assertEquals(subscriptions.add(new Uint8Array(257)), false);
  const added = Array.from({ length: 1025 }, (_, index) => subscriptions.add(bytes(`${index} `)));
  assertEquals(added.filter((one) => one).length, 1024);
  assertEquals([subscriptions.add(bytes("7 ")), subscriptions.matches(bytes("7 x"))], [true, true]);
});

Deno.test("Subscriptions.matches() compares bytes, whatever they are", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 9 }), fc.uint8Array({ maxLength: 9 }), (prefix, message) => {
    const subscriptions = new Subscriptions();
    subscriptions.add(prefix);
    const begins = prefix.every((byte, index) => message[index] === byte);
    assertEquals(subscriptions.matches(message), begins);
  }));
});
