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
  /** The only variables of the pilot's environment that the task sees; all but `unsetEnv` when absent. */
  readonly inheritEnv?: readonly string[];
  /** Whether whatever the process starts ends with it, or at a SIGKILL to its group, so that nobody need look for it. */
  readonly isContained?: boolean;
  /** File to read; the null device when absent. */
  readonly stdin?: string;
  /** File to truncate and write, its parent folders created; the null device when absent. */
  readonly stdout?: string;
  /** As `stdout`; the same path means one shared open file. */
  readonly stderr?: string;
  /** Outputs of the attempt before, to be renamed first if they are regular files. */
  readonly keep?: readonly { readonly from: string; readonly to: string }[];
  /** The CPUs that the process and all that it starts are kept to, from the first instruction on; all when absent. */
  readonly bindCpus?: readonly number[];
  /** Limits that only a look at the processes and files tells of. */
  readonly limits?: LaunchLimits;
}

/** What a task may use at most. */
export interface LaunchLimits {
  /** Memory of all its processes in MiB. */
  readonly memoryMiB?: number;
  /** Milliseconds without output. */
  readonly idleMs?: number;
}
