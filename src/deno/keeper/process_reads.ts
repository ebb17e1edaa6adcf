/**
 * What a keeper can read of the processes below it. The rest of it reads nothing by itself, so that tests can put a tree
 * of processes there that changes at any moment.
 *
 * @module
 */

import { openFlags } from "../local/native/file_numbers.ts";
import { TagReader } from "../local/native/tag_reader.ts";
import { readName, readProcess, type SeenProcess } from "../local/process_scan.ts";
import { sightOf } from "../local/tag_search.ts";
import type { Kernel } from "./kernel.ts";

/** A list of process ids is their digits, each number followed by a space. */
const [space, digitZero] = [0x20, 0x30];

/** What can be read of processes. Each read tells of its own moment only. */
export interface ProcessReads {
  /** The keeper's own children, dead or alive. */
  ownChildren(): number[];
  /** The children of all threads of a process; none when it has ended. */
  childrenOf(pid: number): number[];
  /** Looks at a process; `undefined` when there is none. */
  process(pid: number): SeenProcess | undefined;
  /** What a process calls itself; `undefined` when there is none. */
  name(pid: number): string | undefined;
  /** The tag that a process carries; `undefined` when it has none. */
  tag(pid: number): string | undefined;
}

/** Opens the list of the keeper's own children; negative where the kernel has none. */
export function openChildList(kernel: Kernel): number {
  return kernel.open(`/proc/self/task/${Deno.pid}/children`, openFlags.read);
}

/**
 * Reads of this machine.
 *
 * @throws {Error} If the kernel has no lists of children.
 */
export function readsOf(kernel: Kernel): ProcessReads {
  const list = openChildList(kernel);
  if (list < 0) throw new Error("The kernel keeps no lists of children");
  const sight = sightOf(TagReader.open());
  const tag = (pid: number) => sight.tagOf(pid) || undefined;
  return { ownChildren: () => readList(kernel, list), childrenOf, process: readProcess, name: readName, tag };
}

function readList(kernel: Kernel, list: number): number[] {
  const pids: number[] = [];
  let pid = 0;
  let at = 0;
  for (let part = kernel.readAt(list, at); part.length > 0; part = kernel.readAt(list, at)) {
    at += part.length;
    for (const byte of part) {
      if (byte !== space) pid = pid * 10 + byte - digitZero;
      else {
        pids.push(pid);
        pid = 0;
      }
    }
  }
  return pids;
}

/** The children of all threads of a process. */
export function childrenOf(pid: number): number[] {
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
