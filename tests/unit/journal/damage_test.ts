import { assertEquals, assertExists, assertGreater } from "@std/assert";
import fc from "../../support/seeded_check.ts";
import type { Event } from "../../../src/core/types.ts";
import { concatenate } from "../../../src/base/bytes.ts";
import { header, jobOf, keyOf, type Piece, piecesOf, replayAll, turnsOf, writeJournal } from "./support.ts";

/** Small, but with everything: a description over two records, records before and after the second header. */
const turns: readonly (readonly Event[])[] = [
  ...turnsOf(16),
  ...turnsOf(17, jobOf(1, 17, "y".repeat(4000))),
  [{ kind: "jobForgotten", atMs: header.startedMs, job: 1 }],
];
const bytes = writeJournal(turns);
const pieces = piecesOf(bytes);

function replayKeys(damaged: Uint8Array) {
  const { events, report } = replayAll(damaged);
  return { keys: events.map(keyOf), report };
}

/** What must be left when the bytes `from … to` are damaged: everything that has no byte in there. */
function keysOutside(whole: readonly Piece[], from: number, to: number): string[] {
  return whole.filter(({ start, end }) => end <= from || start >= to).flatMap(({ keys }) => keys);
}

/** Compares long lists fast, and says in one line where they part. */
function assertSameKeys(actual: readonly string[], expected: readonly string[], message: string): void {
  const length = Math.max(actual.length, expected.length);
  for (let i = 0; i < length; i++) {
    if (actual[i] !== expected[i]) assertEquals(actual[i], expected[i], `${message}: event ${i} of ${length}`);
  }
}

/** Whether damage between `from` and `to` changed a byte of the piece: a zero that is zeroed stays what it was. */
function isHit({ start, end, bytes }: Piece, damaged: Uint8Array, from: number, to: number): boolean {
  if (end <= from || start >= to) return false;
  return bytes.some((byte, i) => byte !== damaged[start + i]);
}

/** Checks that exactly the records are lost that were hit, and that the report says how many. */
function checkDamage(whole: readonly Piece[], damaged: Uint8Array, from: number, to: number): void {
  const { keys, report } = replayKeys(damaged);
  const hit = whole.filter((piece) => isHit(piece, damaged, from, to));
  const left = whole.filter((piece) => !hit.includes(piece)).flatMap((piece) => piece.keys);
  assertSameKeys(keys, left, `damage at ${from}`);
  const isEndHit = hit.at(-1) === whole.at(-1);
  assertEquals(report.tornTail !== undefined, isEndHit, `the end after damage at ${from}`);
  const told = report.losses.reduce((sum, { recordsLost }) => sum + recordsLost, 0);
  if (!isEndHit) assertEquals(told, hit.reduce((sum, { records }) => sum + records, 0), `lost by damage at ${from}`);
  if (hit.length > 0 && !isEndHit) assertGreater(report.losses.length, 0);
}

Deno.test("The sample journal has what the tests of damage are about", () => {
  assertEquals(pieces.flatMap(({ keys }) => keys), turns.flat().map(keyOf));
  assertEquals(new Set(turns.flat().map(keyOf)).size, turns.flat().length);
  assertEquals(pieces.some(({ isAlone }) => !isAlone), true);
  assertEquals(pieces.filter(({ isEvents }) => !isEvents).length, 2);
  assertEquals(pieces.filter(({ records }) => records > 1).length, 1);
});

Deno.test("A journal that is cut anywhere gives all whole records before the cut", () => {
  for (let end = 0; end < bytes.length; end++) {
    const { keys, report } = replayKeys(bytes.subarray(0, end));
    assertSameKeys(keys, keysOutside(pieces, end, Infinity), `cut at ${end}`);
    assertEquals(report.losses, []);
    const lastEnd = pieces.findLast((piece) => piece.end <= end)?.end ?? (end < 16 ? 0 : 16);
    const tail = report.tornTail;
    assertEquals(tail && [tail.offset, tail.length], end === lastEnd ? undefined : [lastEnd, end - lastEnd]);
    assertEquals(tail?.isDamaged ?? false, false);
  }
});

Deno.test("A flipped byte anywhere costs only the record that it is in", () => {
  const damaged = bytes.slice();
  for (let at = 0; at < bytes.length; at++) {
    damaged[at]! ^= [0x01, 0x80, 0xff, 0x10, 0x06][at % 5]!;
    checkDamage(pieces, damaged, at, at + 1);
    damaged[at] = bytes[at]!;
  }
});

Deno.test("A zeroed block anywhere costs only the records that it touches", () => {
  const large = writeJournal([...turnsOf(1500), ...turnsOf(3, jobOf(2, 3, "z".repeat(20_000)))]);
  const largePieces = piecesOf(large);
  for (let from = 0; from < large.length; from += 512) {
    const to = Math.min(from + 4096, large.length);
    checkDamage(largePieces, large.slice().fill(0, from, to), from, to);
  }
});

Deno.test("Random damage anywhere never hurts what it does not touch", () => {
  const place = fc.tuple(fc.nat(bytes.length - 1), fc.uint8Array({ minLength: 1, maxLength: 3000 }));
  fc.assert(
    fc.property(place, ([from, garbage]) => {
      const damaged = bytes.slice();
      damaged.set(garbage.subarray(0, bytes.length - from), from);
      // Garbage may leave a byte as it was, even all of a record.
      const { keys } = replayKeys(damaged);
      const kept = new Set(keys);
      for (const key of keysOutside(pieces, from, from + garbage.length)) assertEquals(kept.has(key), true);
      for (const key of keys) assertEquals(turns.flat().some((event) => keyOf(event) === key), true);
    }),
    { numRuns: 60 },
  );
});

Deno.test("Bytes that are no journal at all never crash a replay", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300, min: 0xf0 }), (garbage) => {
      assertEquals(replayAll(concatenate([bytes.subarray(0, 16), garbage])).events, []);
    }),
    { numRuns: 100 },
  );
});

Deno.test("Records that are missing or repeated without a trace are noticed by their numbers", () => {
  const [from, to] = [pieces[10]!.start, pieces[14]!.start];
  const without = replayAll(concatenate([bytes.subarray(0, from), bytes.subarray(to)]));
  assertEquals(without.report.losses, [
    { offset: from, length: 0, recordsLost: 4, reason: "records are missing here" },
  ]);
  const repeated = replayAll(concatenate([bytes.subarray(0, to), bytes.subarray(from)]));
  assertEquals(repeated.events, turns.flat());
  assertEquals(repeated.report.losses, [
    { offset: to, length: to - from, recordsLost: 0, reason: "the record repeats an earlier number" },
  ]);
});

Deno.test("A journal goes on after a torn tail, and only the torn record is lost", () => {
  const more = turnsOf(300, jobOf(7, 300));
  for (let cut = 1; cut <= 40; cut++) {
    const torn = bytes.subarray(0, bytes.length - cut);
    const { replay, events } = replayAll(torn);
    const resumed = concatenate([torn, writeJournal(more, { continuation: replay.continuation() })]);
    const after = replayAll(resumed);
    assertEquals(after.events, [...events, ...more.flat()], `cut of ${cut}`);
    const lost = after.report.losses.reduce((sum, { recordsLost }) => sum + recordsLost, 0);
    assertEquals([after.report.tornTail, lost], [undefined, 0]);
  }
});

Deno.test("A damaged last record still counts as lost when the journal goes on", () => {
  const damaged = bytes.slice();
  damaged[bytes.length - 1]! ^= 1;
  const { replay, report } = replayAll(damaged);
  assertEquals(report.tornTail?.isDamaged, true);
  const resumed = concatenate([damaged, writeJournal([], { continuation: replay.continuation() })]);
  const { offset, length } = report.tornTail!;
  assertEquals(replayAll(resumed).report.losses, [
    { offset, length, recordsLost: 1, reason: "the checksum of the record is wrong" },
  ]);
});

Deno.test("What a job is can be read without any header", () => {
  const descriptions = piecesOf(writeJournal([...turnsOf(200), ...turnsOf(2, jobOf(1, 2))]))
    .filter(({ keys }) => keys.some((key) => key.startsWith("jobSubmitted")));
  assertEquals(descriptions.map(({ isAlone, keys }) => [isAlone, keys.length]), [[true, 1], [true, 1]]);
});

Deno.test("Events wait for the next copy of a header when both earlier ones are damaged, in order", () => {
  const large = writeJournal([...turnsOf(1000), ...turnsOf(30_000, jobOf(1, 30_000))]);
  const largePieces = piecesOf(large);
  const copies = largePieces.filter(({ isEvents }) => !isEvents);
  for (const { start } of copies.slice(0, 2)) large[start]! ^= 0xff;
  const { events, report, replay } = replayAll(large);
  assertEquals(copies.length > 2, true);
  assertSameKeys(events.map(keyOf), largePieces.flatMap(({ keys }) => keys), "both copies damaged");
  assertEquals(report.losses.map(({ recordsLost }) => recordsLost), [1, 1]);
  assertEquals(replay.continuation().hasLostBasis, false);
});

Deno.test("Without any copy of the header, what stands alone is kept, and the journal can go on", () => {
  const damaged = bytes.slice();
  const copies = pieces.filter(({ isEvents }) => !isEvents);
  for (const { start } of copies) damaged[start]! ^= 0xff;
  const { events, report, replay } = replayAll(damaged);
  assertEquals(report.header, undefined);
  assertEquals(events.map(keyOf), pieces.filter(({ isAlone }) => isAlone).flatMap(({ keys }) => keys));
  assertEquals(report.losses.at(-1)?.reason, "the record leans on a header that is lost");

  const more = turnsOf(200, jobOf(9, 200));
  const other = { ...header, startedMs: header.startedMs + 5000, nodeNames: ["other"] };
  const resumed = concatenate([damaged, writeJournal(more, { head: other, continuation: replay.continuation() })]);
  const after = replayAll(resumed);
  assertEquals(after.events, [...events, ...more.flat()]);
  assertExists(after.report.header);
});
