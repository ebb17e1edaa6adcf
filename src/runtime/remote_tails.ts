/**
 * The ends of outputs that no launcher reads, as their file system may not answer: they are read aside, for a while, and
 * the end of the task is told then.
 *
 * @module
 */

import { present } from "../base/assert.ts";
import { errorText } from "../base/error_text.ts";
import type { Tails } from "../core/exit.ts";
import type { LaunchPlan } from "../launch/plan.ts";
import type { LaunchSink } from "./ports.ts";

/** Reads the last bytes of a file that may not answer, as text; `undefined` for a file that launchers read. */
export type ReadRemote = (path: string, bytesMax: number) => Promise<string> | undefined;

/** A sink that adds what the launcher has left out to the tails of a task, then tells another. */
export function addRemoteTails(plan: LaunchPlan, sink: LaunchSink, readRemote: ReadRemote): LaunchSink {
  if (!plan.tailBytes) return sink;
  return {
    started: (key, process) => sink.started(key, process),
    startFailed: (key, failure) => sink.startFailed(key, failure),
    signalRefused: (key) => sink.signalRefused?.(key),
    limitExceeded: (key, cause, reason) => sink.limitExceeded(key, cause, reason),
    exited: (key, exit, usage, cleanup, tails) => {
      const missing = tails === undefined ? undefined : readMissing(plan, tails, readRemote);
      if (missing === undefined) return sink.exited(key, exit, usage, cleanup, tails);
      missing.then((all) => sink.exited(key, exit, usage, cleanup, all));
    },
  };
}

/** Returns `undefined` when nothing is missing. */
function readMissing(plan: LaunchPlan, tails: Tails, readRemote: ReadRemote): Promise<Tails> | undefined {
  const reads = (["stdout", "stderr"] as const).flatMap((name) => {
    const path = plan[name];
    if (path === undefined || tails[name] !== undefined || (name === "stderr" && path === plan.stdout)) return [];
    const text = readRemote(path, present(plan.tailBytes, "how much is read of the end of an output"));
    if (text === undefined) return [];
    return [text.then<Tails, Tails>((end) => ({ [name]: end }), (error) => ({
      problem: `cannot read ${path}: ${errorText(error)}`,
    }))];
  });
  if (reads.length === 0) return undefined;
  return Promise.all(reads).then((ends) => Object.assign({ ...tails }, ...ends));
}
