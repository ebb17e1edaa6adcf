import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { QCGPJFuture } from "../../../src/api/future.ts";
import { asCompleted, wait, type WaitOptions } from "../../../src/api/wait.ts";
import { replaceMethod } from "../../sim/replace.ts";
import { epochMs, quiet } from "../../sim/virtual_clock.ts";
import { PilotHarness, stateOf } from "../runtime/pilot_harness.ts";

/** Waits for futures, and tells the names of those that are done; `undefined` while it waits. */
function watchWait(futures: readonly QCGPJFuture[], options: WaitOptions = {}): () => readonly string[] | undefined {
  let names: string[] | undefined;
  wait(futures, options).then(({ done, notDone }) => {
    assertEquals(done.size + notDone.size, new Set(futures).size);
    names = [...done].flatMap((future) => future.jobNames);
  });
  return () => names;
}

Deno.test("wait() returns when all futures are done, by default", async () => {
  const stage = new PilotHarness();
  const futures = [stage.submit("A"), stage.submit("B")];
  const found = watchWait([...futures, futures[0]!]);
  await stage.run("B");
  assertEquals(found(), undefined);
  await stage.run("A");
  assertEquals(found(), ["A", "B"]);
  const { done, notDone } = await wait([]);
  assertEquals([done.size, notDone.size], [0, 0]);
});

Deno.test("wait() returns with the first that is done, or the first that did not succeed", async () => {
  const stage = new PilotHarness();
  const futures = [stage.submit("A"), stage.submit("B"), stage.submit("C")];
  const [first, failed] = [
    watchWait(futures, { returnWhen: "FIRST_COMPLETED" }),
    watchWait(futures, { returnWhen: "FIRST_EXCEPTION" }),
  ];
  await stage.run("B");
  assertEquals([first(), failed()], [["B"], undefined]);
  await stage.start("A");
  await stage.exit("A", "1");
  assertEquals(failed(), ["A", "B"]);
  const at = watchWait(futures, { returnWhen: "FIRST_EXCEPTION" });
  await quiet();
  assertEquals(at(), ["A", "B"]);
});

Deno.test("wait() gives what it has when the time is up, and throws the reason of an aborted signal", async () => {
  const stage = new PilotHarness();
  const futures = [stage.submit("A"), stage.submit("B")];
  await stage.run("A");
  const found = watchWait(futures, { timeoutMs: 100 });
  await stage.clock.advanceTo(epochMs + 100);
  assertEquals(found(), ["A"]);
  const aborting = new AbortController();
  const waiting = wait(futures, { signal: aborting.signal });
  waiting.catch(() => {});
  aborting.abort(new Error("enough"));
  await assertRejects(() => waiting, Error, "enough");
});

Deno.test("wait() counts futures of a broken pilot as over", async () => {
  const stage = new PilotHarness();
  const futures = [stage.submit("A"), stage.submit("B")];
  const found = watchWait(futures);
  await quiet();
  stage.pilot.abandon(new Error("enough"));
  await quiet();
  assertEquals(found(), ["A", "B"]);
});

Deno.test("asCompleted() gives each future once, as it ends", async () => {
  const stage = new PilotHarness();
  const futures = [stage.submit("A"), stage.submit("B"), stage.submit("C")];
  await stage.run("C");
  const names: string[] = [];
  const reading = (async () => {
    for await (const future of asCompleted([...futures, futures[2]!])) names.push(...future.jobNames);
  })();
  await quiet();
  assertEquals(names, ["C"]);
  await stage.start("A", "B");
  await stage.exit("B");
  assertEquals(names, ["C", "B"]);
  await stage.exit("A");
  await reading;
  assertEquals(names, ["C", "B", "A"]);
  for await (const _future of asCompleted([])) throw new Error("there is none");
});

Deno.test("asCompleted() gives up when the time for all is up", async () => {
  const stage = new PilotHarness();
  const futures = [stage.submit("A"), stage.submit("B")];
  const names: string[] = [];
  const reading = (async () => {
    for await (const future of asCompleted(futures, { timeoutMs: 100 })) names.push(...future.jobNames);
  })();
  reading.catch(() => {});
  await stage.clock.advanceTo(epochMs + 60);
  await stage.run("A");
  await stage.clock.advanceTo(epochMs + 99);
  assertEquals([names, await stateOf(reading)], [["A"], "open"]);
  await stage.clock.advanceTo(epochMs + 100);
  await assertRejects(() => reading, DOMException, "Timed out after 100 ms waiting for 1 future");
  assertThrows(() => asCompleted([stage.submit("C")], { timeoutMs: -1 }), RangeError, "got -1");
});

/** Counts how often anybody asks a future whether it is done, while `act` runs. */
async function countLooks(act: () => Promise<unknown>): Promise<number> {
  let looks = 0;
  using _counting = replaceMethod(QCGPJFuture.prototype, "done", (original) =>
    function () {
      looks++;
      return original.call(this);
    });
  await act();
  return looks;
}

Deno.test("wait() and asCompleted() look at each future a few times, however many there are", async () => {
  const stage = new PilotHarness();
  const futures = Array.from({ length: 200 }, (_, i) => stage.submit(`A${i}`));
  const reading = Array.fromAsync(asCompleted(futures));
  const waiting = wait(futures, { returnWhen: "FIRST_EXCEPTION" });
  const looks = await countLooks(async () => {
    for (const future of futures) future.cancel();
    await stage.settle();
    await Promise.all([waiting, reading]);
  });
  assert(looks < 10 * futures.length, `${looks} looks`);
});

Deno.test("wait() that gave up leaves nothing behind", async () => {
  const stage = new PilotHarness();
  const future = stage.submit("A");
  for (let i = 0; i < 100; i++) {
    const waiting = wait([future], { timeoutMs: 1 });
    await stage.clock.advanceTo(stage.clock.nowMs() + 1);
    assertEquals((await waiting).notDone.size, 1);
  }
  assert(await countLooks(() => stage.run("A")) < 20);
});

Deno.test("wait() that gave up does not look at the end of what it waited for", async () => {
  const stage = new PilotHarness();
  const futures = [stage.submit("A"), stage.submit("B")];
  const waiting = wait(futures, { returnWhen: "FIRST_EXCEPTION", timeoutMs: 1 });
  await stage.clock.advanceTo(epochMs + 1);
  assertEquals((await waiting).notDone.size, 2);
  let looks = 0;
  using _counting = replaceMethod(QCGPJFuture.prototype, "states", (original) =>
    function () {
      looks++;
      return original.call(this);
    });
  await stage.run("A");
  assertEquals([looks, futures[0]!.done()], [0, true]);
});

Deno.test("wait() refuses a condition that it does not know", async () => {
  const returnWhen = "FIRST" as "FIRST_COMPLETED";
  await assertRejects(() => wait([], { returnWhen }), TypeError, "must be FIRST_COMPLETED or FIRST_EXCEPTION or");
});
