/**
 * The options of the executor.
 *
 * @module
 */

import type { LauncherName } from "../deno/local/launch.ts";
import type { PermissionScope } from "../job/permissions.ts";
import type { Durability } from "../journal/durability.ts";
import type { HaltRule } from "../runtime/halt.ts";
import type { Door } from "../runtime/door.ts";
import type { RunProgress } from "../report/progress.ts";
import type { LogLevel } from "../report/log_lines.ts";
import type { JobResult } from "./future.ts";
import type { ResumeSource } from "./resumed_run.ts";

/** Options of {@linkcode QCGPJExecutor}. Every one may be left out. */
export interface ExecutorOptions {
  /**
   * Working directory of the tasks, and the place of the run's records; created when missing.
   *
   * @default {"."; with `resume` the working directory of the earlier run}
   */
  readonly wd?: string;
  /**
   * Nodes, cores and GPUs: comma-separated `[name:]cores[:gpu=GPUS]`. `"4"` is one node with four cores, `"n1:2,n2:3"`
   * two named ones, `"n1:16:gpu=2"` one with the GPUs 0 and 1, `"n1:16:gpu=0|2"` one with the GPUs 0 and 2.
   * Nodes may be virtual, so that a laptop can rehearse a cluster.
   *
   * @default {one node with the cores that this process may use}
   */
  readonly resources?: string | number;
  /**
   * How the GPUs of this machine are found where `resources` names none, as soon as a job asks for some: `"auto"` takes
   * those that `CUDA_VISIBLE_DEVICES` or `ROCR_VISIBLE_DEVICES` names, else those that `nvidia-smi` or `rocm-smi` lists;
   * `"devices"` counts device files too, `"none"` does not look. What Deno does not allow to be looked at is not.
   *
   * @default {"auto"}
   */
  readonly gpus?: "auto" | "devices" | "none";
  /**
   * Counted resources: how many there are of what jobs ask for by `resources: { counted: { licences: 1 } }`.
   *
   * @default {{}}
   */
  readonly counted?: Readonly<Record<string, number>>;
  /**
   * Which tasks are kept to the cores that they got: `"auto"` those whose jobs name cores or nodes, `"cores"` all,
   * `"none"` no task. Takes Linux and `-A`. Virtual cores, which stand for no CPUs, bind nothing; the log says so.
   *
   * @default {"auto"}
   */
  readonly binding?: "auto" | "cores" | "none";
  /**
   * Keeps one core for the pilot itself: tasks never get the first core of the first node.
   *
   * @default {false}
   */
  readonly reserveCore?: boolean;
  /**
   * Milliseconds between SIGTERM and SIGKILL when a task is stopped, 0 or more.
   *
   * @default {5000}
   */
  readonly graceMs?: number;
  /**
   * What decides which of the waiting tasks of equal priority starts first: how long the chain of jobs is that waits for
   * it (`"rank"`), by run times as far as they are known, and among equal ones its age; or its age alone (`"age"`).
   *
   * @default {"rank"}
   */
  readonly order?: "rank" | "age";
  /**
   * The run that run times are learnt from: its folder, its working directory, or its id, relative to the current
   * directory. They decide what starts first; with `order: "age"` it is not read.
   *
   * @default {none: run times are learnt on the way}
   */
  readonly learn?: string;
  /**
   * How long, in milliseconds, the oldest waiting task of the highest priority may be passed over until its resources are
   * held back for it; `Infinity` for ever. After a shutdown nothing is held back, as every task has its turn then.
   *
   * @default {fifty times the mean time of a task, at least a minute, and at most a third of the time that is left}
   */
  readonly holdBackAfterMs?: number;
  /**
   * When nothing more is started because of failures: `{ failures: 10 }` or `{ failures: "5%" }` of all tasks that were
   * submitted. What waits is canceled then, and what is submitted later; `how: "now"` also stops what runs.
   *
   * @default {never}
   */
  readonly haltOn?: HaltRule;
  /**
   * How many tasks of each group of jobs may run at once; a job names its group by `group`.
   *
   * @default {{}}
   */
  readonly groups?: Readonly<Record<string, number>>;
  /**
   * How tasks are told what they were granted: by `QCG_PM_*` variables (`"common"`), or by the `SLURM_*` ones too
   * (`"slurm"`).
   *
   * @default {"common"}
   */
  readonly envSchema?: "common" | "slurm";
  /**
   * Variables that every task gets, beside the environment of this process. Those of a job win over them.
   *
   * @default {{}}
   */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * Whether scripts, modules and virtual environments get a login shell, which reads your profile for each task. A job
   * says otherwise by `execution.login`.
   *
   * @default {true}
   */
  readonly login?: boolean;
  /**
   * How processes are started. `"auto"` takes the best that can be had, and `"keeper"` is that where everything is
   * permitted (`-A`, on Linux): a process of its own starts the tasks and is the parent of all that they start, with the
   * exact CPU time and exit status of every task. Your program is left as it is, and when a task has ended nothing of it
   * runs any more. `"native"`, which needs the same, has no such process: your program itself calls `posix_spawn` of the
   * C library. `"direct"` is `Deno.Command`, which works under any permissions.
   *
   * What the native launcher does to your program while the executor is open: your program becomes a subreaper, so that
   * processes whose parents have ended become its children (one executor of a program does so at a time); it ignores
   * SIGURG and SIGWINCH, unless it listens to them, and what it starts by other ways inherits that; it listens to
   * SIGCHLD. All of this is taken back when the executor is closed. Tasks start with no signal ignored or blocked.
   *
   * @default {"auto"}
   */
  readonly launcher?: LauncherName;
  /**
   * What tasks are allowed; a job may be given less of it, never more. Needs `--allow-read`, and `--allow-env=PATH` to
   * find programs that are given by name.
   *
   * @default {everything that Deno and the system allow}
   */
  readonly permissions?: PermissionScope;
  /**
   * Whether the operating system holds tasks to `permissions`, by bubblewrap (`bwrap`): `"require"` fails where that
   * does not work, `"auto"` goes without. Without `permissions` a sandboxed task may run and see everything, write in
   * `wd`, and not use the network. In the sandbox death by signal n shows as exit code 128 + n.
   *
   * @default {"off"}
   */
  readonly sandbox?: "auto" | "require" | "off";
  /**
   * What the run's records in `wd/.qcgpjm-service-ID` (journal, log, job report, final status) survive: `"memory"` keeps
   * none; with `"process"` the death of this process costs nothing; with `"power"` not even the loss of power.
   *
   * @default {"process"}
   */
  readonly durability?: Durability;
  /**
   * How many bytes of the end of each output are kept of a task that does not succeed, at most 65,536; 0 for none. They
   * are in `info()` (`stdoutTail`, `stderrTail`), in the journal and in the job report.
   *
   * @default {8192}
   */
  readonly tailBytes?: number;
  /**
   * Goes on with an earlier run: its auxiliary directory, or the working directory that it lies in. Finished tasks do not
   * run again; unfinished ones do, under the options given now, once its processes have gone. Needs `-A` when tasks were
   * running, and records (`durability`). What the resources given now could never fit has failed then. Where records are
   * lost nothing is run, unless that is accepted: `{ path, acceptLoss: true }`. Tasks that failed run again with
   * `{ path, rerun: "failed" }`.
   */
  readonly resume?: string | ResumeSource;
  /**
   * How much is written to the run's `service.log`.
   *
   * @default {"info"}
   */
  readonly logLevel?: LogLevel | Uppercase<LogLevel>;
  /**
   * Writes the start and end of every task to `rtimes_*.log` in `wd` at the end, for QCG-PilotJob's report tools.
   *
   * @default {false}
   */
  readonly enableRtStats?: boolean;
  /** Accepted for QCG-PilotJob's sake; has no effect, which is told, as the times are taken without a wrapper program. */
  readonly wrapperRtStats?: string;
  /**
   * Further options, spelt as for QCG-PilotJob's service: `["--envschema", "slurm", "--tags", "a,b"]`. They win over the
   * options above. Those that have no effect on an executor, such as `--net`, are told on the standard error and in the
   * run's log.
   *
   * @default {[]}
   */
  readonly otherArgs?: readonly string[];
  /**
   * Ways in for other programs, beside this one. A door is a function: it gets a session that answers requests in the
   * form of QCG-PilotJob's service (`{ request: "submit", jobs: [...] }`), and returns what closes it again. A server
   * that `Deno.serve` returns will do: {@linkcode Door} has an example. Jobs that come through a door are held to the
   * same `permissions` as all others.
   *
   * Doors stay open until the last job has ended after `shutdown()`. A request to `finish` closes them earlier, not the
   * executor. A door that breaks or does not close is told on the standard error and in the log, and all else goes on.
   *
   * Every program that reaches a door can run programs in your name: let it listen where only yours can.
   *
   * @default {[]}
   */
  readonly doors?: readonly Door[];
  /**
   * Shows how far the run is. `true`: on the standard error, one line on a terminal, with failures above it, and a plain
   * line now and then anywhere else. A function is called at most ten times a second, and at the end; what it
   * throws is reported once, and then it is not called any more.
   *
   * @default {false}
   */
  readonly progress?: boolean | ((progress: RunProgress) => void);
  /**
   * Opens a Unix socket in the run's folder, which only this user may enter: `qcgpj status`, `attach`, `pause`, `cancel`,
   * `submit` and others then ask this run while it lives. Needs `--allow-net` beside the permissions to read and write
   * the folder, and begins the run's records at once. Where no socket can be made there, that is told and the run goes on.
   *
   * @default {false}
   */
  readonly door?: boolean;
}

/** Options of {@linkcode QCGPJExecutor.shutdown}. */
export interface ShutdownOptions {
  /**
   * Waits until every job has ended and everything is released.
   *
   * @default {true}
   */
  readonly wait?: boolean;
  /**
   * Cancels what does not run yet.
   *
   * @default {false}
   */
  readonly cancelFutures?: boolean;
}

/** Options of {@linkcode QCGPJExecutor.map}. */
export interface MapOptions {
  /**
   * How many jobs are submitted ahead of the result that is waited for, at least 1.
   *
   * @default {four for each core, at least 1000}
   */
  readonly window?: number;
  /**
   * Keeps the finished jobs, so that {@linkcode QCGPJExecutor.manager} still knows them. Costs memory for each.
   *
   * @default {false}
   */
  readonly keep?: boolean;
  /**
   * Gives what each job wrote instead of its result: as text, read as JSON, or as what the template's parser makes of it.
   * A job that says nothing of its output is captured then. At the first that does not succeed the loop throws a
   * {@linkcode TaskFailedError}, and what was submitted ahead is canceled.
   *
   * @default {the results are given}
   */
  readonly output?: "text" | "json" | "value";
  /**
   * Gives what has ended first, and not in the order of the jobs.
   *
   * @default {false}
   */
  readonly unordered?: boolean;
  /**
   * Milliseconds for all of it, from the first step of the loop on; then it throws, and what was submitted ahead is
   * canceled.
   *
   * @default {Infinity}
   */
  readonly timeoutMs?: number;
}

/** What `map()` gives for each job, by its options; `Value` is what the template's parser makes of the output. */
export type MapResult<Options extends MapOptions, Value = string> = Options extends { readonly output: "text" } ? string
  : Options extends { readonly output: "value" } ? Value
  : Options extends { readonly output: "json" } ? unknown
  : JobResult;

/** Options of {@linkcode QCGPJExecutor.with}. */
export interface SubmitOptions {
  /** Cancels the jobs that are submitted when it is aborted. One that is aborted already refuses them. */
  readonly signal?: AbortSignal;
}
