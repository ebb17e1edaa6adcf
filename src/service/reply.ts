/**
 * What every request is answered with, and how it is written.
 *
 * @module
 */

import type { PilotJobError } from "../errors.ts";
import type { LogMessage } from "../report/log_lines.ts";
import { escapeJson, indentedJson } from "../report/python_json.ts";

/** The answer to one request. */
export interface Reply {
  /** 0: done; 1: refused, and nothing was changed. */
  readonly code: 0 | 1;
  /** What was done, for some requests; what is wrong, for refused ones. */
  readonly message?: string;
  /** What was asked for; for refused requests a {@linkcode Refusal}. */
  readonly data?: object;
}

/** The data of a refused request. Beyond QCG-PilotJob: its clients read only the message. */
export interface Refusal {
  /** The stable code of the error, for programs: `INVALID_REQUEST`, `JOB_DESCRIPTION`, `UNKNOWN_JOB`, … */
  readonly error: string;
  /** The job to blame, when one is. */
  readonly job?: string;
  /** What in its description is wrong, for example `execution.args[2]`. */
  readonly path?: string;
  /** What is wrong in our own words, where the message has those of QCG-PilotJob. */
  readonly reason?: string;
}

/** Says that something was done. */
export function accept(answer?: object, message?: string): Reply {
  return { code: 0, ...(message === undefined ? {} : { message }), ...(answer === undefined ? {} : { data: answer }) };
}

/** Says that something was refused. */
export function refuse(message: string, refusal: Refusal): Reply {
  return { code: 1, message, data: refusal };
}

/**
 * Says that something was refused because of an error.
 *
 * @param error The error.
 * @param message The message, if it is not the error's own. Unless it ends with that one, that one is the `reason`.
 */
export function refuseFor(error: PilotJobError, message: string = error.message): Reply {
  const { jobName, path } = error as { readonly jobName?: unknown; readonly path?: unknown };
  return refuse(message, {
    error: error.code,
    ...(typeof jobName === "string" ? { job: jobName } : {}),
    ...(typeof path === "string" && path !== "" ? { path } : {}),
    ...(message.endsWith(error.message) ? {} : { reason: error.message }),
  });
}

/** What a reply may say of why it, or something of what was asked for, was not done. */
interface ReplyProblems {
  readonly reason?: string;
  readonly errors?: Readonly<Record<string, string>>;
  readonly reasons?: Readonly<Record<string, string>>;
}

/**
 * What was not done and why, for people: in our own words where a reply has them, else in those of QCG-PilotJob.
 *
 * @param reply The reply.
 * @returns Sentences without their ends; none if all was done.
 */
export function problemsOf(reply: Reply): string[] {
  const { reason = reply.message ?? "refused", errors = {}, reasons = {} } = (reply.data ?? {}) as ReplyProblems;
  return reply.code === 1 ? [reason] : Object.entries(errors).map(([name, problem]) => reasons[name] ?? problem);
}

/** Writes a reply as QCG-PilotJob sends it: indented by two blanks, in ASCII. */
export function replyText(reply: Reply): string {
  return indentedJson(reply);
}

/** Writes a reply in one line, in ASCII, ending with a newline. */
export function replyLine(reply: Reply): string {
  return `${escapeJson(JSON.stringify(reply))}\n`;
}

/** Requests that change nothing. */
const questions: readonly string[] = ["status", "jobStatus", "jobInfo", "listJobs", "resourcesInfo"];

/**
 * What is logged of a request and its reply: where replies are not read, the log is the only place to find them. Clients
 * may ask a thousand times in a second; what they ask is told at the level `debug`.
 */
export function exchangeMessage(requestName: string, reply: Reply): LogMessage {
  const level = reply.code === 1 ? "error" : questions.includes(requestName) ? "debug" : "info";
  const outcome = reply.code === 0 ? "accepted" : "refused";
  const { reason } = (reply.data ?? {}) as { readonly reason?: unknown };
  const told = reply.message === undefined ? "" : `: ${reply.message}`;
  return { level, text: `request ${requestName} ${outcome}${told}${typeof reason === "string" ? ` (${reason})` : ""}` };
}
