/**
 * A pilot on ports that do what a test says and nothing else: processes start and end by command, the journal answers
 * at once unless it is held, and time stands still.
 *
 * @module
 */

import type { Event } from "../../../src/core/types.ts";
import { EventHub } from "../../../src/events/event_hub.ts";
import { QCGPJFuture } from "../../../src/api/future.ts";
import { parseJob } from "../../../src/job/parse.ts";
import type { LaunchPlan } from "../../../src/launch/plan.ts";
import { Manager } from "../../../src/api/manager.ts";
import { parseNodeSpec } from "../../../src/resources/node_spec.ts";
import { Pilot, type PilotOptions } from "../../../src/runtime/pilot.ts";
import type { AttemptKey, JournalStore, Launcher, LaunchSink } from "../../../src/runtime/ports.ts";
import { MemoryTaskFiles } from "./memory_task_files.ts";
import { quiet, VirtualClock } from "../../sim/virtual_clock.ts";
import { readExit, readJob } from "../../traces/words.ts";

interface Launched {
  readonly key: AttemptKey;
  readonly plan: LaunchPlan;
  readonly sink: LaunchSink;
}

/** Notes what it is told to do, as lines. */
export class ManualLauncher implements Launcher {
  /** What was done: `launch j`, `SIGTERM j`, `close`; shared with the journal and others that take notes. */
  readonly notes: string[];
  readonly launched: Map<string, Launched> = new Map();

  constructor(notes: string[]) {
    this.notes = notes;
  }

  launch(key: AttemptKey, plan: LaunchPlan, sink: LaunchSink): void {
    this.notes.push(`launch ${plan.taskName}`);
    this.launched.set(plan.taskName, { key, plan, sink });
  }

  signal(key: AttemptKey, signal: string): void {
    for (const [name, { key: { task, attempt } }] of this.launched) {
      if (task === key.task && attempt === key.attempt) this.notes.push(`${signal} ${name}`);
    }
  }

  reclaim(runId: string): Promise<void> {
    this.notes.push(`reclaim ${runId}`);
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.notes.push("close");
    return Promise.resolve();
  }
}

/** Notes what it is given; may be held, and then answers one by one. */
export class ManualJournal implements JournalStore {
  readonly notes: string[];
  readonly events: Event[] = [];
  /** Appends that wait for {@linkcode answer}; absent while nothing is held. */
  held: PromiseWithResolvers<void>[] | undefined;
  /** Thrown by the next append. */
  failure: Error | undefined;

  constructor(notes: string[]) {
    this.notes = notes;
  }

  append(events: readonly Event[]): Promise<void> | void {
    this.notes.push(`append ${events.map((event) => event.kind).join(" ")}`);
    if (this.failure !== undefined) throw this.failure;
    this.events.push(...events);
    if (this.held === undefined) return;
    const held = Promise.withResolvers<void>();
    this.held.push(held);
    return held.promise;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** A pilot with its ports, and what a user of it does. */
export class PilotHarness {
  readonly notes: string[] = [];
  /** What users were told of. */
  readonly warnings: string[] = [];
  readonly clock: VirtualClock = new VirtualClock();
  readonly launcher: ManualLauncher = new ManualLauncher(this.notes);
  readonly journal: ManualJournal = new ManualJournal(this.notes);
  readonly files: MemoryTaskFiles = new MemoryTaskFiles();
  readonly pilot: Pilot;
  readonly manager: Manager;
  readonly hub: EventHub = new EventHub((name) => this.notes.push(`${name} failed`));

  constructor(options: Partial<PilotOptions> & { readonly spec?: string } = {}) {
    const { spec = "n0:4", ...others } = options;
    const all: PilotOptions = {
      nodes: parseNodeSpec(spec),
      graceMs: 1000,
      rootWd: "/wd",
      environmentSchema: "common",
      runId: "0123456789abcdef",
      ...others,
    };
    this.pilot = new Pilot(all, this);
    this.manager = new Manager(this.pilot, 0, (jobs) => {
      const descriptions = jobs.map((job) => parseJob(job, {}));
      this.pilot.submit(descriptions);
      return descriptions;
    }, notAsked);
  }

  /** Submits jobs in words as one submit. */
  submit(...jobs: string[]): QCGPJFuture {
    return new QCGPJFuture(this.pilot, this.pilot.submit(jobs.map(readJob)), (text) => this.warnings.push(text));
  }

  /** Lets happen all that follows without time going by: what is much is spread over several turns. */
  async settle(): Promise<void> {
    await quiet();
    while (this.clock.isDue) await this.clock.advanceTo(this.clock.nowMs());
  }

  /** Says that processes run; lets all that follows happen. */
  async start(...names: string[]): Promise<void> {
    await this.settle();
    for (const name of names) {
      const { key, plan, sink } = this.launcher.launched.get(name)!;
      sink.started(key, { node: plan.place.node, pid: 100 + key.task });
    }
    await this.settle();
  }

  /** Says that a process has gone, by a code or a signal; lets all that follows happen. */
  async exit(name: string, exit = "0"): Promise<void> {
    await this.settle();
    const { key, sink } = this.launcher.launched.get(name)!;
    sink.exited(key, readExit(exit), { cpuMs: 12, peakKiB: 345 });
    await this.settle();
  }

  /** Starts and ends processes with code 0. */
  async run(...names: string[]): Promise<void> {
    for (const name of names) {
      await this.start(name);
      await this.exit(name);
    }
  }

  /** Takes out what was noted so far. */
  takeNotes(): string[] {
    return this.notes.splice(0);
  }
}

/** Tells how a promise stands now. */
export async function stateOf(promise: Promise<unknown>): Promise<string> {
  let state = "open";
  promise.then(() => state = "fulfilled", (error) => state = `rejected: ${error?.name}: ${error?.message}`);
  await quiet();
  return state;
}

/** What none of these tests asks of a manager. */
const notAsked = {
  nextEnd: (): never => {
    throw new Error("Nobody asks for it");
  },
  status: (): never => {
    throw new Error("Nobody asks for it");
  },
};
