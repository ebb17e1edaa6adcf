import { assert, assertEquals, assertRejects } from "@std/assert";
import { type AheadWork, readAhead, readUnordered } from "../../../src/base/read_ahead.ts";

/** Work that is finished by hand. */
class HandWork implements AheadWork<number, number, string> {
  readonly started: number[] = [];
  readonly abandoned: number[] = [];
  readonly #ends: Map<number, PromiseWithResolvers<string>> = new Map();

  start(item: number): number {
    this.started.push(item);
    this.#ends.set(item, Promise.withResolvers());
    return item;
  }

  finish(item: number): Promise<string> {
    return this.#ends.get(item)!.promise;
  }

  abandon(item: number): void {
    this.abandoned.push(item);
  }

  /** Ends the work on an item. */
  end(item: number): void {
    this.#ends.get(item)!.resolve(`result ${item}`);
  }
}

Deno.test("readAhead() gives results in the order of the items, whatever ends first", async () => {
  const work = new HandWork();
  const results = Array.fromAsync(readAhead([1, 2, 3], 10, work));
  await settle();
  for (const item of [3, 1, 2]) work.end(item);
  assertEquals(await results, ["result 1", "result 2", "result 3"]);
});

Deno.test("readAhead() starts no more than the window allows", async () => {
  const work = new HandWork();
  const results = readAhead([1, 2, 3, 4], 2, work);
  const first = results.next();
  await settle();
  assertEquals(work.started, [1, 2]);
  work.end(1);
  assertEquals((await first).value, "result 1");
  const second = results.next();
  await settle();
  assertEquals(work.started, [1, 2, 3]);
  work.end(2);
  await second;
  await results.return();
  assertEquals(work.abandoned, [3]);
});

Deno.test("readAhead() gives a result while the next item is still being waited for, and a source may wait for it", async () => {
  const work = new HandWork();
  const { promise: isGiven, resolve: give } = Promise.withResolvers<void>();
  async function* source(): AsyncGenerator<number> {
    yield 1;
    await isGiven;
    yield 2;
  }
  const results: string[] = [];
  const all = (async () => {
    for await (const result of readAhead(source(), 10, work)) {
      results.push(result);
      give();
    }
  })();
  await settle();
  work.end(1);
  await settle();
  assertEquals([results, work.started], [["result 1"], [1, 2]]);
  work.end(2);
  await all;
});

Deno.test("readAhead() abandons what is under way when the source throws, or the loop is left while it is asked", async () => {
  const work = new HandWork();
  function* failing(): Generator<number> {
    yield 1;
    throw new Error("no more parameters");
  }
  await assertRejects(() => Array.fromAsync(readAhead(failing(), 10, work)), Error, "no more parameters");
  assertEquals(work.abandoned, [1]);
  async function* silent(): AsyncGenerator<number> {
    yield 7;
    yield 8;
    await new Promise(() => {});
  }
  const results = readAhead(silent(), 10, work);
  const first = results.next();
  await settle();
  work.end(7);
  assert(!(await first).done);
  await results.return();
  assertEquals(work.abandoned, [1, 8]);
});

/** Lets every promise settle that can. */
async function settle(): Promise<void> {
  for (let i = 0; i < 50; i++) await Promise.resolve();
}

Deno.test("readUnordered() gives what ends first, and starts no more than the window allows", async () => {
  const work = new HandWork();
  const results = readUnordered([1, 2, 3, 4], 2, work);
  const first = results.next();
  await settle();
  assertEquals(work.started, [1, 2]);
  work.end(2);
  assertEquals((await first).value, "result 2");
  const second = results.next();
  await settle();
  assertEquals(work.started, [1, 2, 3]);
  work.end(3);
  assertEquals((await second).value, "result 3");
  await results.return();
  assertEquals(work.abandoned, [1]);
});

Deno.test("readUnordered() gives all that ended at once, and ends with the last", async () => {
  const work = new HandWork();
  const results = Array.fromAsync(readUnordered([1, 2, 3], 10, work));
  await settle();
  for (const item of [3, 1, 2]) work.end(item);
  assertEquals(await results, ["result 3", "result 1", "result 2"]);
  assertEquals(await Array.fromAsync(readUnordered([], 1, work)), []);
});

Deno.test("readUnordered() throws what work or source throws, and abandons what is under way", async () => {
  const work = new HandWork();
  const failing = {
    ...bound(work),
    finish: (item: number) => item === 2 ? Promise.reject(new Error("no")) : work.finish(item),
  };
  await assertRejects(() => Array.fromAsync(readUnordered([1, 2, 3], 10, failing)), Error, "no");
  assertEquals(work.abandoned, [1]);
});

function bound(work: HandWork): AheadWork<number, number, string> {
  return {
    start: (item) => work.start(item),
    finish: (item) => work.finish(item),
    abandon: (item) => work.abandon(item),
  };
}
