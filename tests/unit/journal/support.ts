/**
 * Sample events and journals, random events, and a journal taken apart.
 *
 * @module
 */

import { concatenate } from "../../../src/base/bytes.ts";
import fc, { anyCharacter } from "../../support/seeded_check.ts";
import type { AdmittedJob, Cause, Event, Outcome } from "../../../src/core/types.ts";
import { parseJob } from "../../../src/job/parse.ts";
import { decodeEvents, standsAlone } from "../../../src/journal/codec/decode_events.ts";
import { basisOf, type JournalHeader } from "../../../src/journal/codec/header.ts";
import { preamble } from "../../../src/journal/codec/format.ts";
import { PayloadReader } from "../../../src/journal/codec/payloads.ts";
import { type Replay, replayJournal, type ReplayReport } from "../../../src/journal/replay/replay.ts";
import { RecordScanner } from "../../../src/journal/replay/scan.ts";
import { type Continuation, JournalWriter } from "../../../src/journal/writer.ts";

/** The header of the samples. */
export const header: JournalHeader = {
  runId: "run-1",
  startedMs: 1_795_000_000_000.25,
  nodeNames: ["node-a.cluster", "node-b.cluster"],
  metadata: { options: { wd: "/work" } },
};

/** A job with so many iterations. */
export function jobOf(id: number, iterations: number, argument = "${it}"): AdmittedJob {
  const value = { name: `job-${id}`, iteration: { stop: iterations }, execution: { exec: "date", args: [argument] } };
  const request = { cores: { min: 1, max: 1 }, gpus: 0, memoryMiB: 0 };
  const firstTask = id * 1000;
  return { id, firstTask, description: parseJob(value, {}), requests: [{ count: iterations, request }], edges: [] };
}

/** The turns of a run with one job: it comes in, its tasks are scheduled, start and end, it ends, it is forgotten. */
export function turnsOf(iterations: number, job: AdmittedJob = jobOf(0, iterations)): Event[][] {
  let atMs = header.startedMs;
  const { id } = job;
  const turns: Event[][] = [[{ kind: "jobSubmitted", atMs, job }]];
  for (let task = job.firstTask; task < job.firstTask + iterations; task++) {
    atMs += 0.125;
    const nodes = [{ name: header.nodeNames[task % 2]!, cores: [String(task % 64)], gpus: [] }];
    const outcome: Outcome = task % 7 === 3
      ? { kind: "failed", cause: "exit", exit: { code: 1 }, reason: "exit code 1" }
      : { kind: "succeeded" };
    turns.push(
      [{ kind: "taskScheduled", atMs, task, job: id, attempt: 1, allocation: { nodes } }],
      [
        { kind: "taskStarted", atMs: atMs + 1, task, job: id, attempt: 1, pid: 4000 + task },
        { kind: "taskEnded", atMs: atMs + 2.5, task, job: id, attempt: 1, outcome, usage: { cpuMs: 1.25, peakKiB: 9 } },
      ],
    );
  }
  const counts = { succeeded: iterations, failed: 0, canceled: 0, omitted: 0 };
  turns.push([{ kind: "jobEnded", atMs, job: id, outcome: "succeeded", counts }, { kind: "pilotDrained", atMs }]);
  return turns;
}

/** Writes a journal, or goes on with one, turn by turn. */
export function writeJournal(
  turns: Iterable<readonly Event[]>,
  { head = header, continuation }: { readonly head?: JournalHeader; readonly continuation?: Continuation } = {},
): Uint8Array {
  const writer = new JournalWriter(head, continuation);
  const chunks = [writer.begin().slice()];
  for (const turn of turns) chunks.push(writer.encode(turn).slice());
  return concatenate(chunks);
}

/** Writes a journal and its second copy. */
export function writeTwice(
  turns: Iterable<readonly Event[]>,
): { readonly bytes: Uint8Array; readonly copy: Uint8Array } {
  const writer = new JournalWriter(header);
  const chunks = [writer.begin().slice()];
  const copied = [preamble, writer.copied.slice()];
  for (const turn of turns) {
    chunks.push(writer.encode(turn).slice());
    copied.push(writer.copied.slice());
  }
  return { bytes: concatenate(chunks), copy: concatenate(copied) };
}

/** Replays a journal to its end. */
export function replayAll(
  source: Uint8Array | Iterable<Uint8Array>,
  copy?: Uint8Array,
): { readonly events: Event[]; readonly report: ReplayReport; readonly replay: Replay } {
  const replay = replayJournal(source, "/run/journal", copy && [copy]);
  const events = [...replay];
  return { events, report: replay.report(), replay };
}

/** A payload of an undamaged journal. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  /** All bytes of its records. */
  readonly bytes: Uint8Array;
  readonly records: number;
  readonly isEvents: boolean;
  /** Whether it needs no header. */
  readonly isAlone: boolean;
  readonly keys: readonly string[];
}

/** Takes an undamaged journal apart. */
export function piecesOf(bytes: Uint8Array): Piece[] {
  const scanner = new RecordScanner([bytes]);
  scanner.readPreamble();
  const reader = new PayloadReader(scanner);
  const pieces: Piece[] = [];
  for (let whole = reader.next(); whole !== undefined; whole = reader.next()) {
    const { offset, length, records, isEvents, payload } = whole;
    const keys = isEvents ? decodeEvents(payload, basisOf(header)).events.map(keyOf) : [];
    const end = offset + length;
    const piece = { start: offset, end, bytes: bytes.subarray(offset, end), records, isEvents, keys };
    pieces.push({ ...piece, isAlone: standsAlone(payload) });
  }
  return pieces;
}

/** A short text that no two events of the samples share. */
export function keyOf(event: Event): string {
  return `${event.kind} ${
    "task" in event ? event.task : "job" in event ? JSON.stringify(event.job) : ""
  } ${event.atMs}`;
}

const count = fc.oneof(fc.nat(300), fc.nat(), fc.maxSafeNat());
/** Numbers that have no compact form. */
const odd = fc.constantFrom(-1, 0.5, -2.25, 2 ** 60, 1e300);
const number = fc.oneof({ weight: 20, arbitrary: count }, { weight: 1, arbitrary: odd });
/** Times to the microsecond, some before the start of the run. */
const time = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.integer({ min: -5, max: 100_000_000 }).map((us) => (header.startedMs * 1000 + us) / 1000),
  },
  { weight: 2, arbitrary: fc.nat().map((us) => us / 1000) },
  { weight: 1, arbitrary: odd },
);
const text = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: anyCharacter, maxLength: 8 }),
  fc.constantFrom("\ud800", "\ufeffx"),
);
const ids = fc.oneof(
  fc.uniqueArray(fc.nat(200).map(String), { maxLength: 20 }),
  fc.constant(Array.from({ length: 64 }, (_, i) => String(i))),
  fc.array(fc.oneof(text, fc.constantFrom("007", "-1", "1.5", "0,4", "99999999999", "")), { maxLength: 4 }),
);
const allocation = fc.record({
  nodes: fc.array(
    fc.record({
      name: fc.oneof(fc.constantFrom(...header.nodeNames), text),
      cores: ids,
      gpus: ids,
      gpuShare: fc.constantFrom(0.5, 0.333),
    }, { requiredKeys: ["name", "cores", "gpus"] }),
    { maxLength: 3 },
  ),
  counted: fc.constant({ licences: 2, disk: 1 }),
}, { requiredKeys: ["nodes"] });
const exit = fc.oneof(fc.record({ code: fc.oneof(fc.integer(), odd) }), fc.record({ signal: text }));
const cause = fc.constantFrom<Cause>("exit", "signal", "timeout", "dependency", "infeasible", "unheard of" as Cause);
const ended = <K extends "failed" | "canceled">(kind: K) =>
  fc.record({ kind: fc.constant(kind), cause, exit, reason: text }, { requiredKeys: ["kind", "cause", "reason"] });
const dropped = fc.oneof(
  fc.record({ kind: fc.constant("omitted" as const), cause, reason: text }),
  ended("failed"),
  ended("canceled"),
);
const outcome = fc.oneof(fc.constant({ kind: "succeeded" as const }), dropped);
const usage = fc.record({ cpuMs: fc.nat().map((us) => us / 1000), peakKiB: number }, { requiredKeys: [] });
const counts = fc.record({ succeeded: number, failed: number, canceled: number, omitted: number });
const ofTask = { atMs: time, task: number, job: number, attempt: fc.oneof(fc.constant(1), number) };
const common = { atMs: time, job: number };

const plainEvent: fc.Arbitrary<Event> = fc.oneof(
  fc.record({ kind: fc.constant("taskScheduled" as const), ...ofTask, allocation }),
  fc.record({ kind: fc.constant("taskStarted" as const), ...ofTask, pid: number }),
  fc.record({ kind: fc.constant("taskEnded" as const), ...ofTask, outcome, usage }),
  fc.record({
    kind: fc.constant("attemptEnded" as const),
    ...ofTask,
    outcome: ended("failed"),
    usage,
    readyAtMs: time,
  }),
  fc.record({ kind: fc.constant("tasksDropped" as const), ...common, first: number, count: number, outcome: dropped }),
  fc.record({
    kind: fc.constant("jobEnded" as const),
    ...common,
    outcome: fc.constantFrom("succeeded" as const, "failed" as const, "canceled" as const, "omitted" as const),
    counts,
  }),
  fc.record({ kind: fc.constant("tasksReopened" as const), ...common, first: number, count: number, counts }),
  fc.record({ kind: fc.constant("jobForgotten" as const), ...common }),
  fc.record({ kind: fc.constant("pilotDrained" as const), atMs: time }),
  fc.record({ kind: fc.constant("nodeReady" as const), atMs: time, name: fc.string() }),
  fc.record({ kind: fc.constant("nodeLost" as const), atMs: time, name: fc.string(), reason: fc.string() }),
  fc.record({
    kind: fc.constant("jobSubmitted" as const),
    atMs: time,
    job: fc.tuple(fc.nat(), fc.string({ maxLength: 9000 })).map(([id, argument]) => jobOf(id, 2, argument)),
  }),
);

/** Any event, now and then with a field that this version knows nothing of. */
export const anyEvent: fc.Arbitrary<Event> = fc.oneof(
  { weight: 9, arbitrary: plainEvent },
  { weight: 1, arbitrary: fc.tuple(plainEvent, text).map(([event, later]) => ({ ...event, later })) },
);
