/**
 * Starts agents by `srun`, one step for each node, or by `ssh`, and ends those that cannot be reached by their steps.
 *
 * @module
 */

import { delay } from "@std/async/delay";
import type { AgentChannel, AgentChannelSink, AgentStarter, LostAgent } from "../../runtime/agent_ports.ts";
import {
  canOverlap,
  explainEnd,
  isNoise,
  srunArguments,
  type SrunEnd,
  srunEnvironment,
} from "../../slurm/srun_command.ts";
import { sshArguments } from "../../slurm/ssh_command.ts";
import { planSweep, type SelfStart } from "../keeper/start_self.ts";
import { ask, askNow } from "./ask_slurm.ts";
import { FarChannel, type FarProblem, type FarProgram } from "./far_channel.ts";
import { SaidLines } from "./said_lines.ts";

/** How often to ask whether a step is over. */
const askMs = 200;
/** After the death of an agent its guard still takes a moment to end the tasks. */
const settleMs = 400;
/** How long a look at a node may take; its lease has ended everything by then. */
const sweepSecondsMax = 20;

/** What starts of agents need. */
export interface AgentProgramsOptions {
  /** Id of the batch job. */
  readonly jobId: string;
  /** Names of the nodes, by their indexes in the pool. */
  readonly nodeName: (node: number) => string;
  /** How many GPUs the step of a node must ask for, by its index; nothing where it gets them unasked. */
  readonly stepGpus?: readonly (number | undefined)[] | undefined;
  /** The agent as a program to start. */
  readonly self: SelfStart;
  /** The environment of this process. */
  readonly env: Readonly<Record<string, string>>;
  /** By what they are reached. */
  readonly method: "slurm" | "ssh";
  /** Working directory of the agents. */
  readonly directory: string;
  /** Hears what `srun` and the agents say on their standard error, line by line. */
  readonly said: (line: string) => void;
}

/** Starts agents by programs that reach other nodes. */
export class AgentPrograms implements AgentStarter {
  readonly #options: AgentProgramsOptions;
  readonly #canOverlap: boolean;
  /** Nodes that Slurm has given up. */
  readonly #failed = new Set<number>();

  /** Asks which Slurm it is. */
  constructor(options: AgentProgramsOptions) {
    this.#options = options;
    this.#canOverlap = options.method === "slurm" && canOverlap(askNow("srun", ["--version"]) ?? "");
  }

  /** Starts an agent; that its program cannot be started is told as the end of its channel. */
  start(node: number, sink: AgentChannelSink): AgentChannel {
    const program = this.#programFor(node, this.#options.self);
    try {
      return this.#open(program, sink);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const isMissing = error instanceof Deno.errors.NotFound;
      const problem = isMissing ? `there is no ${program.program} on the PATH` : error.message;
      queueMicrotask(() => sink.closed({ problem, mayReturn: !isMissing }));
      return noChannel;
    }
  }

  #open(program: FarProgram, sink: AgentChannelSink): AgentChannel {
    const { node } = program;
    const name = program.nodeName;
    const said = new SaidLines(isNoise, (line) => this.#options.said(`${name}: ${line}`));
    return new FarChannel(program, {
      greeted: (hello) => sink.greeted(hello),
      heard: (message) => sink.heard(message),
      said: (bytes) => said.push(bytes),
      closed: (problem) => {
        const end = problem && endOf(problem, said.last);
        if (end?.isNodeFailure) this.#failed.add(node);
        sink.closed(end);
      },
    });
  }

  /**
   * Kills the step, and learns that all of it is over in two ways at once: Slurm lists it no more (which it does for ever
   * when the step's daemon or its `srun` was killed), or a look at the node finds nothing that the agent started. Guests
   * are in steps of their own, so that only a look tells of them.
   */
  async end({ node, hello, family, marks, hasGuests, isClosed }: LostAgent): Promise<void> {
    const step = hello?.step;
    if (!isClosed && step !== undefined) await ask("scancel", ["--signal=KILL", step]);
    const looks = [this.#swept(node, family, marks), this.#failedLong(node)];
    await Promise.race(hasGuests ? looks : [this.#unlisted(step), ...looks]);
  }

  /** Settles when Slurm does not list a step any more, and its guard has had the time to end the tasks. */
  async #unlisted(step: string | undefined): Promise<void> {
    if (step === undefined) return await never();
    while (true) {
      const steps = await ask("squeue", ["-h", "-s", "-j", this.#options.jobId, "-o", "%i"]);
      if (steps !== undefined && !steps.split("\n").some((line) => line.trim() === step)) break;
      await delay(askMs);
    }
    await delay(settleMs);
  }

  /** Settles when a process on the node has ended all that the agent left. */
  async #swept(node: number, family: string | undefined, marks: readonly string[]): Promise<void> {
    const self = family === undefined ? undefined : planSweep(family, marks);
    if (self === undefined) return await never();
    const { program, args, env } = this.#programFor(node, self);
    const command = new Deno.Command("timeout", {
      args: ["-s", "KILL", String(sweepSecondsMax), program, ...args],
      ...{ env, clearEnv: true, stdin: "null", stdout: "null", stderr: "null" },
    });
    try {
      if ((await command.output()).success) return;
    } catch {
      // It could not be started: others tell.
    }
    await never();
  }

  /**
   * Settles when a node that Slurm has given up can run nothing any more. If it is down, nothing does; if somebody has
   * only said that it is, its agent has just read the end of its channel.
   */
  async #failedLong(node: number): Promise<void> {
    if (!this.#failed.has(node)) return await never();
    await delay(2 * settleMs);
  }

  #programFor(node: number, self: SelfStart): FarProgram {
    const { env, directory, nodeName, method } = this.#options;
    const name = nodeName(node);
    const command = [self.program, ...self.args];
    if (method === "ssh") {
      // The modules that this program has loaded may be there only.
      const cache: Record<string, string> = env["DENO_DIR"] === undefined ? {} : { DENO_DIR: env["DENO_DIR"] };
      const args = sshArguments({ command, node: name, directory, env: { ...cache, ...self.env } });
      return { program: "ssh", args, env, node, nodeName: name };
    }
    const gpus = this.#options.stepGpus?.[node];
    const args = srunArguments({ command, node: name, directory, canOverlap: this.#canOverlap, gpus });
    return { program: "srun", args, env: { ...srunEnvironment(env), ...self.env }, node, nodeName: name };
  }
}

/** The channel of an agent that was not started. */
const noChannel: AgentChannel = { send: () => {}, sent: Promise.resolve(), cut: () => {} };

/** What is not learnt. */
function never(): Promise<void> {
  return new Promise(() => {});
}

function endOf({ text, isFinal }: FarProblem, said: string): SrunEnd {
  return isFinal ? { problem: text, mayReturn: false, isNodeFailure: false } : explainEnd(text, said);
}
