/**
 * The pilot's end of the channel to a keeper: starts the process, waits for its hello, passes lines in both directions,
 * and gives it up when it is silent for too long.
 *
 * @module
 */

import { type Hello, HelloSearch, refuseVersion } from "../../agent/hello.ts";
import { LineSplitter } from "../../agent/lines.ts";
import type { Addressed, AgentMessage, PilotMessage } from "../../agent/messages.ts";
import { readAgentMessage } from "../../agent/read_message.ts";
import { writePilotMessage } from "../../agent/write_message.ts";
import { readState } from "../local/process_scan.ts";
import { version } from "../../version.ts";
import { Heartbeat } from "./heartbeat.ts";
import { spawnKeeper, takeAhead } from "./start_ahead.ts";
import type { SelfStart } from "./start_self.ts";

const encoder = new TextEncoder();
/** How long a program may take to say hello. */
const helloMsMax = 20_000;

/** Hears what becomes of a keeper. */
export interface ChannelSink {
  /** It said hello, so the channel may be used. */
  greeted(hello: Hello): void;
  /** It said something. */
  heard(message: Addressed<AgentMessage>): void;
  /** It waits for a device or a file system that does not answer, for so many seconds by now. Told once. */
  stuck(seconds: number): void;
  /** It is gone, or was given up; `problem` says why, unless it said `bye`. Told once, and nothing after it. */
  gone(problem: string | undefined): void;
}

/** A keeper and the channel to it. */
export class KeeperChannel {
  readonly #sink: ChannelSink;
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #search = new HelloSearch();
  readonly #lines = new LineSplitter();
  readonly #timer: ReturnType<typeof setTimeout>;
  readonly #heartbeat: Heartbeat;
  #unsent = "";
  #written: Promise<void> = Promise.resolve();
  #isGreeted = false;
  #isStuck = false;
  #isNeeded = true;
  #isDismissed = false;
  #problem: string | undefined;
  /** Settles when the process has gone and was told so. */
  readonly gone: Promise<void>;

  /**
   * Takes the keeper that was started ahead, or starts one.
   *
   * @param askMs How often to ask for a sign of life.
   * @throws {Error} If the process cannot be started.
   */
  constructor(start: SelfStart, sink: ChannelSink, askMs?: number) {
    this.#sink = sink;
    this.#child = takeAhead() ?? spawnKeeper(start);
    this.#writer = this.#child.stdin.getWriter();
    this.#timer = setTimeout(() => this.#giveUp(`it did not say hello within ${helloMsMax / 1000} s`), helloMsMax);
    Deno.unrefTimer(this.#timer);
    this.#heartbeat = new Heartbeat({
      ask: (number, lastPong) => this.send(0, { word: "ping", number, lastPong }),
      waited: () => this.#wake(),
      silent: (seconds) => this.#silent(seconds),
    }, askMs);
    this.#heartbeat.need(true);
    this.gone = this.#listen();
  }

  /** The process id. */
  get pid(): number {
    return this.#child.pid;
  }

  /** Keeps the program alive, and an eye on the keeper; or lets it end although the keeper runs. */
  keepAlive(isNeeded: boolean): void {
    if (isNeeded === this.#isNeeded) return;
    this.#isNeeded = isNeeded;
    if (isNeeded) this.#child.ref();
    else this.#child.unref();
    this.#heartbeat.need(isNeeded);
  }

  /** Sends a message; what is sent in one turn goes as one. */
  send(node: number, message: PilotMessage): void {
    if (this.#unsent === "") queueMicrotask(() => this.flush());
    this.#unsent += writePilotMessage(node, message);
  }

  /** Sends the keeper away and waits until it has gone; after `limitMs` it is killed. */
  async close(limitMs: number): Promise<void> {
    this.keepAlive(true);
    if (this.#isGreeted) this.send(0, { word: "end" });
    else this.#giveUp("it was not needed any more"); // It has nothing yet that it would have to end.
    const timer = setTimeout(() => this.#giveUp("it did not go when it was sent away"), limitMs);
    await this.gone;
    clearTimeout(timer);
  }

  /** Settles when all that was sent is with the keeper, whatever becomes of this program. */
  get sent(): Promise<void> {
    this.flush();
    return this.#written;
  }

  /** Sends what has gathered, without waiting for the end of the turn. */
  flush(): void {
    if (this.#unsent === "") return;
    const bytes = encoder.encode(this.#unsent);
    this.#unsent = "";
    this.#written = this.#writer.write(bytes).catch(() => {}); // Its end shows in what it says.
  }

  async #listen(): Promise<void> {
    const reader = this.#child.stdout.getReader();
    try {
      for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) this.#take(chunk.value);
    } catch (error) {
      this.#giveUp(error instanceof Error ? error.message : String(error));
      await reader.cancel().catch(() => {});
    }
    clearTimeout(this.#timer);
    this.#heartbeat.stop();
    await this.#writer.close().catch(() => {});
    const { code, signal } = await this.#child.status;
    if (this.#isDismissed) return this.#sink.gone(undefined);
    const end = signal === null ? `ended with exit code ${code}` : `was killed (${signal})`;
    this.#sink.gone(this.#problem ?? (this.#isGreeted ? `it ${end}` : `it said no hello and ${end}`));
  }

  #take(bytes: Uint8Array): void {
    for (const line of this.#lines.push(bytes)) {
      if (!this.#isGreeted) this.#greet(line);
      else {
        const addressed = readAgentMessage(line);
        this.#heartbeat.heard();
        if (addressed?.message.word === "bye") this.#isDismissed = true;
        else if (addressed?.message.word === "pong") this.#heartbeat.answered(addressed.message.number);
        else if (addressed !== undefined) this.#sink.heard(addressed);
      }
    }
  }

  #greet(line: string): void {
    const hello = this.#search.read(line);
    // Its word may have been on its way when it was given up.
    if (hello === undefined || this.#problem !== undefined) return;
    const refusal = refuseVersion(hello, version, "of this machine");
    if (refusal !== undefined) throw new Error(refusal);
    clearTimeout(this.#timer);
    this.#isGreeted = true;
    this.#heartbeat.start();
    this.#sink.greeted(hello);
  }

  /** It may have been stopped from outside, by mistake: nothing else would let it go on. */
  #wake(): void {
    if (readState(this.pid) === "T") Deno.kill(this.pid, "SIGCONT");
  }

  /** What waits for a device would not end either. */
  #silent(seconds: number): void {
    if (readState(this.pid) === "D") {
      if (!this.#isStuck) this.#sink.stuck(seconds);
      this.#isStuck = true;
      this.#heartbeat.start();
    } else this.#giveUp(`it said nothing for ${seconds} s`);
  }

  #giveUp(problem: string): void {
    this.#problem ??= problem;
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has gone by itself.
    }
  }
}
