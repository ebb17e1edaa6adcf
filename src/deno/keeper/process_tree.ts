/**
 * The processes below a process, by the kernel's own lists of children. A keeper gets what its tasks orphan, so all of
 * them are always below it.
 *
 * @module
 */

import { readProcess, type SeenProcess } from "../local/process_scan.ts";

/**
 * The living processes of some trees.
 *
 * @param roots Process ids of the trees' roots.
 */
export function findLiving(roots: Iterable<number>): SeenProcess[] {
  const living: SeenProcess[] = [];
  const seen = new Set<number>();
  const open = [...roots];
  for (let pid = open.pop(); pid !== undefined; pid = open.pop()) {
    if (seen.has(pid)) continue;
    seen.add(pid);
    const process = readProcess(pid);
    if (process === undefined) continue;
    if (!process.isEnded) living.push(process);
    open.push(...childrenOf(pid));
  }
  return living;
}

/** The children of all threads of a process. */
function childrenOf(pid: number): number[] {
  const children: number[] = [];
  try {
    for (const { name } of Deno.readDirSync(`/proc/${pid}/task`)) {
      const text = Deno.readTextFileSync(`/proc/${pid}/task/${name}/children`);
      for (const child of text.split(" ")) if (child !== "") children.push(Number(child));
    }
  } catch {
    // It has ended; its children are ours by now.
  }
  return children;
}
