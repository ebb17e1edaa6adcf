/**
 * The public error tree. Every error that this package throws at its users is one of these, a `TypeError` or
 * `RangeError` for a wrong argument, or the reason of an `AbortSignal`.
 *
 * @module
 */

/** Options of every {@linkcode PilotJobError}. */
export interface PilotJobErrorOptions {
  /** The error that caused this one. */
  readonly cause?: unknown;
}

/** Base of all errors of this package; `code` is stable and meant for programs. */
export abstract class PilotJobError extends Error {
  /** A stable, upper-case identifier of the kind of error, for example `"TEMPLATE"`. */
  abstract readonly code: string;

  /** Creates the error with a message that names the thing, where it is, and what would be right. */
  constructor(message: string, options: PilotJobErrorOptions = {}) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
  }
}

/** A placeholder that is missing or malformed, or a template whose text cannot be parsed. */
export class TemplateError extends PilotJobError {
  /** The name of the class. */
  override readonly name = "TemplateError";
  /** Always `"TEMPLATE"`. */
  override readonly code = "TEMPLATE";
  /** The placeholder's name without dollar and braces, when one is to blame. */
  readonly placeholder: string | undefined;
  /** The 1-based line in the template text, when known. */
  readonly line: number | undefined;
  /** The 1-based column in the template text, when known. */
  readonly column: number | undefined;

  /** Creates the error; `where` says which placeholder and which line and column are to blame. */
  constructor(
    message: string,
    where: { readonly placeholder?: string; readonly line?: number; readonly column?: number } & PilotJobErrorOptions =
      {},
  ) {
    super(message, where);
    this.placeholder = where.placeholder;
    this.line = where.line;
    this.column = where.column;
  }
}

/** A job description of the wrong shape, a duplicate name, a self or cyclic dependency, or an impossible request. */
export class JobDescriptionError extends PilotJobError {
  /** The name of the class. */
  override readonly name = "JobDescriptionError";
  /** Always `"JOB_DESCRIPTION"`. */
  override readonly code = "JOB_DESCRIPTION";
  /** The job's name, or `undefined` when the description has none. */
  readonly jobName: string | undefined;
  /** What is wrong, as a path into the description: `"execution.args[2]"`; empty for the whole job. */
  readonly path: string;
  /** What is wrong, as the rest of a sentence that begins with the path; the whole message where there is no such. */
  readonly problem: string;
  /** Whether something is missing at the path; else what stands there is wrong. */
  readonly isMissing: boolean;

  /** Creates the error; `where` names the job, the path into its description, and what is wrong there. */
  constructor(
    message: string,
    where: {
      readonly jobName?: string | undefined;
      readonly path?: string;
      readonly problem?: string;
      readonly isMissing?: boolean;
    } & PilotJobErrorOptions = {},
  ) {
    super(message, where);
    this.jobName = where.jobName;
    this.path = where.path ?? "";
    this.problem = where.problem ?? message;
    this.isMissing = where.isMissing ?? false;
  }
}

/** A node specification, a Slurm list or a time that cannot be parsed. */
export class ResourceSpecError extends PilotJobError {
  /** The name of the class. */
  override readonly name = "ResourceSpecError";
  /** Always `"RESOURCE_SPEC"`. */
  override readonly code = "RESOURCE_SPEC";
  /** The whole text that could not be parsed. */
  readonly text: string;
  /** The 0-based offset in {@linkcode text} at which it went wrong. */
  readonly offset: number;

  /** Creates the error for `text`, wrong at `offset`. */
  constructor(message: string, text: string, offset: number, options: PilotJobErrorOptions = {}) {
    super(message, options);
    this.text = text;
    this.offset = offset;
  }
}

/** Something outside the permission scope, or a Deno permission that is missing. */
export class PermissionScopeError extends PilotJobError {
  /** The name of the class. */
  override readonly name = "PermissionScopeError";
  /** Always `"PERMISSION_SCOPE"`. */
  override readonly code = "PERMISSION_SCOPE";
  /** The kind of permission: `"run"`, `"read"`, `"write"`, `"env"` or `"net"`. */
  readonly permission: string;
  /** What was asked for: a program, a path, a variable or a host. */
  readonly value: string;

  /** Creates the error for the `permission` (kind) and the `value` that was asked for. */
  constructor(message: string, permission: string, value: string, options: PilotJobErrorOptions = {}) {
    super(message, options);
    this.permission = permission;
    this.value = value;
  }
}

/** A network address that cannot be listened on: its port is taken, or it is not of this machine. */
export class NetworkError extends PilotJobError {
  /** The name of the class. */
  override readonly name = "NetworkError";
  /** Always `"NETWORK"`. */
  override readonly code = "NETWORK";
}

/** A submit after the shutdown, or after the executor broke; `cause` then tells by what. */
export class ExecutorClosedError extends PilotJobError {
  /** The name of the class. */
  override readonly name = "ExecutorClosedError";
  /** Always `"EXECUTOR_CLOSED"`. */
  override readonly code = "EXECUTOR_CLOSED";
}

/** The name of a job or task that does not exist: never submitted, misspelt or removed. */
export class UnknownJobError extends PilotJobError {
  /** The name of the class. */
  override readonly name = "UnknownJobError";
  /** Always `"UNKNOWN_JOB"`. */
  override readonly code = "UNKNOWN_JOB";
  /** The name that was asked for: `job` or `job:iteration`. */
  readonly jobName: string;

  /** Creates the error for the name that was asked for. */
  constructor(message: string, jobName: string, options: PilotJobErrorOptions = {}) {
    super(message, options);
    this.jobName = jobName;
  }
}

/** A journal that cannot be read or written: another version, damage where none may be, a full disk, or in use. */
export class JournalError extends PilotJobError {
  /** The name of the class. */
  override readonly name = "JournalError";
  /** Always `"JOURNAL"`. */
  override readonly code = "JOURNAL";
  /** The path of the journal. */
  readonly path: string;
  /** Where in the file it went wrong, in bytes from its beginning; `undefined` when it is not about a place. */
  readonly offset: number | undefined;

  /** Creates the error; `where` names the file, and the offset when a place in it is to blame. */
  constructor(message: string, where: { readonly path: string; readonly offset?: number } & PilotJobErrorOptions) {
    super(message, where);
    this.path = where.path;
    this.offset = where.offset;
  }
}

/** Slurm does not give what was asked of it: there is no allocation, a command of it failed, or too few nodes came. */
export class SlurmError extends PilotJobError {
  /** The name of the class. */
  override readonly name = "SlurmError";
  /** Always `"SLURM"`. */
  override readonly code = "SLURM";
}

/** How a task ended that did not succeed: what a {@linkcode TaskFailedError} tells. */
export interface TaskFailure {
  /** `job`, or `job:iteration`. */
  readonly taskName: string;
  /** The state in QCG-PilotJob's words. */
  readonly state: "FAILED" | "CANCELED" | "OMITTED";
  /** Why, in one word, as `cause` of `future.info()`. */
  readonly failure?: string | undefined;
  /** The same in a sentence. */
  readonly reason?: string | undefined;
  /** The exit code, when the process exited. */
  readonly exitCode?: number | undefined;
  /** The signal's name, for example `"SIGKILL"`, when one ended the process. */
  readonly signal?: string | undefined;
  /** What was run, ready to be pasted into a shell. */
  readonly command: string;
  /** The end of the standard output, where it was kept; invalid bytes are `U+FFFD`. */
  readonly stdoutTail?: string | undefined;
  /** The end of the standard error, where it was kept; invalid bytes are `U+FFFD`. */
  readonly stderrTail?: string | undefined;
}

/** A task that was to give an output and did not succeed: it failed, was canceled, or was omitted. */
export class TaskFailedError extends PilotJobError implements TaskFailure {
  /** The name of the class. */
  override readonly name = "TaskFailedError";
  /** Always `"TASK_FAILED"`. */
  override readonly code = "TASK_FAILED";
  /** `job`, or `job:iteration`. */
  readonly taskName: string;
  /** The state in QCG-PilotJob's words. */
  readonly state: TaskFailure["state"];
  /** Why, in one word, as `cause` of `future.info()`. */
  readonly failure: string | undefined;
  /** The same in a sentence. */
  readonly reason: string | undefined;
  /** The exit code, when the process exited. */
  readonly exitCode: number | undefined;
  /** The signal's name, for example `"SIGKILL"`, when one ended the process. */
  readonly signal: string | undefined;
  /** What was run, ready to be pasted into a shell. */
  readonly command: string;
  /** The end of the standard output, where it was kept. */
  readonly stdoutTail: string | undefined;
  /** The end of the standard error, where it was kept. */
  readonly stderrTail: string | undefined;

  /** Creates the error for what became of the task. */
  constructor(message: string, failed: TaskFailure, options: PilotJobErrorOptions = {}) {
    super(message, options);
    this.taskName = failed.taskName;
    this.state = failed.state;
    this.failure = failed.failure;
    this.reason = failed.reason;
    this.exitCode = failed.exitCode;
    this.signal = failed.signal;
    this.command = failed.command;
    this.stdoutTail = failed.stdoutTail;
    this.stderrTail = failed.stderrTail;
  }
}

/** An output that cannot be handed over: it is no JSON, its parser refuses it, or its file is gone or too large. */
export class TaskOutputError extends PilotJobError {
  /** The name of the class. */
  override readonly name = "TaskOutputError";
  /** Always `"TASK_OUTPUT"`. */
  override readonly code = "TASK_OUTPUT";
  /** `job`, or `job:iteration`. */
  readonly taskName: string;

  /** Creates the error for the output of a task. */
  constructor(message: string, taskName: string, options: PilotJobErrorOptions = {}) {
    super(message, options);
    this.taskName = taskName;
  }
}
