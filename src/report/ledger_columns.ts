/**
 * How the ledger keeps what it knows of tasks: in packed columns, a block of tasks each.
 *
 * @module
 */

import { blockRows } from "../base/blocks.ts";
import type { Cleanup, Exit, Tails } from "../core/exit.ts";
import type { Cause } from "../core/types.ts";
import type { NamedAllocation } from "../resources/node.ts";

/** What is known of the tasks of a block, a row each. */
export interface Columns {
  readonly state: Uint8Array;
  readonly attempts: Uint16Array;
  readonly pid: Uint32Array;
  /** Milliseconds; 0 when it did not happen. */
  readonly scheduledAtMs: Float64Array;
  readonly startedAtMs: Float64Array;
  readonly endedAtMs: Float64Array;
  /** NaN when unknown. */
  readonly cpuMs: Float32Array;
  readonly peakKiB: Float32Array;
  /** One core of one node is what most tasks get: numbers among the ledger's texts of both, 0 when it is something else. */
  readonly nodes: Uint32Array;
  readonly cores: Uint32Array;
  /** Allocations of all other tasks. */
  readonly allocations: Map<number, NamedAllocation>;
  /** Only of tasks that did not succeed. */
  readonly ends: Map<number, TaskEnd>;
  /** Many neighbouring tasks that were dropped together, from row `from` to before row `to`: they are not in `ends`. */
  drops: readonly { readonly from: number; readonly to: number; readonly end: TaskEnd }[];
  /** Only of tasks that did not succeed, were stopped or left processes behind. */
  readonly remains: Map<number, Remains>;
}

/** What is left of a task that ended. */
export interface Remains {
  readonly cleanup?: Cleanup;
  readonly tails?: Tails;
}

/** Why and how a task did not succeed. */
export interface TaskEnd {
  readonly cause: Cause;
  readonly reason: string;
  readonly exit?: Exit;
}

/** Makes the columns of a block of which nothing is known. */
export function createColumns(): Columns {
  return {
    state: new Uint8Array(blockRows),
    attempts: new Uint16Array(blockRows),
    pid: new Uint32Array(blockRows),
    scheduledAtMs: new Float64Array(blockRows),
    startedAtMs: new Float64Array(blockRows),
    endedAtMs: new Float64Array(blockRows),
    cpuMs: new Float32Array(blockRows).fill(NaN),
    peakKiB: new Float32Array(blockRows).fill(NaN),
    nodes: new Uint32Array(blockRows),
    cores: new Uint32Array(blockRows),
    allocations: new Map(),
    ends: new Map(),
    drops: [],
    remains: new Map(),
  };
}

/** Tasks that are dropped between two attempts hold nothing: the last attempt had ended before. */
export function clearLaunches(
  { scheduledAtMs, startedAtMs, pid, nodes, cores, allocations }: Columns,
  from: number,
  to: number,
): void {
  for (const column of [scheduledAtMs, startedAtMs, pid, nodes, cores]) column.fill(0, from, to);
  deleteRows(allocations, from, to);
}

/** Rows are never used twice, so only what holds memory needs to be cleared. */
export function clear(columns: Columns, from: number, to: number): void {
  columns.drops = columns.drops.filter((dropped) => dropped.from < from || dropped.to > to);
  for (const rows of [columns.ends, columns.remains, columns.allocations]) deleteRows(rows, from, to);
}

function deleteRows(rows: Map<number, unknown>, from: number, to: number): void {
  if (rows.size > 0) { for (let row = from; row < to; row++) rows.delete(row); }
}
