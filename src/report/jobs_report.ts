/**
 * `jobs.report`: one record for every iteration and every job that ended, as JSON lines or as text.
 *
 * The report tools of QCG-PilotJob read only the JSON form, and take dates without a zone, such as Python's
 * `datetime.isoformat()` gives for local time; an offset in them would break those tools. So no zone is written: every
 * date is in the zone that the pilot was given when it began, and stays in it (see `times.ts`).
 *
 * @module
 */

import type { Tails } from "../core/exit.ts";
import type { AdmittedJob, Event, JobId, Outcome } from "../core/types.ts";
import { type JobDescription, taskCount, taskName } from "../job/description.ts";
import { serializeDependencies, serializeExecution, serializeResources } from "../job/serialize.ts";
import type { Ledger } from "./ledger.ts";
import { lineJson } from "./python_json.ts";
import { jobHistory, replyRuntime, type RuntimeReply, type StateChange, taskHistory } from "./runtime.ts";
import { type TerminalState, terminalState } from "./states.ts";
import { reportWords } from "./views.ts";
import { formatIsoTime, formatTime, type ZoneMinutes } from "./times.ts";

/** How a record is written. */
export type ReportFormat = "json" | "text";

/** What a report is set up with. */
export interface JobsReportOptions {
  /** Knows the jobs; has taken in the events before they are reported. */
  readonly ledger: Ledger;
  /** Working directory of the tasks, absolute. */
  readonly rootWd: string;
  /** How records are written. */
  readonly format: ReportFormat;
  /** The zone of the dates; UTC when absent. */
  readonly zone?: ZoneMinutes;
}

/** What one record tells. */
interface ReportRecord {
  readonly name: string;
  readonly state: TerminalState;
  readonly history: readonly StateChange[];
  readonly runtime: RuntimeReply;
  /** Set for a whole job, not for an iteration. */
  readonly job?: JobDescription;
  readonly message?: string | undefined;
  /** The number of the attempt, when it is not the only one. */
  readonly attempt?: number;
  /** What it wrote last, if it did not succeed. */
  readonly tails?: Tails | undefined;
}

/** Writes the records of what ended. */
export class JobsReport {
  readonly #options: JobsReportOptions;
  /** The first iteration that did not succeed, of each iterative job that has not ended: looking later would be slow. */
  readonly #firstReason: Map<JobId, string> = new Map();

  /** Starts an empty report. */
  constructor(options: JobsReportOptions) {
    this.#options = options;
  }

  /**
   * Writes the records of an event; the iterations come before the job that they belong to. Everything is looked up in
   * this call, so the result may be read later; a range of iterations that never ran is written out only while it is
   * read, so that a million of them need no memory.
   *
   * @param event An event that the ledger has just taken in.
   * @returns The records, each ending with a newline.
   */
  records(event: Event): Iterable<string> {
    const part = this.#part(event);
    return part === undefined ? [] : typeof part === "string" ? [part] : part;
  }

  #part(event: Event): string | Iterable<string> | undefined {
    switch (event.kind) {
      case "taskEnded":
        return this.#taskEnded(event);
      case "attemptEnded":
        return this.#attemptEnded(event);
      case "tasksDropped":
        return this.#tasksDropped(event);
      case "jobEnded":
        return this.#jobEnded(event);
      default:
        return undefined;
    }
  }

  #iterativeJob(id: JobId): AdmittedJob | undefined {
    const job = this.#options.ledger.job(id)?.job;
    return job?.description.iteration === undefined ? undefined : job;
  }

  #taskEnded(event: Event & { readonly kind: "taskEnded" }): string | undefined {
    const job = this.#iterativeJob(event.job);
    if (job === undefined) return undefined;
    const { ledger, rootWd } = this.#options;
    const offset = event.task - job.firstTask;
    const name = taskName(job.description, offset);
    const message = reasonOf(event.outcome);
    this.#noteReason(job.id, name, message);
    const entry = ledger.task(event.task);
    return this.#write({
      name,
      state: terminalState(event.outcome.kind),
      ...laterAttempt(entry.attempts),
      history: taskHistory(ledger, job, entry),
      runtime: replyRuntime(job, offset, entry, rootWd) ?? {},
      message,
      tails: entry.tails,
    });
  }

  /** An attempt that is followed by another has a record of its own, told by its number. */
  #attemptEnded(event: Event & { readonly kind: "attemptEnded" }): string | undefined {
    const { ledger, rootWd } = this.#options;
    const job = ledger.job(event.job)?.job;
    if (job === undefined) return undefined;
    const offset = event.task - job.firstTask;
    const { exit, reason } = event.outcome;
    const ended = { state: "FAILED", endedAtMs: event.atMs, ...(exit === undefined ? {} : { exit }) } as const;
    const entry = { ...ledger.task(event.task), ...ended };
    return this.#write({
      name: taskName(job.description, offset),
      state: "FAILED",
      attempt: event.attempt,
      history: taskHistory(ledger, job, entry),
      runtime: replyRuntime(job, offset, entry, rootWd) ?? {},
      message: reason,
      tails: event.tails,
    });
  }

  #tasksDropped(event: Event & { readonly kind: "tasksDropped" }): Iterable<string> | undefined {
    const job = this.#iterativeJob(event.job);
    if (job === undefined) return undefined;
    const first = event.first - job.firstTask;
    this.#noteReason(job.id, taskName(job.description, first), event.outcome.reason);
    const state = terminalState(event.outcome.kind);
    const record = { state, history: [{ state, atMs: event.atMs }], runtime: {}, message: event.outcome.reason };
    const write = (offset: number) => this.#write({ name: taskName(job.description, offset), ...record });
    return each(first, event.count, write);
  }

  #jobEnded(event: Event & { readonly kind: "jobEnded" }): string | undefined {
    const { ledger, rootWd } = this.#options;
    const job = ledger.job(event.job)?.job;
    if (job === undefined) return undefined;
    const { description } = job;
    const common = { name: description.name, state: terminalState(event.outcome), job: description };
    if (description.iteration !== undefined) {
      // Of an earlier pilot's tasks nothing was noted here.
      const message = this.#firstReason.get(job.id) ?? findReason(ledger, job);
      this.#firstReason.delete(job.id);
      return this.#write({ ...common, history: jobHistory(ledger, job), runtime: {}, message });
    }
    const entry = ledger.task(job.firstTask);
    const runtime = replyRuntime(job, 0, entry, rootWd) ?? {};
    const history = taskHistory(ledger, job, entry);
    const { reason: message, tails } = entry;
    return this.#write({ ...common, ...laterAttempt(entry.attempts), history, runtime, message, tails });
  }

  #noteReason(job: JobId, taskName: string, reason: string | undefined): void {
    if (reason !== undefined && !this.#firstReason.has(job)) this.#firstReason.set(job, `${taskName}: ${reason}`);
  }

  #write(record: ReportRecord): string {
    const { format, zone } = this.#options;
    return format === "json" ? writeJson(record, zone) : writeText(record, zone);
  }
}

/** Why the first iteration that did not succeed did not; `undefined` when all did. */
function findReason(ledger: Ledger, { description, firstTask }: AdmittedJob): string | undefined {
  const count = taskCount(description);
  for (let offset = 0; offset < count; offset++) {
    if (ledger.state(firstTask + offset) === "SUCCEED") continue;
    const { reason } = ledger.task(firstTask + offset);
    if (reason !== undefined) return `${taskName(description, offset)}: ${reason}`;
  }
  return undefined;
}

function reasonOf(outcome: Outcome): string | undefined {
  return outcome.kind === "succeeded" ? undefined : outcome.reason;
}

function laterAttempt(attempt: number): { attempt?: number } {
  return attempt > 1 ? { attempt } : {};
}

function writeJson(record: ReportRecord, zone?: ZoneMinutes): string {
  const { name, state, attempt, history, runtime, job, message, tails } = record;
  const line = lineJson({
    name,
    state,
    history: history.map((change) => ({ state: change.state, date: formatIsoTime(change.atMs, zone) })),
    runtime,
    ...(job && {
      execution: serializeExecution(job.execution),
      resources: serializeResources(job.resources, job.timeLimitMs),
      ...(job.dependencies.length > 0 && { dependencies: serializeDependencies(job.dependencies) }),
    }),
    ...(message !== undefined && { messages: message }),
    ...(attempt !== undefined && { attempt }),
    ...(tails !== undefined && reportWords(tails)),
  });
  return `${line}\n`;
}

/**
 * A message of several lines is joined to one, so that every line of the text is what its indentation says. The
 * blank behind the state stands without a message too, as in QCG-PilotJob.
 */
function writeText(record: ReportRecord, zone?: ZoneMinutes): string {
  const { name, state, attempt, history, runtime, message, tails } = record;
  const which = attempt === undefined ? "" : `, attempt ${attempt}`;
  const head = `${name} (${state}${which}) ${(message ?? "").replaceAll(/\s*\n\s*/g, " ")}`;
  const entries = Object.entries(runtime).map(([key, value]) => `${key}: ${value}`);
  const lines = [
    ...history.map((change) => `${formatTime(change.atMs, zone)}: ${change.state}`),
    ...(entries.length === 0 ? [""] : entries),
    ...Object.entries(tails === undefined ? {} : reportWords(tails)).map(([key, text]) =>
      `${key}: ${JSON.stringify(text)}`
    ),
  ];
  return `${head}\n${lines.map((line) => `\t${line}\n`).join("")}`;
}

function* each(first: number, count: number, write: (offset: number) => string): Generator<string, void, void> {
  for (let offset = first; offset < first + count; offset++) yield write(offset);
}
