/**
 * Damage to a journal that has a second copy: no single one anywhere loses a job, and what else is lost is told.
 */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { concatenate } from "../../../src/base/bytes.ts";
import type { Event } from "../../../src/core/types.ts";
import { JournalError } from "../../../src/errors.ts";
import { decodeEvents } from "../../../src/journal/codec/decode_events.ts";
import { sealOf } from "../../../src/journal/codec/header.ts";
import { findLoss } from "../../../src/journal/replay/loss.ts";
import { makeCopy, readCopy, readTwice } from "../../../src/journal/replay/restore_records.ts";
import { header, jobOf, keyOf, piecesOf, replayAll, turnsOf, writeJournal, writeTwice } from "./support.ts";

/** Three jobs, one described over two records, with events before, between and after. */
const turns: readonly (readonly Event[])[] = [
  ...turnsOf(8),
  ...turnsOf(8, jobOf(1, 8, "y".repeat(4500))),
  ...turnsOf(8, jobOf(2, 8)),
].map((turn) => turn.filter(({ kind }) => kind !== "pilotDrained"));
const { bytes, copy } = writeTwice(turns);
const keys = turns.flat().map(keyOf);

function look(damaged: Uint8Array, otherCopy: Uint8Array | undefined = copy) {
  const { events, report, replay } = replayAll(damaged, otherCopy);
  return { keys: events.map(keyOf), report, replay, loss: findLoss("/run/journal", report, 0, 0) };
}

const isSubmit = (key: string) => key.startsWith("jobSubmitted");
const submits = keys.filter(isSubmit);

/** Checks that every job is known, and that nothing is missing in silence. */
function checkJobs(damaged: Uint8Array, what: string): void {
  const found = look(damaged);
  assertEquals(found.keys.filter(isSubmit), submits, what);
  const known = new Set(found.keys);
  if (keys.some((key) => !known.has(key))) assert(found.loss !== undefined, `${what}: something is lost in silence`);
  assertEquals(found.keys, keys.filter((key) => known.has(key)), `${what}: the order of the events`);
}

Deno.test("A flipped bit anywhere in the journal loses no job, and what else is lost is told", () => {
  const damaged = bytes.slice();
  const tailAt = piecesOf(bytes).at(-1)!.start;
  // In the very last record a flipped length may look like a write that was interrupted.
  for (let at = 0; at < tailAt; at += 3) {
    damaged[at]! ^= 1 << (at / 3) % 8;
    checkJobs(damaged, `bit at ${at}`);
    damaged[at] = bytes[at]!;
  }
});

Deno.test("A bit that is flipped in what has a second copy loses nothing at all, and that is known", () => {
  const damaged = bytes.slice();
  for (const { start, end, keys: held, isEvents } of piecesOf(bytes)) {
    if (isEvents && !held.some(isSubmit)) continue;
    for (let at = start; at < end; at += 7) {
      damaged[at]! ^= 1;
      const found = look(damaged);
      assertEquals([found.keys, found.loss], [keys, undefined], `bit at ${at}`);
      assert(found.report.restored.length > 0);
      damaged[at] = bytes[at]!;
    }
  }
});

Deno.test("A zeroed block anywhere in the journal loses no job, and what else is lost is told", () => {
  for (let from = 0; from < bytes.length; from += 256) {
    checkJobs(bytes.slice().fill(0, from, from + 4096), `at ${from}`);
  }
});

Deno.test("A journal that is cut anywhere loses no job; the copy proves it where a job came after", () => {
  for (let end = 0; end < bytes.length; end += 3) {
    const found = look(bytes.subarray(0, end));
    assertEquals(found.keys.filter(isSubmit), submits, `cut at ${end}`);
    const wasCut = piecesOf(bytes).some((piece) => piece.end > end && piece.keys.some(isSubmit));
    assertEquals(found.loss?.isEndLost ?? false, wasCut, `cut at ${end}`);
  }
});

Deno.test("Damage to the second copy alone loses nothing, and is noticed", () => {
  const damaged = copy.slice();
  for (let at = 0; at < copy.length; at += 11) {
    damaged[at]! ^= 0x10;
    const found = look(bytes, damaged);
    assertEquals([found.keys, found.loss], [keys, undefined], `bit at ${at}`);
    if (at >= 16) assertEquals(found.report.isCopyWhole, false, `bit at ${at}`);
    damaged[at] = copy[at]!;
  }
  for (let end = 0; end < copy.length; end += 13) {
    const found = look(bytes, copy.subarray(0, end));
    assertEquals([found.keys, found.loss, found.report.isCopyWhole], [keys, undefined, false], `cut at ${end}`);
  }
  assertEquals(look(bytes).report.isCopyWhole, true);
});

Deno.test("makeCopy() makes the copy anew from a journal, and from what is left of both", () => {
  const made = (journal: Uint8Array, left?: Uint8Array) =>
    concatenate([...makeCopy(readTwice([journal], left && [left]))]);
  assertEquals(made(bytes), copy);
  assertEquals(made(bytes.subarray(0, 100), copy), copy);
  assertEquals(made(bytes, copy.subarray(0, 100)), copy);
});

Deno.test("What was restored goes on without a gap, and a loss that was accepted is not told again", () => {
  const end = bytes.length - 300;
  const cut = bytes.subarray(0, 100);
  for (const damaged of [cut, bytes.slice().fill(0, 500, 900), bytes.slice().fill(0, end, end + 50)]) {
    const first = look(damaged);
    assert(first.loss !== undefined);
    const more = turnsOf(3, jobOf(7, 3));
    const resumed = concatenate([damaged, writeJournal(more, { continuation: first.replay.continuation() })]);
    const { events, report } = replayAll(resumed, copy);
    assertEquals(events.map(keyOf), [...first.keys, ...more.flat().map(keyOf)]);
    assert(findLoss("/run/journal", report, 0, 0) !== undefined);
    assertEquals(findLoss("/run/journal", report, 0, damaged.length), undefined);
  }
  const last = piecesOf(bytes).findLast(({ keys }) => keys.some(isSubmit))!;
  const healed = bytes.slice(0, last.end);
  healed[last.start + 20]! ^= 1;
  const found = look(healed);
  assertEquals(found.loss, undefined, "all of the damaged end is in the copy");
  const resumed = concatenate([healed, writeJournal([], { continuation: found.replay.continuation() })]);
  assertEquals(findLoss("/run/journal", replayAll(resumed, copy).report, 0, 0), undefined);
});

Deno.test("Records of two runs in one journal, or in its copy, are refused", () => {
  const other = { ...header, runId: "run-2" };
  const foreign = writeJournal(turnsOf(2000, jobOf(5, 2000)), { head: other });
  assertThrows(() => look(foreign), JournalError, "records of two runs, run-2 and run-1");
  const [ownStart, start] = [bytes, foreign].map((journal) => piecesOf(journal)[1]!.start);
  const spliced = concatenate([bytes.subarray(0, ownStart), foreign.subarray(start)]);
  assertThrows(() => look(spliced, undefined), JournalError, "records of two runs");
});

Deno.test("Each record of events that is kept twice says of which run it is", () => {
  const jobs = Array.from({ length: 20 }, (_, id): Event[] => [{ kind: "jobSubmitted", atMs: 1, job: jobOf(id, 1) }]);
  const reader = readCopy([writeTwice(jobs).copy]);
  const seals: (number | undefined)[] = [];
  for (let whole = reader.next(); whole !== undefined; whole = reader.next()) {
    if (whole.isEvents) seals.push(decodeEvents(whole.payload, undefined).seal);
  }
  assertEquals(seals, Array(20).fill(sealOf(header.runId)));
});
