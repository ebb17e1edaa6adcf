/**
 * The keeper: a process of ours that is the parent of the tasks of one pilot on this machine, and the agent that the
 * pilot speaks to (`src/agent/messages.ts`).
 *
 * One thread and no event loop: it waits for its pilot and for the ends of its tasks at once, and does each thing where
 * it stands. It is the subreaper of what its tasks orphan, so nothing of them is ever out of its sight. When the pilot
 * goes, in whatever way, its end of the channel closes: then everything is killed, and the keeper goes as well.
 *
 * @module
 */

import { formatHello } from "../../agent/hello.ts";
import { LineSplitter } from "../../agent/lines.ts";
import type { AgentMessage, PilotMessage, Welcome } from "../../agent/messages.ts";
import { PlanReader } from "../../agent/plan_change.ts";
import { ProtocolError } from "../../agent/protocol_error.ts";
import { readPilotMessage } from "../../agent/read_message.ts";
import { ownSerial, tagOf } from "../../agent/tag.ts";
import { writeAgentMessage } from "../../agent/write_message.ts";
import { version } from "../../version.ts";
import { signalNumber, stoppedEarly } from "../../core/exit.ts";
import { LimitsCheck, lookMs } from "../local/limits_check.ts";
import { type AgentRole, endLeftovers } from "./agent_role.ts";
import { Guard } from "./guard.ts";
import type { Kernel } from "./kernel.ts";
import { hungUp, readable } from "./kernel_numbers.ts";
import { Orders, type Performer } from "./orders.ts";
import { Output } from "./output.ts";
import { ProcessSamples } from "./process_samples.ts";
import type { Order } from "./starts.ts";
import { endSteps } from "./step_ends.ts";
import { Streams } from "./streams.ts";
import type { Task } from "./task.ts";
import { beginWork, type Work } from "./work.ts";

/** How long an agent of another node goes on killing before it leaves. */
const agentKillMsMax = 5000;

/** Keeps the tasks of one pilot. */
export class Keeper {
  readonly #kernel: Kernel;
  readonly #input: number;
  readonly #output: Output;
  readonly #streams: Streams;
  readonly #lines = new LineSplitter();
  readonly #plans = new PlanReader();
  readonly #limits = new LimitsCheck<Task>();
  readonly #byDescriptor = new Map<number, Task>();
  #node = 0;
  #work: Work | undefined;
  readonly #orders = new Orders();
  #performer: Performer | undefined;
  /** Since when tasks stand still, or stood last. */
  #frozenMs = 0;
  #limitsMs = Infinity;
  #isEnding = false;
  #isAlone = false;
  readonly #role: AgentRole | undefined;
  #samples: ProcessSamples | undefined;

  /**
   * Takes over the channel to the pilot.
   *
   * @param input Descriptor to read from.
   * @param output Descriptor to write to.
   * @param role What makes it the agent of another node; absent when it keeps the tasks of the pilot's own.
   */
  constructor(kernel: Kernel, input: number, output: number, role?: AgentRole) {
    this.#kernel = kernel;
    this.#role = role;
    this.#input = input;
    this.#output = new Output(kernel, output);
    this.#streams = new Streams(kernel);
    this.#isAlone = !kernel.watch(input, readable); // A file has no pilot at its other end.
  }

  /**
   * Says hello and works until the pilot ends it or is gone. Nothing is left then.
   *
   * @returns Whether it went because its lease had ended.
   */
  run(): boolean {
    const unguarded = Guard.isPossible() ? {} : { unguarded: "there is no /bin/sh" };
    this.#output.add(formatHello({ version, pid: Deno.pid, ...unguarded, ...this.#role?.sayHello() }));
    this.#output.flush(performance.now());
    while (!this.#isEnding && !this.#isAlone) this.#turn();
    // Nobody but the guard ends what is left of what this process started.
    if (this.#work !== undefined && this.#endAll(this.#work)) this.#work.guard.dismiss();
    this.#samples?.write();
    if (this.#isAlone) return this.#isFenced;
    this.#say({ word: "bye" });
    while (!this.#isAlone) {
      this.#output.flush(performance.now());
      if (!this.#output.isFull) return false;
      this.#kernel.wait(-1, (descriptor, events) => this.#happened(descriptor, events & ~readable));
    }
    return false;
  }

  /**
   * Ends everything at once: what runs below this process, and what tasks have beside it, by Slurm's daemons for one.
   *
   * @returns Whether nothing is left of what runs below it.
   */
  #endAll({ ends, guests, reads }: Work): boolean {
    const marks = [...guests.marks, ...ends.marks];
    const pause = (ms: number) => this.#kernel.wait(ms, () => {});
    endSteps(ends.lookAtAll(), { kernel: this.#kernel, reads, pause });
    // Slurm ends what an agent leaves, and only when the agent has gone; nobody but the guard ends what a keeper leaves.
    const left = ends.killAll(pause, this.#role === undefined ? Infinity : agentKillMsMax);
    endLeftovers({ marks }, (pid) => this.#kernel.kill(pid, signalNumber("SIGKILL")), pause);
    return left.length === 0;
  }

  /** Whether no task may run here any more, as the pilot may believe that none does. */
  get #isFenced(): boolean {
    return performance.now() >= (this.#role?.endMs ?? Infinity);
  }

  #turn(): void {
    this.#kernel.wait(this.#idleMs(), (descriptor, events) => this.#happened(descriptor, events));
    const work = this.#work;
    const nowMs = performance.now();
    if (this.#isFenced) this.#isAlone = true;
    if (work === undefined || this.#isAlone) return this.#output.flush(nowMs);
    if (nowMs >= work.ends.lookMs) work.ends.look(nowMs);
    if (nowMs >= this.#limitsMs) this.#checkLimits(work, nowMs);
    if (nowMs >= work.guests.dueMs) work.guests.look(nowMs).forEach((swept) => this.#say(swept));
    work.spool.look(nowMs);
    if (nowMs >= (this.#samples?.dueMs ?? Infinity)) this.#samples!.look(nowMs, work.guard.pid);
    if (work.guard.dueMs <= nowMs) work.guard.start(nowMs);
    this.#output.flush(performance.now()); // Before the next starts: the pilot may think of what follows meanwhile.
    this.#orders.perform(this.#performer!, nowMs);
    this.#output.flush(performance.now());
  }

  /** How long nothing needs to be done unless something happens. */
  #idleMs(): number {
    if (this.#work === undefined) return -1;
    const { ends, guard, guests, spool } = this.#work;
    const roleMs = Math.min(this.#role?.endMs ?? Infinity, this.#samples?.dueMs ?? Infinity);
    const ownMs = Math.min(this.#output.dueMs, this.#limitsMs, this.#orders.dueMs);
    const dueMs = Math.min(ends.lookMs, guests.dueMs, guard.dueMs, spool.dueMs, ownMs, roleMs);
    return dueMs === Infinity ? -1 : Math.max(0, Math.ceil(dueMs - performance.now()));
  }

  #happened(descriptor: number, events: number): void {
    const task = this.#byDescriptor.get(descriptor);
    if (task !== undefined) return this.#mainEnded(task);
    if (this.#work?.guard.ended(descriptor) || this.#work?.reports.happened(descriptor)) return;
    if (descriptor !== this.#input && descriptor !== this.#output.descriptor) return;
    if (events & hungUp) this.#isAlone = true;
    else if (events & readable && !this.#orders.isFull) this.#read();
  }

  #mainEnded(task: Task): void {
    this.#byDescriptor.delete(task.descriptor);
    this.#limits.delete(task);
    this.#work!.ends.mainEnded(task, performance.now());
    this.#orders.freed();
  }

  #read(): void {
    const bytes = this.#kernel.read(this.#input);
    if (typeof bytes === "number" || bytes.length === 0) {
      this.#isAlone = true;
      return;
    }
    try {
      for (const line of this.#lines.push(bytes)) {
        const addressed = readPilotMessage(line);
        if (addressed !== undefined) this.#take(addressed.node, addressed.message);
      }
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      // Nothing that follows can be trusted. The pilot sees the end of the channel.
      console.error(`qcgpj-keeper: ${error.message}`);
      this.#isAlone = true;
    }
  }

  #take(node: number, message: PilotMessage): void {
    switch (message.word) {
      case "welcome":
        this.#node = node;
        return this.#begin(message.welcome);
      case "share":
        return this.#plans.share(message.slot, message.plan);
      case "launch": {
        const { task, attempt } = message;
        return this.#orders.add({ node, task, attempt, plan: this.#plans.read(message.plan) });
      }
      case "signal":
        return this.#orders.add(message);
      case "guest":
        return this.#work?.guests.expect(message);
      case "sweep":
        return this.#work?.guests.sweep(message, performance.now());
      case "ping":
        this.#role?.pinged(message.number, message.lastPong);
        return this.#say({ word: "pong", number: message.number });
      case "pause":
      case "continue":
        return this.#freeze(message.word === "pause");
      case "end":
        this.#isEnding = true;
        return;
      default:
        return message satisfies never;
    }
  }

  #begin(welcome: Welcome): void {
    if (this.#work !== undefined) throw new ProtocolError("A second welcome");
    this.#role?.welcomed(welcome);
    const { samples } = welcome;
    if (samples !== undefined) this.#samples = new ProcessSamples(samples);
    // A pilot that ends what is left of this run ends the keeper first, or it would start what it was still told to. An agent
    // of another node has its lease for that.
    if (this.#role === undefined) this.#kernel.tagSelf(tagOf(welcome.family, ownSerial));
    const env = this.#role?.environment(welcome.env) ?? welcome.env;
    const tell = (task: Task, message: AgentMessage) => this.#output.add(writeAgentMessage(task.node, message));
    this.#work = beginWork(this.#kernel, this.#streams, { ...welcome, env }, tell);
    this.#performer = this.#performerOf(this.#work);
    this.#say({ word: "ready" });
  }

  /** Tasks stand still, and so does the time that they may say nothing for; or they go on. */
  #freeze(isFrozen: boolean): void {
    if (isFrozen === this.#orders.isHeld) return;
    this.#role?.paused(isFrozen);
    if (this.#isFenced) return; // The word came so late that the pilot may believe that nothing runs here any more.
    const nowMs = performance.now();
    this.#orders.isHeld = isFrozen;
    if (isFrozen) this.#frozenMs = nowMs;
    else this.#limits.shift(nowMs - this.#frozenMs);
    const signal = isFrozen ? "SIGSTOP" : "SIGCONT";
    this.#work?.ends.signalEverything(signal);
    this.#work?.guests.signalEverything(signal);
  }

  #performerOf(work: Work): Performer {
    const { ends, starts } = work;
    return {
      start: (order) => this.#start(work, order),
      get pauseMs() {
        return starts.pauseMs;
      },
      find: (attempt) => ends.find(attempt),
      signal: (stops, nowMs) => ends.signal(stops, nowMs),
      abandoned: ({ node, task, attempt }) =>
        this.#output.add(writeAgentMessage(node, { word: "startFailed", task, attempt, failure: stoppedEarly })),
    };
  }

  /** Returns false when the start must be tried again later. */
  #start({ starts, ends, reports }: Work, order: Order): boolean {
    const started = starts.start(order, ends.count, reports.count);
    const { node, task, attempt } = order;
    if (started === "later") return false;
    if ("failure" in started) {
      const { failure } = started;
      this.#output.add(writeAgentMessage(node, { word: "startFailed", task, attempt, failure }));
      return true;
    }
    const nowMs = performance.now();
    const { descriptor } = started.task;
    ends.add(started.task, nowMs);
    if (descriptor >= 0) {
      this.#byDescriptor.set(descriptor, started.task);
      this.#kernel.watch(descriptor, readable);
    }
    reports.add(started.task);
    this.#limits.add(started.task, nowMs);
    if (this.#limitsMs === Infinity && !this.#limits.isEmpty) this.#limitsMs = nowMs + lookMs;
    this.#output.addStart(started.task, started.beginMs);
    return true;
  }

  #checkLimits({ ends }: Work, nowMs: number): void {
    this.#limitsMs = nowMs + lookMs;
    if (this.#orders.isHeld) return;
    const exceeded = [
      ...this.#limits.findIdle(nowMs),
      ...this.#limits.needsProcesses ? this.#limits.findLarge(ends.lookAtMembers()) : [],
    ];
    for (const [{ node, task, attempt }, excess] of exceeded) {
      this.#output.add(writeAgentMessage(node, { word: "limit", task, attempt, ...excess }));
    }
    if (this.#limits.isEmpty) this.#limitsMs = Infinity;
  }

  #say(message: AgentMessage): void {
    this.#output.add(writeAgentMessage(this.#node, message));
  }
}
