import { assertEquals, assertRejects } from "@std/assert";
import { RecordWaits } from "../../../src/runtime/record_waits.ts";
import { stateOf } from "./pilot_harness.ts";

Deno.test("RecordWaits.until() resolves each wait when as many inputs are on record, in any order of asking", async () => {
  const waits = new RecordWaits();
  waits.taken = 5;
  const asked = [5, 2, 3, 0].map((count) => waits.until(count));
  const states = () => Promise.all(asked.map(stateOf));
  assertEquals(await states(), ["open", "open", "open", "fulfilled"]);
  waits.recordAllBut(3);
  assertEquals(await states(), ["open", "fulfilled", "open", "fulfilled"]);
  waits.recordAllBut(0);
  assertEquals(await states(), ["fulfilled", "fulfilled", "fulfilled", "fulfilled"]);
});

Deno.test("RecordWaits.fail() rejects what is not on record, and what is asked for later, and nothing else", async () => {
  const waits = new RecordWaits();
  waits.taken = 3;
  waits.recordAllBut(2);
  const asked = waits.until(2);
  waits.fail(new Error("disk full"));
  waits.end(); // The first end counts.
  await assertRejects(() => asked, Error, "disk full");
  await assertRejects(() => waits.until(3), Error, "disk full");
  await waits.until(1);
});

Deno.test("RecordWaits.end() lets everybody go, whoever asks later too", async () => {
  const waits = new RecordWaits();
  waits.taken = 3;
  const asked = waits.until(2);
  waits.end();
  waits.fail(new Error("too late"));
  await asked;
  await waits.until(3);
});
