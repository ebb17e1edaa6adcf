/**
 * Why a task waits, as data and as a text for people.
 *
 * @module
 */

import { formatSpan } from "../../base/duration.ts";
import type { StartingChange, WaitExplanation } from "../../core/explain_wait.ts";
import { countOf } from "../../resources/request.ts";
import type { JobState } from "../states.ts";
import { visible } from "./last_words.ts";

/** Why a task waits. */
export interface ExplainedTask extends WaitExplanation {
  /** Its name. */
  readonly name: string;
  /** Its state. */
  readonly state: JobState;
  /** What must end before it can start, and how that stands. */
  readonly after: readonly { readonly name: string; readonly state: JobState }[];
  /** How many tasks of the same job wait, too, where a whole job was asked for. */
  readonly alike?: number;
}

/**
 * Writes why a task waits; each line ends with a line feed.
 *
 * @param task The task.
 * @param nowMs The time, in milliseconds since the epoch.
 */
export function formatExplained(task: ExplainedTask, nowMs: number): string {
  const { name, state, alike, needs, free, expectedAtMs, changes = [] } = task;
  const more = alike === undefined
    ? ""
    : ` (${countOf(alike, "more task")} of the job ${alike === 1 ? "waits" : "wait"}, too)`;
  const lines = [
    `${name}: ${whyText(task, nowMs)}${more}`,
    ...(state === "QUEUED" && needs !== undefined
      ? [`  needs     ${needs}; free now ${free.cores} of ${countOf(free.of, "core")}`]
      : []),
    ...limitLines(task),
    ...(expectedAtMs === undefined ? [] : [`  expected  ${startText(expectedAtMs - nowMs)}`]),
    ...changes.map((change, index) => `  ${index === 0 ? "sooner if " : "or if     "}${changeText(change)}`),
  ];
  return lines.map((line) => `${visible(line)}\n`).join("");
}

function whyText({ phase, state, isPaused, after, readyAtMs, fits, lacksTime }: ExplainedTask, nowMs: number): string {
  switch (phase) {
    case "unknown":
    case "ended":
      return `has ended: ${state}`;
    case "live":
      return state === "SCHEDULED" ? "is being started" : "runs";
    case "blocked": {
      const sources = after.map(({ name, state }) => `${name} (${state})`).join(", ");
      return `waits for others: ${sources === "" ? "some" : sources}`;
    }
    case "delayed":
      return `failed, and is tried again ${readyAtMs === undefined ? "soon" : startText(readyAtMs - nowMs)}`;
    case "ready":
      if (isPaused) return "waits, as the run is paused";
      if (lacksTime !== undefined) return lackText(lacksTime);
      return fits ? "fits, and starts in a moment" : "waits for resources";
    default:
      return phase satisfies never;
  }
}

function lackText({ neededMs, leftMs }: NonNullable<ExplainedTask["lacksTime"]>): string {
  const needed = `waits for a resumed run: it may take ${formatSpan(neededMs)}`;
  return `${needed}, and all work stops in ${formatSpan(leftMs)}, as the allocation ends then`;
}

function limitLines({ caps = [], heldBackFor, before }: ExplainedTask): string[] {
  return [
    ...caps.map((max) =>
      `  limit     ${countOf(max, "task")} of its job or group may run at once, and ${max === 1 ? "does" : "do"}`
    ),
    ...(heldBackFor === undefined
      ? []
      : [`  held back it would fit, but that is kept free for ${heldBackFor}, which has waited too long`]),
    ...(before === undefined || before.tasks === 0 ? [] : [
      `  before it ${countOf(before.tasks, "task")}: ${before.first.join(", ")}${
        before.tasks > before.first.length ? " …" : ""
      }`,
    ]),
  ];
}

function startText(ms: number): string {
  return ms < 500 ? "now" : `in about ${formatSpan(ms)}`;
}

function changeText(change: StartingChange): string {
  switch (change.kind) {
    case "continue":
      return "the run goes on: qcgpj continue";
    case "cores":
    case "nodes":
      return `it asks for ${countOf(change.count, change.kind.slice(0, -1))}: that is free`;
    case "end": {
      const more = change.more > 0 ? ` and ${countOf(change.more, "more task")}` : "";
      return `${change.tasks.join(", ")}${more} ${change.tasks.length + change.more === 1 ? "ends" : "end"}`;
    }
    default:
      return change satisfies never;
  }
}
