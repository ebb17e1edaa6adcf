import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Event } from "../../../src/core/types.ts";
import { concatenate } from "../../../src/base/bytes.ts";
import { dropOwnerless } from "../../../src/journal/replay/drop_ownerless.ts";
import { formatSalvage } from "../../../src/journal/replay/salvage.ts";
import { jobOf, keyOf, piecesOf, replayAll, turnsOf, writeJournal } from "./support.ts";

const path = "/run/journal";
const turns = [...turnsOf(3, jobOf(4, 3)), ...turnsOf(2, jobOf(5, 2))];

Deno.test("dropOwnerless() leaves out the events of a job whose description is lost, and counts them", () => {
  const lost = turns.flat().filter((event) => !(event.kind === "jobSubmitted" && event.job.id === 4));
  const known = dropOwnerless(lost);
  const left = [...known];
  assertEquals(left.map(keyOf), lost.filter((event) => !("job" in event && event.job === 4)).map(keyOf));
  assertEquals([...known.ownerless], [[4, 3 * 3 + 1]]);
});

Deno.test("dropOwnerless() leaves everything else alone, even what no job is submitted for", () => {
  assertEquals([...dropOwnerless(turns.flat())], turns.flat());
  const drained: Event = { kind: "pilotDrained", atMs: 1 };
  assertEquals([...dropOwnerless([drained])], [drained]);
});

Deno.test("dropOwnerless() knows a job no more once it is forgotten", () => {
  const forgotten: Event = { kind: "jobForgotten", atMs: 1, job: 4 };
  const stray: Event = { kind: "taskStarted", atMs: 2, task: 4000, job: 4, attempt: 1, pid: 1 };
  const known = dropOwnerless([...turns.flat(), forgotten, stray, { ...forgotten, atMs: 3 }]);
  assertEquals([...known], [...turns.flat(), forgotten]);
  assertEquals([...known.ownerless], [[4, 1]]);
});

Deno.test("formatSalvage() says that nothing is lost", () => {
  const bytes = writeJournal(turns);
  const { report } = replayAll(bytes);
  assertEquals(
    formatSalvage(path, report),
    [
      "/run/journal: nothing is lost",
      "header: run run-1",
      `intact: 21 events in ${report.records} records, ${bytes.length} bytes in all`,
      "",
    ].join("\n"),
  );
});

Deno.test("formatSalvage() names each damaged place, the end, and the jobs that cannot be used", () => {
  const bytes = writeJournal(turns);
  const pieces = piecesOf(bytes);
  const [header, job, first] = pieces;
  for (const { start } of [header!, job!]) bytes[start + 9]! ^= 0xff;
  const torn = bytes.subarray(0, bytes.length - 3);
  const { events, report } = replayAll(torn);
  const known = dropOwnerless(events);
  for (const _ of known);
  const last = pieces.at(-1)!;
  assertEquals(
    formatSalvage(path, report, known.ownerless),
    [
      "/run/journal: 2 records lost",
      "header: lost",
      `intact: 19 events in ${report.records} records, ${torn.length} bytes in all`,
      `damage: ${first!.start - 16} bytes at offset 16: the checksum of the record is wrong; 2 records lost`,
      `end: ${last.end - last.start - 3} bytes from offset ${last.start} are no record (the record is incomplete): ` +
      "a write was interrupted; a resume goes on here",
      "job number 4: its description is lost, so 10 events of it cannot be used",
      "",
    ].join("\n"),
  );
});

Deno.test("formatSalvage() counts what is too much to be listed, and what a newer version wrote", () => {
  const later = Array.from({ length: 45 }, (_, i) => [{ kind: i % 2 ? "planted" : "jobForgotten", atMs: i, job: i }]);
  const bytes = writeJournal(later as unknown as Event[][]);
  const pieces = piecesOf(bytes);
  pieces.filter((_, i) => i > 0 && i % 2 === 1).forEach(({ start }) => bytes[start]! ^= 0xff);
  const { report } = replayAll(concatenate([bytes, new Uint8Array(10)]));
  const lines = formatSalvage(path, report).split("\n");
  assertEquals(lines[0], "/run/journal: 22 records lost");
  assertEquals(lines.filter((line) => line.startsWith("damage: ")).length, 20);
  assertEquals(lines[23], "and 2 more places");
  assertStringIncludes(lines[24]!, "are no record (no record begins here): what was written last may be lost");
  assertEquals(lines.slice(25), ["passed over: 22 events of the kind planted, which a newer version wrote", ""]);
});
