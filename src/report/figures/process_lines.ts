/**
 * Processes as lines, in the layout of `qcg-pm-processes`.
 *
 * @module
 */

import { parseMicros } from "./report_record.ts";
import type { SeenProcess, TreeProcess } from "./process_trees.ts";

/** How many characters of a command line are shown in a tree. */
const commandMax = 80;

/**
 * Writes a tree.
 *
 * @param tree The first process and all below it.
 * @param program The name of the task's own program.
 * @param showsAll Whether processes of other names are shown, too.
 */
export function treeLines(tree: readonly TreeProcess[], program: string, showsAll: boolean): string[] {
  const [root] = tree;
  const began = parseMicros(root?.created, 0);
  return tree.flatMap((process) => {
    const { level, pid, name = "X", cmdline, node = "X", created } = process;
    if (!showsAll && process !== root && name !== program) return [];
    const at = parseMicros(created, 0);
    const after = at === undefined || began === undefined ? "X" : String((at - began) / 1e6);
    const when = level === 0 ? `created ${created ?? "X"}` : `after ${after} secs`;
    const command = cmdline.join(" ").slice(0, commandMax);
    return [`${"  ".repeat(level + 1)}--${pid}:${name} (${command}) node(${node}) ${when}`];
  });
}

/** Writes everything that is known of one process. */
export function processLines(process: SeenProcess): string[] {
  const { pid, name = "X", created = "X", cmdline, parent = "X", parentName = "X" } = process;
  const list = (values: readonly number[] | undefined) => values === undefined ? "X" : `[${values.join(", ")}]`;
  return [
    `${pid}:${name}`,
    `\tcreated: ${created}`,
    `\tcmdline: ${cmdline.join(" ")}`,
    `\tparent: ${parent}:${parentName}`,
    `\tcpu affinity: ${list(process.affinity)}`,
    `\tcpu times: ${list(process.cpuTimes)}`,
    `\tcpu memory info: ${list(process.memory)}`,
    `\tcpu memory percent: ${process.memoryPercent ?? "X"}`,
  ];
}
