/**
 * The channel to the agent of another node: the standard streams of a program that reaches it, such as `srun`.
 *
 * The program leads a session of its own, so that no signal of a terminal comes to it. Its end says little, and may
 * never come: what silence means is decided by the user of the channel.
 *
 * @module
 */

import { type Hello, HelloSearch, refuseVersion } from "../../agent/hello.ts";
import { LineSplitter } from "../../agent/lines.ts";
import type { AgentMessage, PilotMessage } from "../../agent/messages.ts";
import { readAgentMessage } from "../../agent/read_message.ts";
import { writePilotMessage } from "../../agent/write_message.ts";
import { version } from "../../version.ts";

const encoder = new TextEncoder();

/** A program that reaches an agent. */
export interface FarProgram {
  /** The program. */
  readonly program: string;
  /** Its arguments. */
  readonly args: readonly string[];
  /** Its whole environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Index of the node in the pool. */
  readonly node: number;
  /** The node's name. */
  readonly nodeName: string;
}

/** Hears what comes over a channel. */
export interface FarSink {
  /** The agent said hello. */
  greeted(hello: Hello): void;
  /** The agent said something else. */
  heard(message: AgentMessage): void;
  /** The program, or the agent by its means, wrote on the standard error. */
  said(bytes: Uint8Array): void;
  /** The channel has ended, and why, unless the agent had said that it goes. */
  closed(problem: FarProblem | undefined): void;
}

/** Why a channel has ended. */
export interface FarProblem {
  /** What happened. */
  readonly text: string;
  /** Whether the two do not understand each other, so that it is of no use to try again. */
  readonly isFinal: boolean;
}

/** An open channel. */
export class FarChannel {
  readonly #program: FarProgram;
  readonly #sink: FarSink;
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #search = new HelloSearch();
  readonly #lines = new LineSplitter();
  #unsent = "";
  #sent: Promise<void> = Promise.resolve();
  #isGreeted = false;
  #isDismissed = false;
  #isCut = false;
  #problem: FarProblem | undefined;

  /**
   * Starts the program.
   *
   * @throws {Error} If it cannot be started.
   */
  constructor(program: FarProgram, sink: FarSink) {
    this.#program = program;
    this.#sink = sink;
    this.#child = new Deno.Command(program.program, {
      args: [...program.args],
      env: program.env,
      clearEnv: true,
      detached: true,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#writer = this.#child.stdin.getWriter();
    this.#listen();
  }

  /** Sends a message; what is sent in one turn goes as one. */
  send(message: PilotMessage): void {
    if (this.#unsent === "") queueMicrotask(() => this.#flush());
    this.#unsent += writePilotMessage(this.#program.node, message);
  }

  /** Settles when all that was sent is with the program, whatever becomes of this one. */
  get sent(): Promise<void> {
    if (this.#unsent !== "") this.#flush();
    return this.#sent;
  }

  /** Ends the program at once; nothing is told any more. */
  cut(): void {
    this.#isCut = true;
    this.#kill();
  }

  #flush(): void {
    if (this.#unsent === "") return;
    const bytes = encoder.encode(this.#unsent);
    this.#unsent = "";
    this.#sent = this.#writer.write(bytes).catch(() => {}); // Its end shows in what it says.
  }

  async #listen(): Promise<void> {
    const errorsRead = this.#listenToErrors();
    const reader = this.#child.stdout.getReader();
    try {
      for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) this.#take(chunk.value);
    } catch (error) {
      this.#problem = { text: error instanceof Error ? error.message : String(error), isFinal: true };
      this.#kill();
      await reader.cancel().catch(() => {});
    }
    await this.#writer.close().catch(() => {});
    const { code, signal } = await this.#child.status;
    await errorsRead;
    if (this.#isCut) return;
    if (this.#isDismissed) return this.#sink.closed(undefined);
    const { program } = this.#program;
    const end = signal === null ? `${program} ended with exit code ${code}` : `${program} was killed (${signal})`;
    const noise = this.#isGreeted ? "" : this.#search.noise.trim();
    const text = noise === "" ? end : `${end}; instead of a hello came ${JSON.stringify(noise.slice(0, 200))}`;
    this.#sink.closed(this.#problem ?? { text, isFinal: false });
  }

  async #listenToErrors(): Promise<void> {
    for await (const bytes of this.#child.stderr) this.#sink.said(bytes);
  }

  #take(bytes: Uint8Array): void {
    if (this.#isCut) return;
    for (const line of this.#lines.push(bytes)) {
      if (!this.#isGreeted) this.#greet(line);
      else {
        const message = readAgentMessage(line)?.message;
        if (message?.word === "bye") this.#isDismissed = true;
        else if (message !== undefined) this.#sink.heard(message);
      }
    }
  }

  #greet(line: string): void {
    const hello = this.#search.read(line);
    if (hello === undefined) return;
    const refusal = refuseVersion(hello, version, this.#program.nodeName);
    if (refusal !== undefined) throw new Error(refusal);
    this.#isGreeted = true;
    this.#sink.greeted(hello);
  }

  /** Kills the whole session: `srun` is two processes. */
  #kill(): void {
    try {
      Deno.kill(-this.#child.pid, "SIGKILL");
    } catch {
      // It has gone by itself.
    }
  }
}
