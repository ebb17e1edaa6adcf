/**
 * Tasks of other nodes without agents: each is an `srun` on the pilot's own node. Slow, as each start is a question to
 * Slurm's controller, and so is each stop.
 *
 * @module
 */

import { delay } from "@std/async/delay";
import type { LaunchPlan } from "../../launch/plan.ts";
import { attemptName } from "../../runtime/attempt_name.ts";
import type { AttemptKey, Clock, Launcher, LaunchSink, NodeSink, StopSignal } from "../../runtime/ports.ts";
import { canOverlap } from "../../slurm/srun_command.ts";
import { SrunTasks, stepName } from "../../slurm/srun_task.ts";
import { ask, askNow } from "./ask_slurm.ts";

/** How long an `srun` may take to see the end of its step. */
const endedMs = 2000;
/** How often to ask whether steps are over. */
const askMs = 200;

/** What it is set up with. */
export interface SrunLaunchOptions {
  /** Id of the batch job. */
  readonly jobId: string;
  /** Indexes of all nodes of the pool. */
  readonly nodes: readonly number[];
  /** Starts the `srun` programs. */
  readonly own: Launcher;
  /** The time. */
  readonly clock: Clock;
}

/** Starts each task by `srun` on its node. */
export class SrunLauncher implements Launcher {
  readonly #options: SrunLaunchOptions;
  readonly #tasks: SrunTasks = new SrunTasks(canOverlap(askNow("srun", ["--version"]) ?? ""));
  /** The names of the steps of attempts that are not over. */
  readonly #steps = new Map<string, string>();
  #begun: Promise<unknown> = Promise.resolve();

  /** Starts nothing. */
  constructor(options: SrunLaunchOptions) {
    this.#options = options;
  }

  /** All nodes are ready at once. */
  watchNodes(sink: NodeSink): void {
    const { clock, nodes } = this.#options;
    const begin = () => nodes.forEach((node) => sink.ready(node));
    clock.wakeAt(clock.nowMs(), () => this.#begun.then(begin, (error) => sink.failed(error)));
  }

  /** Starts the plan's process on its node. */
  launch(key: AttemptKey, plan: LaunchPlan, sink: LaunchSink): void {
    const name = attemptName(key);
    this.#steps.set(name, stepName(plan.tag));
    this.#options.own.launch(key, this.#tasks.rewrite(plan), {
      ...sink,
      startFailed: (key, failure) => {
        this.#steps.delete(name);
        sink.startFailed(key, failure);
      },
      exited: (key, ...end) => {
        this.#steps.delete(name);
        sink.exited(key, ...end);
      },
    });
  }

  /** Sends a signal to the step of an attempt; `srun` itself would end it without a grace. */
  signal(key: AttemptKey, signal: StopSignal): void {
    const step = this.#steps.get(attemptName(key));
    if (step !== undefined) this.#signalStep(key, step, signal);
  }

  /** No node is ready before something has settled. */
  beginAfter(ready: Promise<unknown>): void {
    this.#begun = ready;
  }

  /** Ends the steps that an earlier run left in this batch job. */
  reclaim(runId: string): Promise<void> {
    return this.#endSteps(stepName(runId));
  }

  /** There is nothing of its own to be given back. */
  close(): Promise<void> {
    return Promise.resolve();
  }

  async #signalStep(key: AttemptKey, name: string, signal: StopSignal): Promise<void> {
    const ids = await this.#find((step) => step === name);
    if (ids.length > 0) await ask("scancel", [`--signal=${signal.slice(3)}`, ...ids]);
    // A step that is not known yet, or never was, ends with its srun.
    else this.#options.own.signal(key, signal);
    if (signal !== "SIGKILL") return;
    await delay(endedMs);
    this.#options.own.signal(key, signal);
  }

  async #endSteps(beginning: string): Promise<void> {
    while (true) {
      const ids = await this.#find((name) => name.startsWith(beginning));
      if (ids.length === 0) return;
      await ask("scancel", ["--signal=KILL", ...ids]);
      await delay(askMs);
    }
  }

  /** The ids of steps, by their names. */
  async #find(isWanted: (name: string) => boolean): Promise<string[]> {
    const answer = await ask("squeue", ["-h", "-s", "-j", this.#options.jobId, "-o", "%i %j"]) ?? "";
    const steps = answer.split("\n").map((line) => line.trim().split(" "));
    return steps.flatMap(([id, name]) => id !== undefined && name !== undefined && isWanted(name) ? [id] : []);
  }
}
