/**
 * A whole pilot in a world made of a seed: virtual time, simulated processes and journal, and users who submit,
 * cancel, remove and ask at random moments.
 *
 * @module
 */

import { Core } from "../../src/core/core.ts";
import { JobDescriptionError, PilotJobError } from "../../src/errors.ts";
import { QCGPJFuture } from "../../src/api/future.ts";
import { Manager } from "../../src/api/manager.ts";
import type { AdmittedJob, Event, Input, Output } from "../../src/core/types.ts";
import { EventHub } from "../../src/events/event_hub.ts";
import { taskName } from "../../src/job/description.ts";
import { Ledger } from "../../src/report/ledger.ts";
import { reportTask } from "../../src/report/views.ts";
import { Pilot } from "../../src/runtime/pilot.ts";
import type { JournalStore, Launcher } from "../../src/runtime/ports.ts";
import { findTarget } from "../../src/service/replies.ts";
import { readJob } from "../traces/words.ts";
import type { Answer, Entry, History } from "./history.ts";
import { Random } from "./random.ts";
import { replaceMethod } from "./replace.ts";
import { SimulatedJournal } from "./simulated_journal.ts";
import { SimulatedLauncher } from "./simulated_launcher.ts";
import { epochMs, quiet, VirtualClock } from "./virtual_clock.ts";
import { type Act, makeWorkload, type Workload } from "./workload.ts";

/** When a run is given up. */
const endMs = epochMs + 600_000;

/** What stands between the pilot and its ports, for planting bugs. */
export interface Plants {
  readonly launcher?: (launcher: Launcher) => Launcher;
  readonly journal?: (journal: JournalStore) => JournalStore;
}

/** `Omit` that keeps a union a union. */
type WithoutTime<T> = T extends unknown ? Omit<T, "atMs"> : never;

/** A step that may still go on. */
interface NotedStep {
  readonly kind: "step";
  readonly atMs: number;
  readonly inputs: Input[];
  readonly output: Output;
  freeCores: number;
  isUnfinished: boolean;
}

/** Runs a seed to its end and tells what happened. */
export async function runWorld(seed: number, plants: Plants = {}): Promise<History> {
  const world = new World(seed, plants);
  return await world.run();
}

class World {
  readonly #seed: number;
  readonly #random: Random;
  readonly #clock: VirtualClock = new VirtualClock();
  readonly #workload: Workload;
  readonly #isSlow: boolean;
  readonly #launcher: SimulatedLauncher;
  readonly #pilot: Pilot;
  readonly #manager: Manager;
  readonly #futures: QCGPJFuture[] = [];
  readonly #hub: EventHub = new EventHub((reader) => this.#note({ kind: "toldOf", reader }));
  readonly #entries: Entry[] = [];
  /** Tasks of which a further attempt was published, and that nobody was asked about since. */
  readonly #retried: (Event & { readonly kind: "taskScheduled" })[] = [];
  #published = 0;
  #isClosed = false;
  #isOver = false;

  constructor(seed: number, plants: Plants) {
    this.#seed = seed;
    const random = this.#random = new Random(seed);
    const mayHang = random.chance(0.5);
    // Chance of its own, so that the rest of the world is the same.
    const end = new Random(seed + 3_000_003).chance(0.3) ? { stopAtMs: endMs + 1e9 } : {};
    this.#workload = { ...makeWorkload(random, mayHang), ...end };
    this.#isSlow = random.chance(0.5);
    const habits = { isSlow: this.#isSlow, ...(random.chance(0.1) ? { failsAt: random.between(1, 30) } : {}) };
    this.#launcher = new SimulatedLauncher(
      this.#clock,
      random,
      { mayHang, mayRepeat: random.chance(0.5) },
      (note) => this.#note(note),
    );
    const journal = new SimulatedJournal(
      this.#clock,
      random,
      habits,
      (events) => this.#note({ kind: "durable", events }),
    );
    // Chance of its own, so that the rest of the world is the same. With a slow journal pieces of a step would take time.
    const piecesMax = this.#isSlow ? 2000 : new Random(seed + 2_000_003).pick([1, 2, 3, 7, 2000]);
    const options = {
      ...this.#workload,
      piecesMax,
      rootWd: "/wd",
      environmentSchema: "common" as const,
      runId: "0123456789abcdef",
    };
    this.#pilot = new Pilot(options, {
      clock: this.#clock,
      launcher: plants.launcher?.(this.#launcher) ?? this.#launcher,
      journal: plants.journal?.(journal) ?? journal,
      hub: this.#hub,
    });
    this.#addReaders();
    this.#manager = new Manager(this.#pilot, 0, () => [], notAsked);
  }

  async run(): Promise<History> {
    const begin = () => {
      const output = { events: [], actions: [] };
      const step: NotedStep = {
        kind: "step",
        atMs: this.#clock.nowMs(),
        inputs: [],
        output,
        freeCores: 0,
        isUnfinished: true,
      };
      this.#entries.push(step);
      return step;
    };
    /** The step that is not finished. What a step does in pieces counts as one. */
    let unfinished: NotedStep | undefined;
    using _step = replaceMethod(Core.prototype, "step", (original) =>
      function (inputs) {
        const { events, actions } = original.call(this, inputs);
        const noted = unfinished ?? begin();
        noted.inputs.push(...inputs);
        noted.freeCores = this.freeCores;
        noted.isUnfinished = this.isUnfinished;
        // A copy: what is given back may be changed by a planted bug after it was noted, and must not be.
        noted.output.events.push(...events);
        noted.output.actions.push(...actions);
        unfinished = this.isUnfinished ? noted : undefined;
        return { events, actions };
      });
    using _apply = replaceMethod(Ledger.prototype, "apply", (original) => {
      const count = (event: Event) => {
        this.#published++;
        if (event.kind === "taskScheduled" && event.attempt > 1) this.#retried.push(event);
      };
      return function (event) {
        count(event);
        return original.call(this, event);
      };
    });
    this.#pilot.stopped.then(
      () => this.#stopped(),
      (error) => this.#stopped(error),
    );
    for (const { afterMs, act } of this.#workload.acts) this.#clock.wakeAt(epochMs + afterMs, () => this.#act(act));
    while (this.#clock.nowMs() < endMs && this.#clock.advance()) {
      await quiet();
      this.#checkBooks();
      this.#askAgain();
    }
    const { seed, workload, isSlow } = { seed: this.#seed, workload: this.#workload, isSlow: this.#isSlow };
    return { seed, workload, isSlow, entries: this.#entries, aliveAtEnd: this.#launcher.alive, isOver: this.#isOver };
  }

  /** A few readers: some fail at some event, or when they should write. */
  #addReaders(): void {
    // Chance of its own, so that the rest of the world is the same with any readers.
    const random = new Random(this.#seed + 1_000_003);
    for (let i = 0; i < 4; i++) {
      const reader = `reader ${i}`;
      const failsAt = random.chance(0.5) ? random.between(1, 60) : Infinity;
      const failsInFlush = random.chance(0.3);
      let heard = 0;
      const fail = () => {
        this.#note({ kind: "threw", reader });
        throw new TypeError(`${reader} fails`);
      };
      this.#hub.add(reader, {
        apply: (event) => {
          this.#note({ kind: "heard", reader, event });
          if (++heard >= failsAt && !failsInFlush) fail();
        },
        flush: () => {
          if (heard >= failsAt) fail();
        },
      });
    }
  }

  #note(entry: WithoutTime<Entry>): void {
    this.#entries.push({ ...entry, atMs: this.#clock.nowMs() } as Entry);
  }

  #stopped(error?: unknown): void {
    this.#isOver = true;
    this.#note({ kind: "stopped", alive: this.#launcher.alive, ...(error === undefined ? {} : { error }) });
  }

  #checkBooks(): void {
    if (this.#isOver) return;
    try {
      this.#pilot.checkInvariants();
    } catch (error) {
      this.#note({ kind: "crashed", error });
    }
  }

  #act(act: Act): void {
    try {
      this.#perform(act);
    } catch (error) {
      if (!(error instanceof PilotJobError)) this.#note({ kind: "crashed", error });
    }
  }

  #perform(act: Act): void {
    const { manager, pilot } = { manager: this.#manager, pilot: this.#pilot };
    switch (act.kind) {
      case "submit":
        return this.#submit(act.jobs);
      case "cancel":
        return void manager.cancel(act.name);
      case "cancelFuture":
        return void this.#futures[act.future % Math.max(1, this.#futures.length)]?.cancel();
      case "cancelMany":
        return pilot.cancel({ kind: act.target });
      case "remove":
        return void manager.remove(act.name);
      case "setPriority":
        return void manager.setPriority(act.name, act.priority);
      case "ask":
        return this.#ask(act.name);
      case "wait":
        manager.wait4(act.name, { timeoutMs: act.timeoutMs }).catch((error) => this.#expectFailedWait(error));
        return;
      case "loseNode":
        this.#launcher.loseNode(act.node);
        return pilot.nodeSink.lost(act.node, "it was pulled out");
      case "readyNode":
        return pilot.nodeSink.ready(act.node);
      case "shutdown":
        this.#isClosed = true;
        this.#note({ kind: "shutdown" });
        if (act.cancels !== "nothing") pilot.cancel({ kind: act.cancels }, "shutdown");
        return pilot.drain();
      default:
        return act satisfies never;
    }
  }

  #submit(jobs: readonly string[]): void {
    if (this.#isClosed) return;
    // A refused batch is submitted again job by job, so that less of the workload is lost.
    try {
      this.#follow(jobs);
    } catch (error) {
      if (!(error instanceof JobDescriptionError)) throw error;
      for (const job of jobs) {
        try {
          this.#follow([job]);
        } catch (error) {
          if (!(error instanceof JobDescriptionError)) throw error;
        }
      }
    }
  }

  #follow(jobs: readonly string[]): void {
    const admitted = this.#pilot.submit(jobs.map(readJob));
    const future = new QCGPJFuture(this.#pilot, admitted, () => {});
    const index = this.#futures.push(future) - 1;
    this.#note({ kind: "future", future: index, jobs: admitted.map((job) => job.id) });
    future.result().then(
      (result) => this.#note({ kind: "settled", future: index, result }),
      (error) => this.#note({ kind: "settled", future: index, result: error }),
    );
    future.addDoneCallback(() => this.#note({ kind: "calledBack", future: index }));
    if (this.#random.chance(0.5)) this.#iterate(index, future);
    if (this.#random.chance(0.2)) {
      future.result({ timeoutMs: this.#random.between(0, 500) }).catch((error) => this.#expectFailedWait(error));
    }
  }

  async #iterate(index: number, future: QCGPJFuture): Promise<void> {
    const tasks: string[] = [];
    try {
      for await (const report of future) tasks.push(report.name);
      this.#note({ kind: "iterated", future: index, tasks, broke: false });
    } catch {
      this.#note({ kind: "iterated", future: index, tasks, broke: true });
    }
  }

  /** A wait may time out, name a job that was removed, or be cut off as the pilot broke; nothing else. */
  #expectFailedWait(error: unknown): void {
    const isTimeout = error instanceof DOMException && error.name === "TimeoutError";
    const isBroken = this.#pilot.failure?.error === error;
    if (!isTimeout && !isBroken && !(error instanceof PilotJobError)) this.#note({ kind: "crashed", error });
  }

  #ask(name: string): void {
    const manager = this.#manager;
    const { job, offset } = findTarget(this.#pilot.intake, name);
    const { data } = manager.info(name).jobs[name]!;
    const { status } = manager.status(name).jobs[name]!.data;
    if (status !== data.status) throw new Error(`${name} is both ${status} and ${data.status}`);
    const { free_cores, used_cores } = manager.resources();
    const { iterations } = data;
    this.#note({
      kind: "answered",
      published: this.#published,
      answer: {
        job: job.id,
        ...(offset === undefined ? {} : { offset }),
        state: status,
        ...(iterations === undefined
          ? { report: this.#report(job, offset ?? 0) }
          : { finished: iterations.finished, failed: iterations.failed }),
        freeCores: free_cores,
        usedCores: used_cores,
      },
    });
  }

  /** Asks about tasks that are tried again: nothing of the attempt before must show. */
  #askAgain(): void {
    for (const { job: id, task } of this.#retried.splice(0)) {
      const job = this.#pilot.ledger.job(id)?.job;
      if (job === undefined || this.#pilot.intake.find(job.description.name) !== job) continue;
      this.#act({ kind: "ask", name: taskName(job.description, task - job.firstTask) });
    }
  }

  #report(job: AdmittedJob, offset: number): NonNullable<Answer["report"]> {
    const { attempts, cause, cleanup } = reportTask(this.#pilot.ledger, job, offset, this.#pilot.rootWd);
    return { attempts, ...(cause === undefined ? {} : { cause }), ...(cleanup === undefined ? {} : { cleanup }) };
  }
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
