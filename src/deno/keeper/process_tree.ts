/**
 * The processes below a process, by the kernel's own lists of children. A keeper gets what its tasks orphan, so all of
 * them are always below it.
 *
 * @module
 */

import { readProcess, type SeenProcess } from "../local/process_scan.ts";
import { childrenOf, type ProcessReads } from "./process_reads.ts";

const realReads = { process: readProcess, childrenOf };

/**
 * The living processes of some trees.
 *
 * @param roots Process ids of the trees' roots.
 * @param reads Reads of processes; those of this machine when absent.
 */
export function findLiving(
  roots: Iterable<number>,
  reads: Pick<ProcessReads, "process" | "childrenOf"> = realReads,
): SeenProcess[] {
  const living: SeenProcess[] = [];
  const seen = new Set<number>();
  const open = [...roots];
  for (let pid = open.pop(); pid !== undefined; pid = open.pop()) {
    if (seen.has(pid)) continue;
    seen.add(pid);
    const process = reads.process(pid);
    if (process === undefined) continue;
    if (!process.isEnded) living.push(process);
    open.push(...reads.childrenOf(pid));
  }
  return living;
}
