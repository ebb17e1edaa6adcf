/**
 * The critical path: the chain of jobs that no number of cores makes shorter.
 *
 * @module
 */

/** A job on a path. */
export interface PathJob {
  /** Its number. */
  readonly id: number;
  /** The jobs that it waits for; unknown ones play no part. */
  readonly after: readonly number[];
  /** How much it adds to a path. */
  readonly length: number;
}

/**
 * Finds the longest chain.
 *
 * @param jobs The jobs, in any order; no ring among them.
 * @returns Their numbers from the first to the last; of equally long chains the one that ends in the earliest job.
 */
export function findCriticalPath(jobs: readonly PathJob[]): number[] {
  const known = new Map(jobs.map((job) => [job.id, job]));
  const lengths = new Map<number, { readonly length: number; readonly before: number | undefined }>();
  let last: number | undefined;
  for (const { id: root } of jobs) {
    // No recursion, so that a chain may be as long as it likes.
    const stack = [root];
    while (stack.length > 0) {
      const id = stack.at(-1)!;
      const job = known.get(id)!;
      const open = lengths.has(id) ? [] : job.after.filter((other) => known.has(other) && !lengths.has(other));
      if (open.length > 0) {
        stack.push(...open);
        continue;
      }
      stack.pop();
      if (lengths.has(id)) continue;
      let before: number | undefined;
      for (const other of job.after) {
        if (lengths.has(other) && (before === undefined || lengths.get(other)!.length > lengths.get(before)!.length)) {
          before = other;
        }
      }
      lengths.set(id, { length: job.length + (before === undefined ? 0 : lengths.get(before)!.length), before });
    }
    if (last === undefined || lengths.get(root)!.length > lengths.get(last)!.length) last = root;
  }
  const path: number[] = [];
  for (let id = last; id !== undefined; id = lengths.get(id)!.before) path.unshift(id);
  return path;
}
