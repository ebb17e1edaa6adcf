import { assertEquals, assertRejects } from "@std/assert";
import type { QCGPJFuture } from "../../src/future.ts";
import { asCompleted, wait, type WaitOptions } from "../../src/wait.ts";
import { epochMs, quiet } from "../sim/virtual_clock.ts";
import { Stage, stateOf } from "./runtime/stage.ts";

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
  const stage = new Stage();
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
  const stage = new Stage();
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
  const stage = new Stage();
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
  const stage = new Stage();
  const futures = [stage.submit("A"), stage.submit("B")];
  const found = watchWait(futures);
  await quiet();
  stage.pilot.abandon(new Error("enough"));
  await quiet();
  assertEquals(found(), ["A", "B"]);
});

Deno.test("asCompleted() gives each future once, as it ends", async () => {
  const stage = new Stage();
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
  const stage = new Stage();
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
  await assertRejects(() => reading, DOMException, "waiting for 1 futures");
});
