/**
 * Waiting for the end of one job or iteration.
 *
 * @module
 */

import { isTerminal, type TerminalState } from "../report/states.ts";
import type { Pilot, Watcher } from "../runtime/pilot.ts";
import { type Target, targetState } from "../service/replies.ts";

/**
 * Waits for the end of a job or iteration, and takes the state at that moment: the job may be removed right after.
 *
 * @param pilot Has the job.
 * @param target What is waited for.
 * @param callsOff Gets what calls the waiting off.
 */
export function endOf(
  pilot: Pilot,
  target: Target,
  callsOff: (() => void)[],
): TerminalState | Promise<TerminalState> {
  const { ledger, failure } = pilot;
  const now = targetState(ledger, target);
  if (isTerminal(now)) return now;
  if (failure !== undefined) return Promise.reject(failure.error);
  const { promise, resolve, reject } = Promise.withResolvers<TerminalState>();
  const watcher: Watcher = {
    seen: () => {
      const state = targetState(ledger, target);
      if (isTerminal(state)) resolve(state);
    },
    broken: reject,
  };
  callsOff.push(pilot.watch(target.job.id, watcher));
  return promise;
}
