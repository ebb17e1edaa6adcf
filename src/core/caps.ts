/**
 * Caps: how many tasks of a job, or of a group of jobs, hold cores at once.
 *
 * @module
 */

import type { AdmittedJob } from "./types.ts";

/** A limit on how many tasks of some kind hold cores at once. */
export interface Cap {
  /** How many may. */
  readonly max: number;
  /** How many do. */
  running: number;
}

/** No cap at all. */
export const noCaps: readonly Cap[] = Object.freeze([]);

/** The caps of a job, and the key that jobs under the same caps have in common. */
export interface JobCaps {
  readonly key: string;
  readonly caps: readonly Cap[];
}

/** The caps of a job that comes in; `undefined` when it has none. */
export function capsOf(
  groups: ReadonlyMap<string, Cap>,
  { id, description: { group, maxRunning } }: AdmittedJob,
): JobCaps | undefined {
  if (group === undefined && maxRunning === undefined) return undefined;
  // The intake lets in no job of an unknown group, but what ended before a restart needs no cap any more.
  const known = group === undefined ? undefined : groups.get(group);
  const shared = known === undefined ? [] : [known];
  const own = maxRunning === undefined ? [] : [{ max: maxRunning, running: 0 }];
  return { key: `${group ?? ""}#${maxRunning === undefined ? "" : id}`, caps: [...own, ...shared] };
}
