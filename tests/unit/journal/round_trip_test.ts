import { assertEquals, assertGreater, assertLess, assertThrows } from "@std/assert";
import fc from "../../support/seeded_check.ts";
import { InvariantError } from "../../../src/base/assert.ts";
import type { Event } from "../../../src/core/types.ts";
import { concatenate } from "../../../src/base/bytes.ts";
import { JournalError } from "../../../src/errors.ts";
import { JournalWriter } from "../../../src/journal/writer.ts";
import { replayJournal } from "../../../src/journal/replay/replay.ts";
import { anyEvent, header, jobOf, piecesOf, replayAll, turnsOf, writeJournal } from "./support.ts";

Deno.test("A journal gives back any events in any turns exactly", () => {
  fc.assert(
    fc.property(fc.array(fc.array(anyEvent, { maxLength: 12 }), { maxLength: 12 }), (turns) => {
      const { events, report } = replayAll(writeJournal(turns));
      assertEquals(events, turns.flat());
      assertEquals([report.losses, report.tornTail, report.unknownKinds.size], [[], undefined, 0]);
      assertEquals(report.header, header);
    }),
    { numRuns: 150 },
  );
});

Deno.test("A journal gives back the same events in whatever pieces it is read", () => {
  const bytes = writeJournal(turnsOf(60, jobOf(0, 60, "x".repeat(9000))));
  const { events, report } = replayAll(bytes);
  for (const size of [1, 7, 4096, 5000]) {
    const pieces = Array.from(
      { length: Math.ceil(bytes.length / size) },
      (_, i) => bytes.slice(i * size, (i + 1) * size),
    );
    const again = replayAll(pieces);
    assertEquals(again.events, events);
    assertEquals(again.report, report);
  }
});

Deno.test("One large turn is split into records that each cost little", () => {
  const turn = turnsOf(3000).flat();
  const bytes = writeJournal([turn]);
  assertEquals(replayAll(bytes).events, turn);
  const largest = Math.max(...piecesOf(bytes).map(({ start, end }) => end - start));
  assertLess(largest, 2200);
});

Deno.test("An iteration takes less than 30 bytes when turns are shared, a node's name included", () => {
  const bytes = writeJournal([turnsOf(5000).flat()]);
  assertLess(bytes.length / 5000, 30);
});

Deno.test("The header is repeated: soon once, then seldom", () => {
  const pieces = piecesOf(writeJournal(turnsOf(30_000)));
  const copies = pieces.filter(({ isEvents }) => !isEvents).map(({ start }) => start);
  const end = pieces.at(-1)!.end;
  assertEquals(copies[0], 16);
  assertGreater(copies[1]!, 16 + 4096);
  assertLess(copies[1]!, 16 + 4096 + 2500);
  assertEquals(copies.length, 2 + Math.floor((end - copies[1]!) / (1 << 20)));
  assertGreater(copies.length, 2);
});

Deno.test("A journal goes on after its end, with more nodes", () => {
  const first = writeJournal(turnsOf(400));
  const { replay } = replayAll(first);
  const nodeNames = [...header.nodeNames, "node-c"];
  const nodes = [{ name: "node-c", cores: ["1"], gpus: ["0"] }];
  const more = Array.from({ length: 600 }, (_, task): Event[] => [
    { kind: "taskScheduled", atMs: header.startedMs, task, job: 0, attempt: 2, allocation: { nodes } },
  ]);
  const bytes = concatenate([
    first,
    writeJournal(more, { head: { ...header, nodeNames }, continuation: replay.continuation() }),
  ]);
  const { events, report } = replayAll(bytes);
  assertEquals(events, [...turnsOf(400), ...more].flat());
  assertEquals([report.losses, report.header?.nodeNames], [[], nodeNames]);
});

Deno.test("Events of a newer minor version are passed over and counted", () => {
  const later = { kind: "pilotStarted", atMs: 5, bootId: "b" } as unknown as Event;
  const known: Event = { kind: "pilotDrained", atMs: 6 };
  const { events, report } = replayAll(writeJournal([[later, known], [later]]));
  assertEquals(events, [known]);
  assertEquals([...report.unknownKinds], [["pilotStarted", 2]]);
  assertEquals(report.losses, []);
});

Deno.test("replayJournal() refuses other versions and other files", () => {
  const refused = (text: string) =>
    assertThrows(() => replayJournal(new TextEncoder().encode(text), "/run/journal"), JournalError);
  const other = refused("qcgpj-journal 7\nsomething else");
  assertEquals([other.path, other.offset], ["/run/journal", 0]);
  assertEquals(
    other.message,
    "Cannot read the journal /run/journal: it is in version 7 of the format, and this program reads version 1; " +
      "resume the run with the program that began it",
  );
  assertEquals(
    refused("#!/bin/sh\necho this is not a journal\n").message,
    'Cannot read /run/journal: it is not a journal, which begins with the line "qcgpj-journal 1"',
  );
  refused("\0".repeat(5000));
});

Deno.test("replayJournal() accepts a file in which nothing or little was written", () => {
  for (const text of ["", "qcgpj", "qcgpj-journal 1\n", "qcgpj-journal 1\n\xff"]) {
    const { events, report } = replayAll(Uint8Array.from(text, (letter) => letter.charCodeAt(0)));
    assertEquals([events, report.header, report.records], [[], undefined, 0]);
    assertEquals(report.bytes, text.length);
  }
});

Deno.test("JournalWriter is begun once, and before any event", () => {
  const writer = new JournalWriter(header);
  assertThrows(() => writer.encode([{ kind: "pilotDrained", atMs: 1 }]), InvariantError, "before all events");
  writer.begin();
  assertThrows(() => writer.begin(), InvariantError, "begun once");
});
