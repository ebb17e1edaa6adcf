/**
 * Reading `jobs.report` in its JSON form, written by QCG-PilotJob or by us.
 *
 * @module
 */

import { PilotJobError } from "../../errors.ts";
import type { JobState } from "../states.ts";
import type { ZoneMinutes } from "../times.ts";
import type { HeldCores, Micros } from "./timed_run.ts";

/** A file of a run that cannot be read as what it should be. */
export class RecordFormatError extends PilotJobError {
  override readonly name = "RecordFormatError";
  override readonly code = "RECORD_FORMAT";
}

/** One record of a job report. */
export interface ReportLine {
  readonly name: string;
  readonly state: JobState;
  /** The states that it was in, and when, as they are written. */
  readonly history: readonly { readonly state: string; readonly date: string }[];
  /** How it ran, as texts, in the order in which they are written. */
  readonly runtime: Readonly<Record<string, string>>;
  /** Why it did not succeed. */
  readonly messages?: string;
}

/**
 * Reads one line.
 *
 * @param line The line.
 * @param place Where it stands, for errors, such as `line 3 of /x/jobs.report`.
 * @throws {RecordFormatError} If it is no record.
 */
export function parseReportLine(line: string, place: string): ReportLine {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    const hint = /^\S+ \(\w+\)/.test(line) || line.startsWith("\t")
      ? "it is the text form; only the JSON form can be read (--report-format json)"
      : "it is no JSON";
    throw new RecordFormatError(`Cannot read ${place}: ${hint}`);
  }
  const { name, state, history = [], runtime = {}, messages } = (value ?? {}) as Partial<ReportLine>;
  if (typeof name !== "string" || typeof state !== "string" || !Array.isArray(history)) {
    throw new RecordFormatError(
      `Cannot read ${place}: it is no record of a job, which has a name, a state and a history`,
    );
  }
  return { name, state, history, runtime, ...(typeof messages === "string" ? { messages } : {}) };
}

/**
 * Reads a time without a zone, in either of QCG-PilotJob's forms, with a blank or a `T`.
 *
 * @param text For example `2026-01-31T12:00:00.123456`; Python leaves a fraction of zero out.
 * @param zone The zone that it is in.
 * @returns `undefined` for any other text.
 */
export function parseMicros(text: string | undefined, zone: ZoneMinutes): Micros | undefined {
  const match = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?$/.exec(text ?? "");
  if (match === null) return undefined;
  const [, date, clock, fraction = ""] = match;
  const ms = Date.parse(`${date}T${clock}Z`);
  return Number.isNaN(ms) ? undefined : (ms - zone * 60_000) * 1000 + Number(fraction.padEnd(6, "0"));
}

/** Reads an allocation such as `n0[0:1],n1[2]`. */
export function parseAllocation(text: string | undefined): HeldCores[] {
  const nodes: HeldCores[] = [];
  for (const [, name, cores] of (text ?? "").matchAll(/([^,[\]]+)\[([^\]]*)\]/g)) {
    nodes.push({ name: name!, cores: cores!.split(":").filter((core) => core !== "") });
  }
  return nodes;
}
