/**
 * The `srun` that is the channel to the agent of a node: one step of one task for each node, as only then its streams
 * are those of the agent alone, of any length, and the death of one node is the death of one channel.
 *
 * @module
 */

/** What an agent is started with. */
export interface AgentCommand {
  /** The program and its arguments. */
  readonly command: readonly string[];
  /** The node. */
  readonly node: string;
  /** Its working directory. */
  readonly directory: string;
  /** Whether this Slurm knows `--overlap`: from 20.11 on. */
  readonly canOverlap: boolean;
  /** How many GPUs of the node to ask for; absent where the step gets those of the batch job unasked. */
  readonly gpus?: number | undefined;
}

/** Writes the arguments of `srun`. */
export function srunArguments({ command, node, directory, canOverlap, gpus }: AgentCommand): string[] {
  return [
    ...(canOverlap ? ["--overlap"] : []),
    // Spelled out, as the batch job may say something else. Not `--exact` nor `-c`: the agent gets the whole share.
    ...["-N1", "-n1", "-w", node, "--mem=0", "--cpu-bind=none", "--kill-on-bad-exit=0", "--quiet", "--export=ALL"],
    ...(gpus === undefined ? [] : [gpus === 0 ? "--gres=none" : `--gpus-per-node=${gpus}`]),
    ...["--input=all", "--output=-", "--error=-", "--job-name=qcgpj-agent", "-D", directory],
    ...command,
  ];
}

/** Variables that change what `srun` does; those that end with `*` are beginnings. */
const disturbing: readonly string[] = [
  ...["SLURM_LABELIO", "SLURM_UNBUFFEREDIO", "SLURM_STDINMODE", "SLURM_STDOUTMODE", "SLURM_STDERRMODE"],
  ...["SLURM_EXPORT_ENV", "SLURM_NTASKS*", "SLURM_NPROCS", "SLURM_CPU_BIND*", "SLURM_CPUS_PER_TASK"],
  ...["SRUN_CPUS_PER_TASK", "SLURM_DISTRIBUTION", "SLURM_HINT", "SLURM_EXACT", "SLURM_EXCLUSIVE", "SLURM_MEM_PER_*"],
  ...["SLURM_GPUS*", "SLURM_MPI_TYPE", "SLURM_HOSTFILE", "SLURM_STEP_*", "SLURM_TASKS_PER_NODE", "SLURM_NNODES"],
  ...["SLURM_JOB_NUM_NODES", "SLURM_OVERCOMMIT", "SLURM_THREADS_PER_CORE", "SLURM_CORE_SPEC", "SLURM_TIMELIMIT"],
];

/** The environment of `srun`: what is there, without what would change what it does. */
export function srunEnvironment(variables: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !changesSrun(name)));
}

/** Whether a variable changes what `srun` does. */
export function changesSrun(name: string): boolean {
  return isLike(name, disturbing);
}

/** Variables of a step: a task is not to believe that it is one. */
const ofStep: readonly string[] = [
  ...["SLURM_STEP_*", "SLURM_STEPID", "SLURM_PROCID", "SLURM_LOCALID", "SLURM_NODEID", "SLURM_GTIDS"],
  ...["SLURM_TASK_PID", "SLURM_CPU_BIND*", "SLURM_SRUN_COMM_*", "SLURM_LAUNCH_NODE_IPADDR", "SLURM_UMASK"],
  ...["SLURM_PRIO_PROCESS", "SLURM_DISTRIBUTION", "PMI_*", "PMIX_*"],
];

/** Whether a variable belongs to the step that a pilot was itself started in, and to none of its tasks. */
export function isOfStep(name: string): boolean {
  return isLike(name, ofStep) || /^SLURM_.*_PACK_GROUP_/.test(name);
}

function isLike(name: string, patterns: readonly string[]): boolean {
  return patterns.some((one) => one.endsWith("*") ? name.startsWith(one.slice(0, -1)) : name === one);
}

/** Whether a Slurm of this version, `slurm 20.11.8` or `slurm-wlm 22.05.8`, knows `--overlap`; unknown ones do. */
export function canOverlap(version: string): boolean {
  const [, major, minor] = /\b([0-9]+)\.([0-9]+)/.exec(version) ?? [];
  return major === undefined || Number(major) > 20 || (Number(major) === 20 && Number(minor) >= 11);
}

/** How the end of an agent's `srun` is to be taken. */
export interface SrunEnd {
  /** What happened, in Slurm's own words where it said something. */
  readonly problem: string;
  /** Whether it is of use to try again. */
  readonly mayReturn: boolean;
  /** Whether Slurm has given the node up. */
  readonly isNodeFailure: boolean;
}

/**
 * Explains the end of a channel, by what `srun` said on its standard error. Its exit code tells little: after the
 * failure of a node it is 0.
 *
 * @param end How `srun` itself ended, in words.
 * @param said The last of what it said.
 */
export function explainEnd(end: string, said: string): SrunEnd {
  const node = /Node failure on (\S+)/.exec(said);
  if (node !== null) {
    return { problem: `Slurm reports "Node failure on ${node[1]}"`, mayReturn: false, isNodeFailure: true };
  }
  const lines = said.split("\n").filter((line) => line.trim() !== "" && !/^srun: Force Terminated/.test(line));
  const mayReturn = !/Requested node configuration is not available|execve\(\)|Job\/step already complet/.test(said) &&
    !/Invalid job id|Job has expired|revoked/.test(said);
  const last = lines.findLast((line) => line.startsWith("srun: error:")) ?? lines.at(-1);
  const isKilled = /task 0: (?:Killed|Terminated)/.test(said);
  return { problem: isKilled ? "its agent was killed (SIGKILL)" : last ?? end, mayReturn, isNodeFailure: false };
}

/** What `srun` says that is of no use to the user. */
export function isNoise(line: string): boolean {
  return line.includes("cluster configuration lacks support for cpu binding");
}
