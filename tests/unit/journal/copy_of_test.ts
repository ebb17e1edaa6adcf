/**
 * A journal that goes on as that of another run: allowed where a header says so, and noticed where none does.
 */
import { assertEquals, assertThrows } from "@std/assert";
import { concatenate } from "../../../src/base/bytes.ts";
import { JournalError } from "../../../src/errors.ts";
import { extendHeader, type JournalHeader } from "../../../src/journal/codec/header.ts";
import { lastHeader } from "../../../src/journal/replay/last_header.ts";
import { replayJournal } from "../../../src/journal/replay/replay.ts";
import { JournalWriter } from "../../../src/journal/writer.ts";
import { header, keyOf, turnsOf } from "./support.ts";

const turns = turnsOf(4).map((turn) => turn.filter(({ kind }) => kind !== "pilotDrained"));
const half = Math.floor(turns.length / 2);
const own: JournalHeader = { ...header, runId: "own" };

/** A journal and its second copy, half of it written by one run and half by another. */
function writeHalves(next: JournalHeader) {
  const pieces: Uint8Array[] = [];
  const copied: Uint8Array[] = [];
  const write = (writer: JournalWriter, some: typeof turns) => {
    for (const bytes of [() => writer.begin(), ...some.map((turn) => () => writer.encode(turn))]) {
      pieces.push(bytes().slice());
      copied.push(writer.copied.slice());
    }
  };
  write(new JournalWriter(header), turns.slice(0, half));
  const replay = replayJournal(concatenate(pieces));
  for (const _ of replay);
  write(new JournalWriter(extendHeader(replay.header, next), replay.continuation()), turns.slice(half));
  return { journal: concatenate(pieces), copied };
}

Deno.test("A run that is a copy goes on with an id of its own, and its journal has the events of both", () => {
  const { journal } = writeHalves({ ...own, copyOf: header.runId });
  const replay = replayJournal(journal);
  assertEquals([...replay].map(keyOf), turns.flat().map(keyOf));
  assertEquals([replay.header!.runId, replay.header!.copyOf], ["own", header.runId]);
  // A further resume goes on as the same run.
  const { runId, copyOf } = extendHeader(replay.header, header);
  assertEquals([runId, copyOf], ["own", header.runId]);
  assertEquals(extendHeader(header, { ...own, copyOf: "third" }).runId, header.runId);
});

Deno.test("lastHeader() finds the run that a journal was last written by, though other headers are damaged", () => {
  const { journal } = writeHalves({ ...own, copyOf: header.runId });
  assertEquals(lastHeader([journal])!.runId, "own");
  const damaged = journal.slice();
  damaged[30]! ^= 1;
  assertEquals(lastHeader([damaged])!.runId, "own");
  assertEquals(lastHeader([journal.subarray(0, 20)]), undefined);
});

Deno.test("A journal with the header of another run, which is no copy of this one, is refused", () => {
  const other = new JournalWriter(own, { sequence: 1000, hasLostBasis: false });
  const spliced = concatenate([writeHalves(header).journal, other.begin().slice()]);
  const read = () => [...replayJournal(spliced)];
  assertThrows(read, JournalError, `holds records of two runs, own and ${header.runId}`);
  const copyOfAnother = new JournalWriter({ ...own, copyOf: "third" }, { sequence: 1000, hasLostBasis: false });
  const mixed = concatenate([writeHalves(header).journal, copyOfAnother.begin().slice()]);
  assertThrows(() => [...replayJournal(mixed)], JournalError, "holds records of two runs");
});

Deno.test("Records of two runs in one file are noticed without a header between them", () => {
  const many = turnsOf(12).map((turn) => turn.filter(({ kind }) => kind !== "pilotDrained"));
  const [one, other] = [header, own].map((some) => {
    const writer = new JournalWriter(some);
    return [writer.begin().slice(), ...many.map((turn) => writer.encode(turn).slice())];
  }) as [Uint8Array[], Uint8Array[]];
  assertEquals([...replayJournal(concatenate(one))].map(keyOf), many.flat().map(keyOf));
  for (const from of [1, 2, Math.floor(many.length / 2)]) {
    const spliced = concatenate([...one.slice(0, from), ...other.slice(from)]);
    const error = assertThrows(() => [...replayJournal(spliced)], JournalError);
    assertEquals(error.message.includes(`holds records of two runs, another and ${header.runId}`), true);
  }
});
