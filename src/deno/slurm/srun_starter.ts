/**
 * Starts agents by `srun`, one step for each node, and ends those that cannot be reached by their steps.
 *
 * @module
 */

import { delay } from "@std/async/delay";
import type { Hello } from "../../agent/hello.ts";
import type { PilotMessage } from "../../agent/messages.ts";
import type { ChannelEnd } from "../../agent/node_watch.ts";
import type { AgentChannel, AgentChannelSink, AgentStarter } from "../../runtime/agent_ports.ts";
import { canOverlap, explainEnd, isNoise, srunArguments, srunEnvironment } from "../../slurm/srun_command.ts";
import type { SelfStart } from "../keeper/start_self.ts";
import { ask, askNow } from "./ask_slurm.ts";
import { FarChannel, type FarProblem } from "./far_channel.ts";
import { SaidLines } from "./said_lines.ts";

/** How often to ask whether a step is over. */
const askMs = 200;
/** After the death of an agent its guard still takes a moment to end the tasks. */
const settleMs = 400;

/** What starts by `srun` need. */
export interface SrunOptions {
  /** Id of the batch job. */
  readonly jobId: string;
  /** Names of the nodes, by their indexes in the pool. */
  readonly nodeName: (node: number) => string;
  /** The agent as a program to start. */
  readonly self: SelfStart;
  /** The environment of this process. */
  readonly env: Readonly<Record<string, string>>;
  /** Working directory of the agents. */
  readonly directory: string;
  /** Hears what `srun` and the agents say on their standard error, line by line. */
  readonly said: (line: string) => void;
}

/** Starts agents by `srun`. */
export class SrunStarter implements AgentStarter {
  readonly #options: SrunOptions;
  readonly #canOverlap: boolean;

  /** Asks which Slurm it is. */
  constructor(options: SrunOptions) {
    this.#options = options;
    this.#canOverlap = canOverlap(askNow("srun", ["--version"]) ?? "");
  }

  /** Starts an agent. */
  start(node: number, sink: AgentChannelSink): AgentChannel {
    const { self, env, directory, nodeName } = this.#options;
    const name = nodeName(node);
    const command = [self.program, ...self.args];
    const args = srunArguments({ command, node: name, directory, canOverlap: this.#canOverlap });
    const said = new SaidLines(isNoise, (line) => this.#options.said(`${name}: ${line}`));
    const program = { program: "srun", args, env: { ...srunEnvironment(env), ...self.env }, node, nodeName: name };
    const channel = new FarChannel(program, {
      greeted: (hello) => sink.greeted(hello),
      heard: (message) => sink.heard(message),
      said: (bytes) => said.push(bytes),
      closed: (problem) => sink.closed(problem && endOf(problem, said.last)),
    });
    return { send: (message: PilotMessage) => channel.send(message), cut: () => channel.cut() };
  }

  /** Kills the step, and waits until Slurm lists it no more; a step without a hello is ended with its `srun`. */
  async end(_node: number, hello: Hello | undefined, isClosed: boolean): Promise<void> {
    const { jobId } = this.#options;
    const step = hello?.step;
    if (step === undefined) return await new Promise<void>(() => {});
    if (!isClosed) await ask("scancel", ["--signal=KILL", step]);
    while (true) {
      const steps = await ask("squeue", ["-h", "-s", "-j", jobId, "-o", "%i"]);
      if (steps !== undefined && !steps.split("\n").some((line) => line.trim() === step)) break;
      await delay(askMs);
    }
    await delay(settleMs);
  }
}

function endOf({ text, isFinal }: FarProblem, said: string): ChannelEnd {
  return isFinal ? { problem: text, mayReturn: false } : explainEnd(text, said);
}
