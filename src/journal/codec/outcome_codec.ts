/**
 * Outcomes and usage in a few bytes.
 *
 * @module
 */

import type { Exit, Usage } from "../../core/exit.ts";
import type { Cause, JobOutcome, Outcome } from "../../core/types.ts";
import { type ByteReader, type ByteWriter, isCount, isDistance, MalformedRecord } from "./bytes.ts";

/** The kinds of outcome by their number in the journal; new ones go to the end. */
const outcomeKinds: readonly JobOutcome[] = ["succeeded", "failed", "canceled", "omitted"];

/** The causes by their number in the journal; new ones go to the end, and one that is missing here goes as JSON. */
const causes: readonly Cause[] = [
  ...["exit", "signal", "start", "cancel", "scope", "shutdown"] as const,
  ...["timeout", "idle", "oom", "node-lost", "dependency", "infeasible"] as const,
  ...["output", "input"] as const,
];

const hasCode = 4;
const hasSignal = 8;
const hasCpu = 1;
const hasPeak = 2;

/** Numbers a kind of outcome; negative when this format does not know it. */
export function outcomeNumber(kind: JobOutcome): number {
  return outcomeKinds.indexOf(kind);
}

/** Looks up a kind of outcome by its number. */
export function outcomeKind(number: number): JobOutcome {
  const kind = outcomeKinds[number];
  if (kind === undefined) throw new MalformedRecord(`there is no outcome number ${number}`);
  return kind;
}

/** Writes an outcome. Returns whether it could be written. */
export function writeOutcome(out: ByteWriter, outcome: Outcome): boolean {
  const number = outcomeNumber(outcome.kind);
  const fields = Object.keys(outcome).length;
  if (number < 0) return false;
  if (outcome.kind === "succeeded") {
    out.byte(number);
    return fields === 1;
  }
  const { reason } = outcome;
  const cause = causes.indexOf(outcome.cause);
  const exit = "exit" in outcome ? outcome.exit : undefined;
  if (fields !== (exit === undefined ? 3 : 4) || cause < 0 || !reason.isWellFormed()) return false;
  out.byte(number | (exit === undefined ? 0 : "code" in exit ? hasCode : hasSignal));
  out.byte(cause);
  if (exit !== undefined && !writeExit(out, exit)) return false;
  out.text(reason);
  return true;
}

function writeExit(out: ByteWriter, exit: Exit): boolean {
  if (Object.keys(exit).length !== 1) return false;
  if ("signal" in exit) {
    if (!exit.signal.isWellFormed()) return false;
    out.text(exit.signal);
    return true;
  }
  if (!isDistance(exit.code)) return false;
  out.signed(exit.code);
  return true;
}

/** Reads an outcome. */
export function readOutcome(from: ByteReader): Outcome {
  const byte = from.byte();
  const kind = outcomeKind(byte & 3);
  if (kind === "succeeded") return { kind };
  const cause = causes[from.byte()];
  if (cause === undefined) throw new MalformedRecord("there is no such cause of an outcome");
  const exit: Exit | undefined = byte & hasCode
    ? { code: from.signed() }
    : byte & hasSignal
    ? { signal: from.text() }
    : undefined;
  const reason = from.text();
  return exit === undefined || kind === "omitted" ? { kind, cause, reason } : { kind, cause, exit, reason };
}

/** Writes what a process used, CPU time to the microsecond. Returns whether it could be written. */
export function writeUsage(out: ByteWriter, usage: Usage): boolean {
  const { cpuMs, peakKiB } = usage;
  const cpuUs = cpuMs === undefined ? 0 : Math.round(cpuMs * 1000);
  const fields = (cpuMs === undefined ? 0 : 1) + (peakKiB === undefined ? 0 : 1);
  if (!isCount(cpuUs) || !isCount(peakKiB ?? 0) || Object.keys(usage).length !== fields) return false;
  out.byte((cpuMs === undefined ? 0 : hasCpu) | (peakKiB === undefined ? 0 : hasPeak));
  if (cpuMs !== undefined) out.varint(cpuUs);
  if (peakKiB !== undefined) out.varint(peakKiB);
  return true;
}

/** Reads what a process used. */
export function readUsage(from: ByteReader): Usage {
  const has = from.byte();
  const usage: { -readonly [K in keyof Usage]: Usage[K] } = {};
  if (has & hasCpu) usage.cpuMs = from.varint() / 1000;
  if (has & hasPeak) usage.peakKiB = from.varint();
  return usage;
}
