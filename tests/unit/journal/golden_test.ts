/**
 * The bytes of every kind of event, as they have been since version 1 of the format.
 */
import { assertEquals } from "@std/assert";
import type { Event, Outcome } from "../../../src/core/types.ts";
import { ByteWriter } from "../../../src/journal/codec/bytes.ts";
import { decodeEvents } from "../../../src/journal/codec/decode_events.ts";
import { CompactWriter, writeJson } from "../../../src/journal/codec/encode_events.ts";
import { basisOf } from "../../../src/journal/codec/header.ts";
import { header } from "./support.ts";

const { startedMs } = header;
const atMs = startedMs + 1.5;
const task = { atMs, task: 70, job: 5, attempt: 1 };
const again = { ...task, attempt: 300 };
const onNode = (name: string, cores: string[], gpus: string[] = []) => ({ nodes: [{ name, cores, gpus }] });
const failed = { kind: "failed", cause: "exit", exit: { code: -3 }, reason: "no" } as const;
const killed: Outcome = { kind: "canceled", cause: "cancel", exit: { signal: "SIGTERM" }, reason: "é" };
const omitted = { kind: "omitted", cause: "dependency", reason: "a" } as const;
const counts = { succeeded: 1000, failed: 2, canceled: 0, omitted: 1 };

const golden: readonly [string, Event][] = [
  ["0021b817058c0101040400010400", {
    kind: "taskScheduled",
    ...task,
    allocation: onNode("node-b.cluster", ["0", "1", "4"]),
  }],
  ["0001b817058c01ac02010101780303302c31020600", {
    kind: "taskScheduled",
    ...again,
    allocation: onNode("x", ["0,1"], ["3"]),
  }],
  ["0022b817058c01e724", { kind: "taskStarted", ...task, pid: 4711 }],
  ["0002b817058c01ac0201", { kind: "taskStarted", ...again, pid: 1 }],
  ["0033b817058c0103e2098407", {
    kind: "taskEnded",
    ...task,
    outcome: { kind: "succeeded" },
    usage: { cpuMs: 1.25, peakKiB: 900 },
  }],
  ["0003b817058c01ac020a03075349475445524d02c3a900", { kind: "taskEnded", ...again, outcome: killed, usage: {} }],
  ["0023b817058c01050005026e6f0201", { kind: "taskEnded", ...task, outcome: failed, usage: { peakKiB: 1 } }],
  ["0027b817058c01050005026e6f01b81780897a", {
    kind: "attemptEnded",
    ...task,
    outcome: failed,
    usage: { cpuMs: 3 },
    readyAtMs: atMs + 1000,
  }],
  ["0004b817058e01a107030a0161", { kind: "tasksDropped", atMs, job: 5, first: 71, count: 929, outcome: omitted }],
  ["0005b8170501e807020001", { kind: "jobEnded", atMs, job: 5, outcome: "failed", counts }],
  ["0006b81705", { kind: "jobForgotten", atMs, job: 5 }],
];

/** The payload of some events that lean on the header, as hexadecimal digits. */
function encode(events: readonly Event[]): string {
  const out = new ByteWriter();
  const writer = new CompactWriter(out, { kind: "jobForgotten", atMs: startedMs, job: 0 }, basisOf(header));
  for (const event of events) assertEquals(writer.write(event), true, `${event.kind} is not compact`);
  return out.written.toHex();
}

for (const [hex, event] of golden) {
  Deno.test(`The bytes of ${event.kind}, attempt ${"attempt" in event ? event.attempt : "none"}, are ${hex}`, () => {
    assertEquals(encode([event]), hex);
    assertEquals(decodeEvents(Uint8Array.fromHex(hex), basisOf(header)), { events: [event], unknownKinds: [] });
  });
}

Deno.test("The bytes of an event leave out what the one before says", () => {
  const events: Event[] = [
    { kind: "taskStarted", atMs: atMs - 1, task: 71, job: 5, attempt: 1, pid: 4711 },
    { kind: "taskScheduled", ...task, allocation: onNode("node-a.cluster", ["7"]) },
    { kind: "taskEnded", ...task, task: 69, outcome: { kind: "succeeded" }, usage: {} },
    { kind: "jobForgotten", atMs, job: 4 },
  ];
  const hex = "0022e807058e01e72461d00f010102020e00f301008604";
  assertEquals(encode(events), hex);
  assertEquals(decodeEvents(Uint8Array.fromHex(hex), basisOf(header)).events, events);
});

Deno.test("The bytes of any other event are its JSON behind a zero as the base, the number 8 and a length", () => {
  const event: Event = { kind: "pilotDrained", atMs: 5 };
  const out = new ByteWriter();
  writeJson(out, event);
  const json = JSON.stringify(event);
  assertEquals(out.written, Uint8Array.from([1, 8, json.length, ...new TextEncoder().encode(json)]));
  assertEquals(decodeEvents(out.written, undefined), { events: [event], unknownKinds: [] });
});
