/**
 * All that is known of one task, as a text for people.
 *
 * @module
 */

import { formatSpan } from "../../base/duration.ts";
import type { Cleanup } from "../../core/exit.ts";
import { commandText } from "../command_text.ts";
import { formatTime, type ZoneMinutes } from "../times.ts";
import type { Attempt } from "./attempts.ts";
import { visible } from "./last_words.ts";
import { formatKiB } from "./row_table.ts";
import type { TaskDetails } from "./task_details.ts";

/** How many lines of the end of a stream are shown. */
const linesMax = 20;
/** How many of them are shown of an attempt that was followed by another. */
const earlierMax = 5;

/** Writes what is known of a task; each line ends with a line feed. */
export function formatDetails(details: TaskDetails, zone: ZoneMinutes): string {
  const { name, state, reason, cause, command, env, paths, needs, after, timeLimitMs, wait, lastWords } = details;
  const why = reason === undefined ? "" : `: ${reason}${cause === undefined ? "" : ` (${cause})`}`;
  const variables = Object.entries(env);
  const lines = [
    // The command and what belongs to it stay as they are, to be pasted.
    `task     ${visible(name)}`,
    `state    ${state}${visible(why)}`,
    ...(wait === undefined ? [] : [
      `waits    ${wait.kind === "dependencies" ? `for ${visible(wait.on.join(", "))}` : `for ${waitWords[wait.kind]}`}`,
    ]),
    ...(command === undefined ? [] : [`command  ${command}`]),
    ...variables.map(([key, value], index) => `${index === 0 ? "env    " : "       "}  ${key}=${commandText([value])}`),
    ...Object.entries(paths).map(([key, path]) => `${key.padEnd(7)}  ${path}`),
    `needs    ${needs}`,
    ...(after === "" ? [] : [`after    ${visible(after)}`]),
    ...(timeLimitMs === undefined ? [] : [`limit    ${formatSpan(timeLimitMs)}`]),
    `queued   ${formatTime(details.queuedAtMs, zone).slice(0, 19)}`,
    ...details.launches.flatMap((attempt, index) => [
      ...attemptLines(attempt, zone),
      ...(index === details.launches.length - 1 ? [] : earlierWords(attempt)),
    ]),
    ...streamLines("stdout", lastWords?.stdout),
    ...streamLines("stderr", lastWords?.stderr),
    ...tailProblem(details.launches.at(-1)),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

const waitWords = { retry: "its next attempt", resources: "resources" } as const;

function attemptLines(attempt: Attempt, zone: ZoneMinutes): string[] {
  const { allocation, gpus, pid, startedAtMs, endedAtMs, scheduledAtMs, cpuMs, peakKiB, cleanup } = attempt;
  const begun = startedAtMs ?? scheduledAtMs;
  const parts = [
    `on ${allocation}${gpus === "" ? "" : `, GPUs ${gpus}`}`,
    `${startedAtMs === undefined ? "scheduled" : "started"} ${formatTime(begun, zone).slice(0, 19)}`,
    ...(pid === undefined ? [] : [`process ${pid}`]),
    ...(startedAtMs === undefined || endedAtMs === undefined ? [] : [`ran ${formatSpan(endedAtMs - startedAtMs)}`]),
    ...(cpuMs === undefined ? [] : [`CPU ${formatSpan(cpuMs)}`]),
    ...(peakKiB === undefined ? [] : [`memory ${formatKiB(peakKiB)}`]),
  ];
  return [
    `try ${String(attempt.attempt).padEnd(3)}  ${parts.join(", ")}`,
    `         ${endText(attempt)}`,
    ...(cleanup === undefined ? [] : [`         ${cleanupText(cleanup)}`]),
  ];
}

function endText({ succeeded, cause, reason }: Attempt): string {
  if (succeeded === undefined) return "has not ended";
  return succeeded ? "succeeded" : visible(`failed: ${reason} (${cause})`);
}

/** What became of the processes that were found: the proof that nothing was left. */
function cleanupText({ found, terminated, killed, left }: Cleanup): string {
  const rest = left === 0 ? "none is left" : `${left} could not be ended`;
  return `processes found ${found}, ended by SIGTERM ${terminated}, by SIGKILL ${killed}; ${rest}`;
}

function tailProblem(attempt: Attempt | undefined): string[] {
  return attempt?.tails?.problem === undefined ? [] : [`output   ${attempt.tails.problem}`];
}

/** What an attempt wrote last that was followed by another. */
function earlierWords({ tails }: Attempt): string[] {
  return [...streamLines("stdout", tails?.stdout, earlierMax), ...streamLines("stderr", tails?.stderr, earlierMax)]
    .map((line) => `         ${line}`);
}

function streamLines(label: string, text: string | undefined, countMax: number = linesMax): string[] {
  if (text === undefined || text.trimEnd() === "") return [];
  const lines = text.trimEnd().split("\n");
  const more = lines.length > countMax ? `, the last ${countMax} lines` : "";
  return [
    `${label}:${more === "" ? "" : more.slice(1)}`,
    ...lines.slice(-countMax).map((line) => `  | ${visible(line)}`),
  ];
}
