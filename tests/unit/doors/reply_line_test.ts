import { assertEquals, assertRejects } from "@std/assert";
import { ReplyLine } from "../../../src/doors/reply_line.ts";
import { quiet } from "../../sim/virtual_clock.ts";
import { stateOf } from "../runtime/pilot_harness.ts";

Deno.test("ReplyLine gives replies on in the order of their requests, whenever they come", async () => {
  const line = new ReplyLine();
  const replies = ["a", "b", "c"].map(() => Promise.withResolvers<string>());
  const given: string[] = [];
  for (const { promise } of replies) line.add(promise, (reply) => given.push(reply));
  replies[2]!.resolve("c");
  replies[1]!.resolve("b");
  assertEquals([await stateOf(line.given()), given], ["open", []]);
  replies[0]!.resolve("a");
  await line.given();
  assertEquals(given, ["a", "b", "c"]);
});

Deno.test("ReplyLine has room while replies wait for their record, and none while too many do or one is slow to go", async () => {
  const line = new ReplyLine();
  const recorded = Promise.withResolvers<number>();
  for (let i = 0; i < 255; i++) line.add(recorded.promise, () => {});
  await line.room();
  const slow = Promise.withResolvers<void>();
  line.add(recorded.promise, () => slow.promise);
  const room = line.room();
  assertEquals(await stateOf(room), "open");
  recorded.resolve(1);
  for (let i = 0; i < 50; i++) await quiet();
  assertEquals([await stateOf(room), await stateOf(line.room())], ["open", "open"]);
  slow.resolve();
  await room;
  await line.room();
});

Deno.test("ReplyLine tells whoever waits what keeps a reply from being given on, and gives none after it", async () => {
  const line = new ReplyLine();
  let given = 0;
  line.add(Promise.resolve(1), () => {
    throw new Error("the reader has gone");
  });
  line.add(Promise.resolve(2), () => given++);
  await assertRejects(() => line.given(), Error, "the reader has gone");
  assertEquals(given, 0);
});
