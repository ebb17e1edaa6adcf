/**
 * The launch plan: everything an adapter needs to turn a task into a process, as pure data.
 *
 * @module
 */

import type { OutputName } from "../job/description.ts";

export type { OutputName };

/** What a task holds on one node. */
export interface NodeShare {
  /** Index of the node in the pool. */
  readonly node: number;
  /** The node's name. */
  readonly name: string;
  /** The ids of the cores that it holds there, as the operating system names them; a group of CPUs is `0,4`. */
  readonly cores: readonly string[];
  /** The ids of the GPUs that it holds there. */
  readonly gpus: readonly string[];
}

/** Where a launch goes: the node on which its process starts, and what the task holds there. */
export interface Place extends NodeShare {
  /** The further nodes of a task of several, in the order of the pool: none for most. */
  readonly further: readonly NodeShare[];
}

/**
 * Variables that many tasks have in common. All tasks that have the same share one object, so that a launcher need
 * prepare it only once, and may know it by its identity.
 */
export type SharedEnvironment =
  /** These and no others. */
  | { readonly kind: "whole"; readonly variables: Readonly<Record<string, string>> }
  /**
   * Where Deno does not let the pilot's variables be read: those of the launcher's own process, without some. What
   * cannot be taken away is made empty.
   */
  | { readonly kind: "inherited"; readonly without: readonly string[] };

/** The whole environment of a task: a launcher adds nothing but what it knows its processes by. */
export interface TaskEnvironment {
  /** What the task has in common with others. */
  readonly shared: SharedEnvironment;
  /** The task's own variables, which win over the shared ones. */
  readonly own: Readonly<Record<string, string>>;
}

/** How many bytes of the end of each output are told of a task that does not succeed, where no option says it. */
export const tailBytesDefault = 8192;
/** The most that may be asked for. */
export const tailBytesMax = 65_536;

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
  /** Where it starts, and what the task holds. */
  readonly place: Place;
  /**
   * What the launcher makes its processes known by, whatever they do: a text that no other launch of any pilot has. It
   * begins with the id of the run, by which {@linkcode Launcher.reclaim} finds them later.
   */
  readonly tag: string;
  /** Its whole environment. */
  readonly env: TaskEnvironment;
  /** Whether whatever the process starts ends with it, or at a SIGKILL to its group, and need not be looked for. */
  readonly isContained?: boolean;
  /** File to read; the null device when absent. */
  readonly stdin?: string;
  /**
   * File to write, its parent folders created, truncated first unless {@linkcode append} names it. When absent what is
   * written is kept for as long as its end may be asked for, see {@linkcode tailBytes}.
   */
  readonly stdout?: string;
  /** As `stdout`; the same path means one shared open file. */
  readonly stderr?: string;
  /** The outputs that are added to what their files hold already. */
  readonly append?: readonly OutputName[];
  /**
   * How many bytes of the end of each output are told of an attempt that does not succeed. None when absent; then an
   * output without a file goes to the null device.
   */
  readonly tailBytes?: number;
  /** Outputs of the attempt before, to be renamed first if they are regular files. */
  readonly keep?: readonly { readonly from: string; readonly to: string }[];
  /** The CPUs that the process and all that it starts are kept to, from the first instruction on; all when absent. */
  readonly bindCpus?: readonly number[];
  /** Limits that only a look at the processes and files tells of. */
  readonly limits?: LaunchLimits;
  /** What holds the launch to a permission scope; a launcher that cannot do it leaves it. */
  readonly held?: HeldPaths;
  /** What goes before; see {@linkcode Preparation}. */
  readonly preparation?: Preparation;
}

/**
 * The real paths of what a permission scope holds a launch to, as they were when they were checked. There they are
 * opened, and no link is followed: what has become one since is refused.
 */
export interface HeldPaths {
  /** Where `cwd` really is; absent where any may be. */
  readonly cwd?: string;
  /** Where `stdin` really is; absent where any may be. */
  readonly stdin?: string;
  /** Where `stdout` really is; absent where any may be. */
  readonly stdout?: string;
  /** Where `stderr` really is; absent where any may be. */
  readonly stderr?: string;
  /** What the sandbox shows by open descriptors. */
  readonly shown?: readonly HeldPlace[];
  /** In a sandbox, which argument is the program: what stands before it happens outside. */
  readonly programAt?: number;
}

/** A file or folder that the sandbox shows. */
export interface HeldPlace {
  /** Its real path. */
  readonly path: string;
  /** Which argument stands for it, to be replaced. */
  readonly at: number;
  /** What it is replaced by: the number of an open descriptor, or what the file is, as `stat -c %d:%i` writes it. */
  readonly by: "descriptor" | "identity";
  /** Which arguments to leave out when there is no such file; it must be there when absent. */
  readonly without?: readonly number[];
}

/** What is to be done and watched before a task's own program begins; done where the pilot is, not by launchers. */
export interface Preparation {
  /** Files to write before the start. */
  readonly files?: readonly { readonly path: string; readonly text: string }[];
  /** What the task reads: a file is made of it, unless that is there. */
  readonly input?: { readonly path: string } & ({ readonly text: string } | { readonly base64: string });
  /** Where a stream of the program goes in, which holds one for the job. */
  readonly stream?: { readonly path: string; readonly job: string };
  /** Outputs that are watched while they grow. */
  readonly captures?: readonly CapturePlan[];
  /** Where a shell notes what it could not prepare. */
  readonly note?: string;
  /** Whether the process is a login shell that has a profile to read. */
  readonly isLogin?: true;
  /** The model that starts the program, where that takes a program of its own. */
  readonly model?: string;
}

/** What a task may use at most. */
export interface LaunchLimits {
  /** Memory of all its processes in MiB. */
  readonly memoryMiB?: number;
  /** Milliseconds without output. */
  readonly idleMs?: number;
}

/** What is kept of a captured output, whose file is the run's own unless it is the user's. */
export interface CapturePlan {
  /** The file. */
  readonly path: string;
  /** Which of the streams it is. */
  readonly stream: "stdout" | "stderr";
  /** How many bytes are handed over. */
  readonly maxBytes: number;
  /** What becomes of more. */
  readonly onOverflow: "head" | "tail" | "fail";
  /** Whether the rest may be taken away: the file is the run's own, and nobody else reads it. */
  readonly isOwn: boolean;
}
