/**
 * Slurm's counts for the nodes of a list, such as `4(x2),2`: four, four and two.
 *
 * @module
 */

import { nodeCoresMax } from "../resources/node_spec.ts";
import { listedNodesMax } from "./node_list.ts";
import { refuse } from "./spec_error.ts";

const noun = "List of counts";

/**
 * Reads counts; `formatRunLengths` (`src/launch/environment.ts`) writes them.
 *
 * @throws {ResourceSpecError} If the text is no such list, or has more counts than a list has nodes.
 *
 * @example Equal neighbours are written once
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseRunLengths("4(x2),2"), [4, 4, 2]);
 * ```
 */
export function parseRunLengths(text: string): number[] {
  const counts: number[] = [];
  let at = 0;
  for (const part of text.split(",")) {
    const [, count, times = "1"] = /^([0-9]{1,9})(?:\(x([0-9]{1,9})\))?$/.exec(part) ?? [];
    if (count === undefined) {
      refuse(noun, text, at, `has ${JSON.stringify(part.slice(0, 40))} instead of a count such as 4 or 4(x2)`);
    }
    if (Number(count) < 1 || Number(count) > nodeCoresMax) {
      refuse(noun, text, at, `has the count ${count}, which must be from 1 to ${nodeCoresMax}`);
    }
    if (Number(times) < 1 || counts.length + Number(times) > listedNodesMax) {
      refuse(noun, text, at, `must count from 1 to ${listedNodesMax} nodes`);
    }
    for (let time = 0; time < Number(times); time++) counts.push(Number(count));
    at += part.length + 1;
  }
  return counts;
}
