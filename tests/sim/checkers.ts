/**
 * All checkers, one for each promise.
 *
 * @module
 */

import { coreCheckers } from "./check_cores.ts";
import { orderCheckers } from "./check_order.ts";
import { outsideCheckers } from "./check_outside.ts";
import { resourceCheckers } from "./check_resources.ts";
import { readerCheckers } from "./check_readers.ts";
import { stopCheckers } from "./check_stops.ts";
import { type Checker, taskCheckers } from "./check_tasks.ts";
import type { History } from "./history.ts";

/** All checkers. */
export const checkers: readonly Checker[] = [
  ...outsideCheckers,
  ...taskCheckers,
  ...coreCheckers,
  ...orderCheckers,
  ...resourceCheckers,
  ...stopCheckers,
  ...readerCheckers,
];

/** The promises that a run broke, each with what was found. */
export function findBroken(history: History): { readonly promise: string; readonly found: string }[] {
  return checkers.flatMap(({ promise, check }) => {
    const found = check(history);
    return found === undefined ? [] : [{ promise, found }];
  });
}
