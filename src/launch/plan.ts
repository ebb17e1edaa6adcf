/**
 * The launch plan: everything an adapter needs to turn a task into a process, as pure data.
 *
 * @module
 */

/** One process to start. All paths are absolute. */
export interface LaunchPlan {
  /** The task's name, for messages. */
  readonly taskName: string;
  /** A program to be found on the PATH, or an absolute path. */
  readonly program: string;
  /** Its arguments, without the program itself. No shell reads them. */
  readonly args: readonly string[];
  /** Working directory; created with its parents when missing. */
  readonly cwd: string;
  /** Variables set on top of the environment of the pilot. */
  readonly env: Readonly<Record<string, string>>;
  /** Variables of the pilot's environment that the task must not see. */
  readonly unsetEnv: readonly string[];
  /** File to read; the null device when absent. */
  readonly stdin?: string;
  /** File to truncate and write, its parent folders created; the null device when absent. */
  readonly stdout?: string;
  /** As `stdout`; the same path means one shared open file. */
  readonly stderr?: string;
}

/** How a process ended: by exiting, or by a signal. Never both. */
export type Exit =
  | { readonly code: number }
  | { readonly signal: string };

/** What a process used, where the operating system told; absent means unknown, never zero. */
export interface Usage {
  /** CPU time of the process and its children that it waited for, user and system, in milliseconds. */
  readonly cpuMs?: number;
  /** Peak resident memory in KiB. */
  readonly peakKiB?: number;
}

/** Why a process could not be started. */
export type StartFailureKind =
  | "program-not-found"
  | "not-executable"
  | "working-directory"
  | "stdin"
  | "output"
  | "descriptors"
  | "arguments"
  | "permission"
  | "variables"
  | "other";

/** Why a process could not be started, as a sentence that says what to do. */
export interface StartFailure {
  /** What kind of thing went wrong. */
  readonly kind: StartFailureKind;
  /** One sentence for the user: which thing, and what to do. */
  readonly message: string;
}
