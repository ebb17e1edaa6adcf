/**
 * `service.log`: which event is told at which level, and in which words. What other programs look for in this file
 * (the first line, the resources) is written exactly as QCG-PilotJob does.
 *
 * @module
 */

import type { Event, JobOutcome, OutcomeCounts } from "../core/types.ts";
import { taskCount, taskName } from "../job/description.ts";
import { formatAllocation } from "../resources/node.ts";
import type { Ledger } from "./ledger.ts";
import { visible } from "./look/last_words.ts";
import { terminalState } from "./states.ts";
import { formatLogTime, formatTime, type ZoneMinutes } from "./times.ts";

/** The levels, most important first; `notset` writes everything. */
export const logLevels: readonly LogLevel[] = ["critical", "error", "warning", "info", "debug", "notset"];

/** How much is logged. */
export type LogLevel = "critical" | "error" | "warning" | "info" | "debug" | "notset";

/** How important a message is. */
export type MessageLevel = Exclude<LogLevel, "notset">;

/** Something to log. */
export interface LogMessage {
  /** How important it is. */
  readonly level: MessageLevel;
  /** What is told. */
  readonly text: string;
}

/** Says whether a message of a level is written to a log of another. */
export function isLogged(message: MessageLevel, log: LogLevel): boolean {
  return logLevels.indexOf(message) <= logLevels.indexOf(log);
}

/** Of a longer text a log has the beginning: a name may be of any length. */
const textMax = 10_000;

/**
 * Writes one line of a log. Further lines of the text are indented, so that none can pass for a message of its own, and
 * nothing in it moves the cursor of who reads the log on a terminal.
 */
export function logLine(atMs: number, text: string, zone?: ZoneMinutes): string {
  const more = text.length - textMax;
  const shown = more <= 0 ? text : `${text.slice(0, textMax)}… (${more} characters more)`;
  return `${formatLogTime(atMs, zone)}: ${visible(shown.replaceAll(/\r\n|[\r\n]/g, "\n\t"))}\n`;
}

/** Who the service is. */
export interface ServiceIdentity {
  /** The instance's id. */
  readonly instanceId: string;
  /** The version of this package. */
  readonly version: string;
  /** When the service began, in milliseconds since the epoch. */
  readonly startedAtMs: number;
  /** The name of the host. */
  readonly host: string;
  /** All tags; the id is the first. */
  readonly tags: readonly string[];
}

/** The first line of a log. */
export function startText(identity: ServiceIdentity, zone?: ZoneMinutes): string {
  const { instanceId, version, startedAtMs, host, tags } = identity;
  const started = formatTime(startedAtMs, zone);
  return `service ${instanceId} version ${version} started ${started} @ ${host} (with tags ${tags.join(",")})`;
}

/** The line that tells what there is to schedule. */
export function resourcesText(
  resources: { readonly total_cores: number; readonly used_cores: number; readonly total_nodes: number },
): string {
  const { total_cores, used_cores, total_nodes } = resources;
  return `available resources: ${total_cores} (${used_cores} used) cores on ${total_nodes} nodes`;
}

/**
 * What is to be logged of an event; `undefined` when nothing.
 *
 * Jobs are told at the level `info`, single tasks of an iterative job at `debug`; what did not go well is a `warning`.
 *
 * @param event An event that the ledger has just taken in.
 * @param ledger Knows the names.
 */
export function eventMessage(event: Event, ledger: Ledger): LogMessage | undefined {
  if (event.kind === "pilotDrained") return { level: "info", text: "all jobs have ended" };
  if (event.kind === "nodeReady") return { level: "info", text: `node ${event.name} is ready` };
  if (event.kind === "nodeLost") {
    return { level: "warning", text: `node ${event.name} was lost${event.reason === "" ? "" : `: ${event.reason}`}` };
  }
  if (event.kind === "jobForgotten") return undefined; // Its name is forgotten too; the request that asked is logged.
  if (event.kind === "jobSubmitted") {
    const { name, iteration } = event.job.description;
    const count = iteration === undefined ? "" : ` with ${taskCount(event.job.description)} iterations`;
    return { level: "info", text: `job ${name} submitted${count}` };
  }
  const job = ledger.job(event.job)?.job;
  if (job === undefined) return undefined;
  const { description, firstTask } = job;
  const name = (task: number) => `job ${taskName(description, task - firstTask)}`;
  switch (event.kind) {
    case "taskScheduled": {
      const attempt = event.attempt === 1 ? "" : `, attempt ${event.attempt}`;
      return {
        level: "debug",
        text: `${name(event.task)} SCHEDULED on ${formatAllocation(event.allocation)}${attempt}`,
      };
    }
    case "taskStarted":
      return { level: "debug", text: `${name(event.task)} EXECUTING as process ${event.pid}` };
    case "taskEnded":
      return description.iteration === undefined ? undefined : endMessage(name(event.task), event.outcome, "debug");
    case "stopRequested":
      return { level: "info", text: `${name(event.task)} is to be stopped: ${event.reason}` };
    case "jobCanceled":
      return { level: "info", text: `job ${description.name} was canceled` };
    case "prioritySet":
      return { level: "info", text: `job ${description.name} has priority ${event.priority} from now on` };
    case "attemptEnded": {
      const again = event.readyAtMs > event.atMs ? ` in ${(event.readyAtMs - event.atMs) / 1000} s` : "";
      const text = `${
        name(event.task)
      } is tried again${again}, attempt ${event.attempt} failed: ${event.outcome.reason}`;
      return { level: "warning", text };
    }
    case "tasksDropped": {
      if (description.iteration === undefined) return undefined;
      const last = event.count === 1 ? "" : ` … ${taskName(description, event.first + event.count - 1 - firstTask)}`;
      return endMessage(`${name(event.first)}${last}`, event.outcome, "debug");
    }
    case "tasksReopened": {
      const last = event.count === 1 ? "" : ` … ${taskName(description, event.first + event.count - 1 - firstTask)}`;
      return { level: "info", text: `${name(event.first)}${last} is to run again` };
    }
    case "jobEnded": {
      if (description.iteration !== undefined) return iterativeEnd(description.name, event.outcome, event.counts);
      return endMessage(name(firstTask), { kind: event.outcome, reason: ledger.task(firstTask).reason }, "info");
    }
    default:
      return event satisfies never;
  }
}

function endMessage(
  subject: string,
  outcome: { readonly kind: JobOutcome; readonly reason?: string | undefined },
  goodLevel: MessageLevel,
): LogMessage {
  const { kind, reason } = outcome;
  const level = kind === "succeeded" || kind === "canceled" ? goodLevel : "warning";
  return { level, text: `${subject} ${terminalState(kind)}${reason === undefined ? "" : `: ${reason}`}` };
}

function iterativeEnd(name: string, outcome: JobOutcome, counts: OutcomeCounts): LogMessage {
  const parts = Object.entries(counts).filter(([, count]) => count > 0).map(([kind, count]) => `${count} ${kind}`);
  const level = outcome === "succeeded" || outcome === "canceled" ? "info" : "warning";
  return { level, text: `job ${name} ${terminalState(outcome)} (${parts.join(", ")})` };
}
