import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "../../support/seeded_check.ts";
import { InvariantError } from "../../../src/base/assert.ts";
import { GpuBooks } from "../../../src/resources/gpu_books.ts";
import { amountOfGpus, isGpuCount } from "../../../src/resources/gpu_share.ts";

Deno.test("isGpuCount() takes whole numbers and thousandths below one", () => {
  assertEquals([0, 1, 8, 0.5, 0.001, 0.999, 0.333].map(isGpuCount), Array(7).fill(true));
  assertEquals([-1, 1.5, 1 / 3, 0.0005, 0.9999, -0.5, NaN, Infinity].map(isGpuCount), Array(8).fill(false));
});

Deno.test("amountOfGpus() loses nothing of any share", () => {
  for (let share = 1; share < 1000; share++) {
    assert(isGpuCount(share / 1000));
    assertEquals(amountOfGpus(share / 1000), { gpus: 0, share });
  }
});

Deno.test("GpuBooks refuses what is not free, and what was not taken in this way", () => {
  const books = new GpuBooks(2);
  books.take([0], 0);
  books.take([1], 400);
  for (const [gpu, share] of [[0, 0], [1, 0], [1, 601], [0, 1]] as const) {
    assertThrows(() => books.take([gpu], share), InvariantError);
  }
  assertThrows(() => books.take([0, 1], 1), InvariantError);
  for (const [gpu, share] of [[1, 0], [0, 400], [1, 401]] as const) {
    assertThrows(() => books.give([gpu], share), InvariantError);
  }
  books.take([1], 600);
  assertEquals([books.free, books.largestShare()], [0, 0]);
  books.give([1], 600);
  books.give([1], 400);
  assertEquals([books.free, books.largestShare()], [1, 1000]);
});

Deno.test("GpuBooks adds up after any takes and gives", () => {
  const moves = fc.array(fc.record({ share: fc.constantFrom(0, 1, 250, 333, 500, 999), give: fc.option(fc.nat(5)) }));
  fc.assert(fc.property(fc.nat(4), moves, (capacity, moves) => {
    const books = new GpuBooks(capacity);
    const out: { gpu: number; share: number }[] = [];
    for (const { share, give } of moves) {
      if (give !== null && give < out.length) {
        const [{ gpu, share: taken }] = out.splice(give, 1) as [{ gpu: number; share: number }];
        books.give([gpu], taken);
      } else if (share === 0 ? books.free > 0 : books.largestShare() >= share) {
        const gpu = share === 0 ? books.lowest(1)[0]! : books.fullestFor(share);
        books.take([gpu], share);
        out.push({ gpu, share });
      }
      const taken = new Map<number, number>();
      for (const { gpu, share } of out) taken.set(gpu, (taken.get(gpu) ?? 0) + (share || 1000));
      books.checkInvariants(taken);
    }
  }));
});
