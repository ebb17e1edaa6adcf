/**
 * How a run stands, as a text for people.
 *
 * @module
 */

import { formatSpan } from "../../base/duration.ts";
import { breakLength } from "../breaks.ts";
import { commandText } from "../command_text.ts";
import { countOf } from "../../resources/request.ts";
import type { JobState } from "../states.ts";
import { formatTime, type ZoneMinutes } from "../times.ts";
import { failuresHeading, type FailureTextOptions, formatFailures } from "./failures_text.ts";
import type { TaskCounts } from "./run_view.ts";
import type { RunFacts, RunStatus } from "./run_status.ts";

/** The states in the order in which they are told, each with its word. */
const stateWords: readonly (readonly [JobState, string])[] = [
  ["SUCCEED", "succeeded"],
  ["FAILED", "failed"],
  ["CANCELED", "canceled"],
  ["OMITTED", "omitted"],
  ["EXECUTING", "running"],
  ["SCHEDULED", "starting"],
  ["QUEUED", "waiting"],
];

/** Counts tasks in words: `3 succeeded, 1 running`. */
export function countsText(counts: TaskCounts): string {
  const parts = stateWords.filter(([state]) => counts[state] > 0).map(([state, word]) => `${counts[state]} ${word}`);
  return parts.length === 0 ? "none" : parts.join(", ");
}

/** Says in a few words whether a run lives. */
export function livenessText({ liveness, processId, host, slurmJob }: RunFacts): string {
  const place = host === undefined ? "" : ` on ${host}`;
  const within = slurmJob === undefined ? "" : `, Slurm job ${slurmJob}`;
  switch (liveness) {
    case "alive":
      return `alive${processId === undefined ? "" : ` (process ${processId}${place}${within})`}`;
    case "ended":
      return "ended";
    case "brokenOff":
      return "broken off";
    case "elsewhere":
      return `not ended${place}${within}; whether it lives can be told there only`;
    default:
      return liveness satisfies never;
  }
}

/** Writes how a run stands; each line ends with a line feed. */
export function formatStatus(status: RunStatus, zone: ZoneMinutes, options: FailureTextOptions): string {
  const { id, folder, begunAtMs, elapsedMs, counts, coresInUse, cores, longest, failures, waits, leftMs } = status;
  const begun = begunAtMs === undefined ? "" : `begun ${formatTime(begunAtMs, zone).slice(0, 19)}, `;
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const isLive = status.liveness === "alive" || status.liveness === "elsewhere";
  const lines = [
    `run      ${id}: ${livenessText(status)}`,
    `folder   ${folder}`,
    `time     ${begun}${isLive ? "for" : "took"} ${formatSpan(elapsedMs)}${breakText(status)}${
      leftText(leftMs, counts)
    }`,
    `tasks    ${total}: ${countsText(counts)}`,
    ...(isLive ? [`cores    ${coresInUse}${cores === undefined ? "" : ` of ${cores}`} in use`] : []),
    ...longest.map(({ name, ranMs, nodes }, index) => {
      const node = nodes.length === 0 ? "" : ` on ${nodes.join(", ")}`;
      return `${index === 0 ? "longest" : "       "}  ${name} ${isLive ? "runs" : "ran"} for ${
        formatSpan(ranMs!)
      }${node}`;
    }),
    ...waits.map((wait, index) => `${index === 0 ? "waiting" : "       "}  ${waitText(wait)}`),
    ...(status.damage === undefined ? [] : [`damage   ${status.damage}`]),
  ];
  if (failures.groups.length > 0) {
    lines.push(`failed   ${failuresHeading(failures)}`);
    lines.push(...formatFailures(failures, options).trimEnd().split("\n").map((line) => `  ${line}`));
    lines.push(`         more: qcgpj failures ${commandText([folder])}`);
  }
  if (status.liveness === "brokenOff") lines.push(`go on    qcgpj run --resume ${commandText([folder])}`);
  return lines.map((line) => `${line}\n`).join("");
}

/** A run that was gone on with stood still before, which is none of its time. */
function breakText({ breaks }: RunStatus): string {
  const stoodMs = breakLength(breaks);
  return stoodMs === 0 ? "" : ` without the ${formatSpan(stoodMs)} before it was resumed`;
}

function leftText(leftMs: number | undefined, counts: TaskCounts): string {
  const isOver = counts.QUEUED + counts.SCHEDULED + counts.EXECUTING === 0;
  return leftMs === undefined || isOver ? "" : `, about ${formatSpan(leftMs)} left`;
}

function waitText({ kind, tasks, on = [] }: RunStatus["waits"][number]): string {
  const who = `${countOf(tasks, "task")} for`;
  switch (kind) {
    case "dependencies":
      return `${who} others: ${on.join(", ")}${tasks > on.length ? " …" : ""}`;
    case "retry":
      return `${who} the next attempt`;
    case "resources":
      return `${who} resources`;
    default:
      return kind satisfies never;
  }
}
