import { assertEquals } from "@std/assert";
import { Slots } from "../../../../src/cli/each/slots.ts";

Deno.test("Slots.take() gives out the lowest number that nobody holds", () => {
  const slots = new Slots();
  slots.claim(2);
  assertEquals([slots.take(), slots.take(), slots.take()], [1, 3, 4]);
  slots.release(3);
  slots.release(1);
  assertEquals([slots.take(), slots.take(), slots.take()], [1, 3, 5]);
});
