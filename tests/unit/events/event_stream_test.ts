/** Streams of public events over a run in memory. */
import { assertEquals, assertRejects } from "@std/assert";
import type { EventOptions } from "../../../src/events/event_stream.ts";
import type { RunEvent } from "../../../src/events/public_events.ts";
import { quiet } from "../../sim/virtual_clock.ts";
import { RunHarness } from "../runtime/run_harness.ts";

const brief = (event: RunEvent): string => {
  const missed = event.event === "lagged" ? ` ${event.missed}` : "";
  return `${event.number} ${event.event}${missed}`;
};

/** Reads all events of a run that ends. */
async function readAll(events: AsyncIterable<RunEvent>): Promise<string[]> {
  return (await Array.fromAsync(events)).map(brief);
}

/** Reads what has come by now: so many events. */
async function readSome(events: AsyncIterator<RunEvent>, count: number): Promise<string[]> {
  const read: string[] = [];
  for (let i = 0; i < count; i++) read.push(brief((await events.next()).value));
  return read;
}

async function ranOne(settings: ConstructorParameters<typeof RunHarness>[0] = {}): Promise<RunHarness> {
  const harness = new RunHarness(settings);
  await harness.submit("a");
  await harness.finish("a");
  return harness;
}

const life = ["1 jobSubmitted", "2 taskScheduled", "3 taskStarted", "4 jobFinished"];

Deno.test("EventStream tells what happens from the call on, and ends with the run", async () => {
  const harness = await ranOne();
  const events = harness.run.events();
  await harness.submit("b");
  await harness.finish("b");
  await harness.release();
  assertEquals(await readAll(events), [
    ...["5 jobSubmitted", "6 taskScheduled", "7 taskStarted", "8 jobFinished", "9 runFinished"],
  ]);
  assertEquals(await readAll(harness.run.events()), [], "after the end there is nothing to wait for");
});

Deno.test("EventStream from the start reads what happened from the journal, and goes on with what happens", async () => {
  const harness = await ranOne();
  const events = harness.run.events({ from: "start" });
  await harness.submit("b");
  assertEquals(await readSome(events, 3), life.slice(0, 3));
  await harness.finish("b");
  await harness.release();
  assertEquals(await readAll(events), [
    life[3],
    ...["5 jobSubmitted", "6 taskScheduled", "7 taskStarted", "8 jobFinished", "9 runFinished"],
  ]);
});

Deno.test("EventStream begins at any number, in the past, within the iterations of one event, or to come", async () => {
  const harness = await ranOne();
  await harness.submit("late cores=2", "many x5 cores=2 after=late");
  harness.run.pilot.cancel({ kind: "all" });
  await quiet();
  const ahead = harness.run.events({ from: 15 });
  await harness.finish("late");
  await harness.release();
  const all = await readAll(harness.run.events({ from: "start" }));
  assertEquals(all.filter((text) => text.endsWith("iterationFinished")).length, 5);
  for (let from = 1; from <= all.length; from++) {
    assertEquals(await readAll(harness.run.events({ from })), all.slice(from - 1), `from ${from}`);
  }
  assertEquals(await readAll(ahead), all.slice(14));
  assertEquals(await readAll(harness.run.events({ from: all.length + 5 })), []);
});

Deno.test("EventStream holds so many events for a slow reader, tells how many it missed, and goes on", async () => {
  const harness = await ranOne();
  const events = harness.run.events({ capacity: 2 });
  await harness.submit("b");
  await harness.finish("b");
  assertEquals(await readSome(events, 3), ["5 jobSubmitted", "6 taskScheduled", "7 lagged 2"]);
  await harness.submit("c");
  assertEquals(await readSome(events, 2), ["9 jobSubmitted", "10 taskScheduled"]);
  assertEquals(await readSome(harness.run.events({ from: 7 }), 2), ["7 taskStarted", "8 jobFinished"]);
  await harness.finish("c");
  await harness.release();
});

Deno.test("EventStream of a run without a journal has no past: what is missing is counted", async () => {
  const harness = await ranOne({ durability: "memory" });
  const events = harness.run.events({ from: "start" });
  await harness.release();
  assertEquals(await readAll(events), ["1 lagged 4", "5 runFinished"]);
  const first = new RunHarness({ durability: "memory" });
  const fromStart = first.run.events({ from: "start" });
  await first.submit("a");
  await first.finish("a");
  await first.release();
  assertEquals(await readAll(fromStart), [...life, "5 runFinished"]);
});

Deno.test("EventStream counts on in a resumed run, and has the events of the earlier one", async () => {
  const first = await ranOne();
  await first.submit("b");
  const second = new RunHarness({ resume: first.run.folderPath }, first.disk);
  const now = second.run.events();
  const all = second.run.events({ from: "start" });
  await quiet();
  await second.finish("b");
  await second.release();
  const both = ["7 taskScheduled", "8 taskStarted", "9 jobFinished", "10 runFinished"];
  assertEquals(await readAll(now), both, "what the resume itself leads to is told when it was launched");
  assertEquals(await readAll(all), [...life, "5 jobSubmitted", "6 taskScheduled", ...both]);
});

Deno.test("EventStream is freed when its loop is left, whether it has begun or waits", async () => {
  const harness = await ranOne();
  const options: EventOptions = { from: "start" };
  for await (const event of harness.run.events(options)) if (event.event === "taskStarted") break;
  const waiting = harness.run.events();
  const next = waiting.next();
  assertEquals((await waiting.return()).done, true);
  assertEquals((await next).done, true);
  const unread = harness.run.events();
  await unread.return();
  assertEquals((await unread.next()).done, true);
  {
    await using _scoped = harness.run.events();
  }
  await harness.release();
});

Deno.test("EventStream that waits for the next event ends when the run does", async () => {
  const harness = await ranOne();
  const events = harness.run.events();
  const all = readAll(events);
  await harness.release();
  assertEquals(await all, ["5 runFinished"]);
});

Deno.test("EventStream ends with what broke the run, after what was told before", async () => {
  const harness = await ranOne();
  const events = harness.run.events();
  await harness.submit("b");
  harness.run.pilot.abandon(new TypeError("enough"));
  assertEquals(await readSome(events, 2), ["5 jobSubmitted", "6 taskScheduled"]);
  await assertRejects(() => events.next(), TypeError, "enough");
  await harness.run.release().catch(() => {});
});

Deno.test("EventStream lets others run while it reads a long past", async () => {
  const harness = new RunHarness({ reportFormat: "none", logLevel: "critical" });
  await harness.submit("no", "many x5000 after=no");
  await harness.finish("no", "1");
  await harness.release();
  const events = harness.run.events({ from: "start" });
  let read = 0;
  let isOver = false;
  const reading = (async () => {
    for await (const _ of events) read++;
    isOver = true;
  })();
  const letRun = async () => {
    for (let turns = 0; turns < 100_000; turns++) await null;
  };
  await letRun();
  assertEquals(read < 2000, true, `${read} events were read before the clock moved`);
  while (!isOver) {
    harness.clock.advance();
    await letRun();
  }
  await reading;
  assertEquals(read, 2 + 3 + 5000 + 1 + 1, "submits, the first job, iterations, their job, the end");
});
