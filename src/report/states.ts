/**
 * QCG-PilotJob's names of states, and the one place that maps our own to them.
 *
 * @module
 */

import type { JobOutcome } from "../core/types.ts";

/**
 * The state of a job or task, in QCG-PilotJob's words. `QUEUED`, `SCHEDULED` and `EXECUTING` are passed through in this
 * order; the other four are terminal.
 */
export type JobState = "QUEUED" | "SCHEDULED" | "EXECUTING" | TerminalState;

/** A state that is never left. */
export type TerminalState = "SUCCEED" | "FAILED" | "CANCELED" | "OMITTED";

/** All states, in the order in which a task can pass through them; the terminal ones behind. */
export const jobStates: readonly JobState[] = [
  ...["QUEUED", "SCHEDULED", "EXECUTING", "SUCCEED", "FAILED", "CANCELED", "OMITTED"] as const,
];

/** Maps an outcome to QCG-PilotJob's name of it. */
export function terminalState(outcome: JobOutcome): TerminalState {
  switch (outcome) {
    case "succeeded":
      return "SUCCEED";
    case "failed":
      return "FAILED";
    case "canceled":
      return "CANCELED";
    case "omitted":
      return "OMITTED";
    default:
      return outcome satisfies never;
  }
}

/** Maps QCG-PilotJob's name of a terminal state to our outcome. */
export function outcomeOfState(state: TerminalState): JobOutcome {
  switch (state) {
    case "SUCCEED":
      return "succeeded";
    case "FAILED":
      return "failed";
    case "CANCELED":
      return "canceled";
    case "OMITTED":
      return "omitted";
    default:
      return state satisfies never;
  }
}

/** Says whether a state is terminal. */
export function isTerminal(state: JobState): state is TerminalState {
  return state !== "QUEUED" && state !== "SCHEDULED" && state !== "EXECUTING";
}
