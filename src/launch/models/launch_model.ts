/**
 * The models: how a program of several processes or threads is started, as data. A model turns what a job runs into what
 * is launched for it; with one core, and with `default`, that is the same.
 *
 * @module
 */

import type { ShellCommand } from "../shell_command.ts";
import type { Execution, JobDescription } from "../../job/description.ts";
import { problemAt } from "../../job/json.ts";
import { programPath } from "../../job/paths.ts";
import { lookUpVariables, type VariablesByHost } from "./node_gpus.ts";

/** What a model is asked about. */
export interface ModelOrder {
  /** What the job runs, variables filled in. */
  readonly execution: Execution;
  /** The task's working directory, absolute. */
  readonly wd: string;
  /** The task's name. */
  readonly taskName: string;
  /** 1-based count of the task's launches. */
  readonly attempt: number;
  /** The host of each core that the task got, in the order of the nodes. */
  readonly hosts: readonly string[];
  /** The CPUs that the task is kept to on its first node; absent when it is not bound. */
  readonly bindCpus?: readonly number[];
  /** The variables for the GPUs of each host, where there are several hosts and GPUs. */
  readonly gpus?: VariablesByHost;
  /** The shell of a script. */
  readonly shell: ShellCommand | undefined;
}

/** What is launched. */
export interface ModelledExecution {
  /** What runs instead. */
  readonly execution: Execution;
  /** Variables for it; those of the job win. */
  readonly env?: Readonly<Record<string, string>>;
  /** Files that must be there before. */
  readonly files?: readonly { readonly path: string; readonly text: string }[];
}

/** A way to start a parallel program. */
export interface LaunchModel {
  /** What it starts processes by, for messages: `Open MPI`; absent where it needs nothing. */
  readonly product?: string;
  /** Whether it works in a Slurm allocation only. */
  readonly needsSlurm?: true;
  /** Turns what a job runs into what is launched. */
  readonly apply: (order: ModelOrder) => ModelledExecution;
}

/** All models, by the words of `execution.model`. */
export const launchModels: Readonly<Record<string, LaunchModel>> = {
  default: { apply: ({ execution }) => ({ execution }) },
  threads: {
    apply: ({ execution, hosts }) => ({ execution, env: { OMP_NUM_THREADS: `${hosts.length}` } }),
  },
  openmpi: {
    product: "Open MPI",
    apply: (order) => {
      const { execution: { modelOptions: { mpirunArgs } } } = order;
      // Two tasks that Open MPI binds as if they were alone share their first cores.
      const choosesBinding = mpirunArgs.some((arg) => /^--?(bind-to|map-by|rankfile|rf|cpu-set|cpu-list)\b/.test(arg));
      const binding = choosesBinding ? [] : ["--bind-to", "none"];
      return wrap(order, (count, hostFile) => ["-n", count, "--hostfile", hostFile, ...binding]);
    },
  },
  intelmpi: {
    product: "Intel MPI",
    apply: (order) => {
      const { bindCpus } = order;
      return {
        ...wrap(order, (count, hostFile) => ["-n", count, "-f", hostFile]),
        ...(bindCpus === undefined ? {} : { env: { I_MPI_PIN: "1", I_MPI_PIN_PROCESSOR_LIST: bindCpus.join(",") } }),
      };
    },
  },
  srunmpi: { product: "srun", needsSlurm: true, apply: startBySrun },
};

/**
 * Requires that the model of a job works where it would run.
 *
 * @param job The job.
 * @param isInSlurm Whether that is a Slurm allocation.
 * @throws {JobDescriptionError} If it does not.
 */
export function requireModel({ name: jobName, execution: { model } }: JobDescription, isInSlurm: boolean): void {
  if (model === undefined || isInSlurm || !launchModels[model]!.needsSlurm) return;
  const problem = `is "${model}", which starts programs by srun: that works in a Slurm allocation only; ` +
    'on one machine take "openmpi", "intelmpi" or "threads"';
  throw problemAt({ jobName, path: "execution.model" }, problem);
}

/** Puts `mpirun` before the program, or before the shell of a script. */
function wrap(
  order: ModelOrder,
  options: (count: string, hostFile: string) => readonly string[],
): ModelledExecution {
  const { mpirun = "mpirun", mpirunArgs } = order.execution.modelOptions;
  const hostFile = hostFileOf(order);
  return startBy(order, mpirun, [...options(`${order.hosts.length}`, hostFile), ...mpirunArgs]);
}

/**
 * Puts `srun` before the program: a step beside the one that the task itself runs in, with a process for each core, each
 * on the host of its core.
 */
function startBySrun(order: ModelOrder): ModelledExecution {
  const { hosts, bindCpus, execution: { modelOptions: { srunArgs } } } = order;
  // The masks of a step are the same on each node, so they can be said only for one.
  const isBound = bindCpus?.length === hosts.length && new Set(hosts).size === 1;
  const masks = isBound
    ? `mask_cpu:${bindCpus.map((cpu) => `0x${(1n << BigInt(cpu)).toString(16)}`).join(",")}`
    : "none";
  // A batch job that was submitted with --export=NONE has a variable by which the program would get none of its own.
  const share = ["--overlap", "--overcommit", "--mem-per-cpu=0", "--kill-on-bad-exit=1", "--export=ALL"];
  const place = ["-N", `${new Set(hosts).size}`, "-n", `${hosts.length}`, "-m", "arbitrary", `--cpu-bind=${masks}`];
  return { ...startBy(order, "srun", [...share, ...place, ...srunArgs]), env: { SLURM_HOSTFILE: hostFileOf(order) } };
}

/** Puts a program with its options before the job's own, or before the shell of a script; writes the hosts to a file. */
function startBy(order: ModelOrder, starter: string, options: readonly string[]): ModelledExecution {
  const { execution, wd, hosts, shell, gpus } = order;
  const { exec, args } = execution;
  const { script: _, ...others } = execution;
  const words = shell === undefined ? [programPath(exec!, wd), ...args] : [shell.program, ...shell.args];
  const command = gpus === undefined ? words : lookUpVariables(gpus, words);
  return {
    execution: { ...others, exec: starter, args: [...options, ...command] },
    files: [{ path: hostFileOf(order), text: hosts.map((host) => `${host}\n`).join("") }],
  };
}

/** Each attempt has its own; what is left of one before may still read its own. */
function hostFileOf({ wd, taskName, attempt }: ModelOrder): string {
  return `${wd}/.${taskName}${attempt === 1 ? "" : `.${attempt}`}.hostfile`;
}
