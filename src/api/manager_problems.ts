/**
 * What the manager says of names for which nothing was done.
 *
 * @module
 */

import type { CancelAnswer, RemoveAnswer } from "../service/answers.ts";

/** Why a job or iteration was not stopped; `undefined` if it was, or was asked to before in the same list. */
export function cancelProblem(name: string, answer: CancelAnswer): string | undefined {
  if (answer.kind !== "ended") return undefined;
  const { state } = answer;
  return `Job ${name} ${state === "CANCELED" ? "already canceled" : `has ended already (${state})`}`;
}

/** Why a job was not removed; `undefined` if it was. */
export function removeProblem(name: string, answer: RemoveAnswer): string | undefined {
  switch (answer.kind) {
    case "removed":
      return undefined;
    case "iteration":
      return `Job '${name}' is an iteration: only whole jobs can be removed`;
    case "open":
      return `Job '${name}' not finished - can not be removed`;
    default:
      return answer satisfies never;
  }
}
