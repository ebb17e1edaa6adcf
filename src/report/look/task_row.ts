/**
 * A task as a row of a table, or as an object of JSON: what became of it and what it used.
 *
 * @module
 */

import { taskName } from "../../job/description.ts";
import type { ReportedTails, TaskReport } from "../views.ts";
import type { RunView, ViewedTask } from "./run_view.ts";

/** What is known of one task; absent fields are unknown or did not happen. Times are milliseconds since the epoch. */
export interface TaskRow
  extends Omit<TaskReport, "nodes" | "cleanup" | "wd" | "stdin" | "stdout" | "stderr" | keyof ReportedTails> {
  /** The nodes that it was granted. */
  readonly nodes: readonly string[];
  /** How many cores it was granted. */
  readonly cores: number;
  /** How long it waited for its last start, or waits. */
  readonly waitedMs?: number;
  /** How long its last attempt ran, or runs. */
  readonly ranMs?: number;
}

/**
 * Makes the row of a task.
 *
 * @param view The run.
 * @param task The task.
 * @param nowMs Until when it has waited or run, if that goes on: now, or when the run was broken off.
 */
export function rowOf({ ledger }: RunView, { job, offset }: ViewedTask, nowMs: number): TaskRow {
  const entry = ledger.task(job.firstTask + offset);
  const { state, attempts, allocation, exit, reason, cause, pid } = entry;
  const { scheduledAtMs, startedAtMs, endedAtMs, cpuMs, peakKiB } = entry;
  const queuedAtMs = ledger.job(job.id)?.submittedAtMs ?? 0;
  const nodes = allocation?.nodes ?? [];
  // Filled key by key: of a hundred thousand rows, spreading objects into each other would take most of the time.
  const row: { -readonly [K in keyof TaskRow]: TaskRow[K] } = {
    name: taskName(job.description, offset),
    state,
    attempts,
    nodes: nodes.map(({ name }) => name),
    cores: nodes.reduce((sum, { cores }) => sum + cores.length, 0),
    queuedAtMs,
    waitedMs: Math.max(0, (startedAtMs ?? endedAtMs ?? nowMs) - queuedAtMs),
  };
  if (cause !== undefined && state !== "SUCCEED") row.cause = cause;
  if (reason !== undefined && state !== "SUCCEED") row.reason = reason;
  if (exit !== undefined && "code" in exit) row.exitCode = exit.code;
  else if (exit !== undefined) row.signal = exit.signal;
  if (pid !== undefined) row.pid = pid;
  if (scheduledAtMs !== undefined) row.scheduledAtMs = scheduledAtMs;
  if (startedAtMs !== undefined) row.startedAtMs = startedAtMs;
  if (endedAtMs !== undefined) row.endedAtMs = endedAtMs;
  if (startedAtMs !== undefined && (endedAtMs !== undefined || state === "EXECUTING")) {
    row.ranMs = Math.max(0, (endedAtMs ?? nowMs) - startedAtMs);
  }
  if (cpuMs !== undefined) row.cpuMs = cpuMs;
  if (peakKiB !== undefined) row.peakKiB = peakKiB;
  return row;
}

/** What rows can be ordered by. Lengths and amounts stand from the largest down, all else upwards. */
export const rowOrders: readonly RowOrder[] = ["name", "state", "attempts", "waited", "ran", "cpu", "memory", "ended"];

/** An order of rows. */
export type RowOrder = "name" | "state" | "attempts" | "waited" | "ran" | "cpu" | "memory" | "ended";

/** Compares two rows for an order; rows that lack what it goes by stand last. */
export function compareRows(order: RowOrder): (a: TaskRow, b: TaskRow) => number {
  const down = (of: (row: TaskRow) => number | undefined) => (a: TaskRow, b: TaskRow) =>
    (of(b) ?? -Infinity) - (of(a) ?? -Infinity) || 0;
  switch (order) {
    case "name":
      return (a, b) => compareNames(a.name, b.name);
    case "state":
      return (a, b) => a.state < b.state ? -1 : a.state > b.state ? 1 : 0;
    case "attempts":
      return down(({ attempts }) => attempts);
    case "waited":
      return down(({ waitedMs }) => waitedMs);
    case "ran":
      return down(({ ranMs }) => ranMs);
    case "cpu":
      return down(({ cpuMs }) => cpuMs);
    case "memory":
      return down(({ peakKiB }) => peakKiB);
    case "ended":
      return down(({ endedAtMs }) => endedAtMs);
    default:
      return order satisfies never;
  }
}

/** By the job's name, then by the iteration as a number. */
function compareNames(a: string, b: string): number {
  const [jobA = "", indexA = "0"] = a.split(":");
  const [jobB = "", indexB = "0"] = b.split(":");
  return jobA < jobB ? -1 : jobA > jobB ? 1 : Number(indexA) - Number(indexB);
}
