/**
 * A task of another node as one that is started here by `srun`, where no agents are wanted.
 *
 * @module
 */

import { visibleDevices } from "../launch/environment.ts";
import type { LaunchPlan, SharedEnvironment, TaskEnvironment } from "../launch/plan.ts";
import { changesSrun } from "./srun_command.ts";

/** What Slurm tells a step of itself: a task is not to believe that it is one. */
const stepVariables: readonly string[] = [
  ...["SLURM_STEP_ID", "SLURM_STEPID", "SLURM_PROCID", "SLURM_LOCALID", "SLURM_NODEID", "SLURM_GTIDS"],
  ...["SLURM_TASK_PID", "SLURM_STEP_LAUNCHER_PORT", "SLURM_SRUN_COMM_HOST", "SLURM_SRUN_COMM_PORT"],
  ...["SLURM_LAUNCH_NODE_IPADDR", "SLURM_UMASK", "SLURM_DISTRIBUTION", "SLURM_CPU_BIND", "SLURM_CPU_BIND_TYPE"],
  ...["SLURM_CPU_BIND_LIST", "SLURM_CPU_BIND_VERBOSE"],
];

/** What the steps of tasks are called, before the tag of the task. */
const stepMark = "qcgpj-";

/** The name of the step of a task, by its tag, or of the steps of a run, by the beginning of their tags. */
export function stepName(tag: string): string {
  return `${stepMark}${tag}`;
}

/** Rewrites plans; what tasks have in common is rewritten once. */
export class SrunTasks {
  readonly #canOverlap: boolean;
  readonly #shared = new WeakMap<SharedEnvironment, SharedEnvironment>();

  /** `canOverlap` says whether this Slurm knows `--overlap`. */
  constructor(canOverlap: boolean) {
    this.#canOverlap = canOverlap;
  }

  /**
   * Rewrites a plan. Variables that would change what `srun` does, and those by which Slurm shows a step all GPUs of
   * its node, are given to the task behind it; the task is not bound to its cores.
   */
  rewrite({ bindCpus: _, ...plan }: LaunchPlan): LaunchPlan {
    const { program, args, env, cwd, place: { name }, tag } = plan;
    const options = [
      ...(this.#canOverlap ? ["--overlap"] : []),
      ...["-N1", "-n1", "-w", name, "--mem=0", "--cpu-bind=none", "--quiet", "--export=ALL", "--input=all"],
      ...["--output=-", "--error=-", `--job-name=${stepName(tag)}`, "-D", cwd],
    ];
    const own = Object.fromEntries(Object.entries(env.own).filter(([variable]) => !isMoved(variable)));
    return {
      ...plan,
      program: "srun",
      args: [...options, "env", ...movedOf(env), ...wordsFor(program), ...args],
      env: { shared: this.#withoutMoved(env.shared), own },
    };
  }

  #withoutMoved(shared: SharedEnvironment): SharedEnvironment {
    if (shared.kind !== "whole") return shared;
    let without = this.#shared.get(shared);
    if (without === undefined) {
      const variables = Object.fromEntries(Object.entries(shared.variables).filter(([name]) => !isMoved(name)));
      without = { kind: "whole", variables };
      this.#shared.set(shared, without);
    }
    return without;
  }
}

function isMoved(name: string): boolean {
  return changesSrun(name) || visibleDevices.includes(name);
}

/** `env` would take a program with a `=` in its path for a variable. */
function wordsFor(program: string): string[] {
  return program.includes("=") ? ["sh", "-c", 'exec "$0" "$@"', program] : [program];
}

/** The words for `env` that set what was taken away from `srun`. */
function movedOf({ shared, own }: TaskEnvironment): string[] {
  const all = { ...(shared.kind === "whole" ? shared.variables : {}), ...own };
  const moved = Object.entries(all).filter(([name]) => isMoved(name));
  const unset = [...visibleDevices, ...stepVariables].filter((name) => all[name] === undefined);
  return [...unset.flatMap((name) => ["-u", name]), ...moved.map(([name, value]) => `${name}=${value}`)];
}
