/**
 * A launcher of processes that exist in a table only. By its seed they succeed, fail, hang, ignore SIGTERM, die late
 * or never start; and their news comes late, twice, or about attempts that nobody knows.
 *
 * @module
 */

import type { Exit, StartFailure } from "../../src/core/exit.ts";
import type { LaunchPlan } from "../../src/launch/plan.ts";
import type { AttemptKey, Launcher, LaunchSink, StopSignal } from "../../src/runtime/ports.ts";
import type { Random } from "./random.ts";
import type { VirtualClock } from "./virtual_clock.ts";

/** No task is launched so often: news of an attempt so much later is about one that never was. */
const attemptsMax = 1000;

/** What the simulator may do to processes. */
export interface LauncherHabits {
  /** Processes may run for ever. */
  readonly mayHang: boolean;
  /** UntimedInput may come twice, or about attempts that do not exist. */
  readonly mayRepeat: boolean;
}

/** What a launcher tells of itself. */
export type LauncherNote =
  | { readonly kind: "launch"; readonly key: AttemptKey; readonly plan: LaunchPlan }
  | { readonly kind: "signal"; readonly key: AttemptKey; readonly signal: StopSignal }
  | { readonly kind: "processStarted" | "processDied"; readonly key: AttemptKey }
  | { readonly kind: "told"; readonly key: AttemptKey; readonly news: "started" | "startFailed" | "exited" };

interface SimulatedProcess {
  readonly key: AttemptKey;
  readonly sink: LaunchSink;
  readonly nodes: readonly number[];
  readonly onTerm: "dies" | "ignores" | "diesLate" | "exitsWithZero";
  alive: boolean;
}

/** The longest that a dead process keeps its launcher waiting for the news. */
export const reapMsMax = 20;

/** Launches simulated processes. */
export class SimulatedLauncher implements Launcher {
  readonly #clock: VirtualClock;
  readonly #random: Random;
  readonly #habits: LauncherHabits;
  readonly #note: (note: LauncherNote) => void;
  readonly #processes: Map<string, SimulatedProcess> = new Map();
  /** How often each node was lost. */
  readonly #lost: Map<number, number> = new Map();
  #isClosed = false;

  constructor(clock: VirtualClock, random: Random, habits: LauncherHabits, note: (note: LauncherNote) => void) {
    this.#clock = clock;
    this.#random = random;
    this.#habits = habits;
    this.#note = note;
  }

  /** Processes that run now. */
  get alive(): number {
    return [...this.#processes.values()].filter((process) => process.alive).length;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  launch(key: AttemptKey, plan: LaunchPlan, sink: LaunchSink): void {
    this.#note({ kind: "launch", key, plan });
    const random = this.#random;
    const fate = random.weighted({ now: 4, soon: 4, late: 0.5, failsNow: 0.3, failsLater: 0.3 });
    const failure: StartFailure = { kind: "program-not-found", message: `there is no program for ${plan.taskName}` };
    const fail = () => this.#tell(key, "startFailed", () => sink.startFailed(key, failure));
    const { place } = plan;
    const nodes = [place, ...place.further].map(({ node }) => node);
    const losses = this.#losses(nodes);
    // What is under way to a node that is lost meanwhile vanishes with it.
    const start = () => this.#losses(nodes) === losses ? this.#start(key, plan, sink) : undefined;
    switch (fate) {
      case "now":
        return start();
      case "soon":
        return this.#after(random.between(0, 5), start);
      case "late":
        return this.#after(random.between(100, 3000), start);
      case "failsNow":
        return fail();
      case "failsLater":
        return this.#after(random.between(0, 50), fail);
      default:
        return fate satisfies never;
    }
  }

  signal(key: AttemptKey, signal: StopSignal): void {
    this.#note({ kind: "signal", key, signal });
    const process = this.#processes.get(nameOf(key));
    if (!process?.alive) return;
    if (signal === "SIGKILL") return this.#die(process, { signal });
    if (process.onTerm === "dies") this.#die(process, { signal });
    else if (process.onTerm === "exitsWithZero") this.#die(process, { code: 0 });
    else if (process.onTerm === "diesLate") {
      this.#after(this.#random.between(1, 2500), () => this.#die(process, { signal: "SIGTERM" }));
    }
  }

  reclaim(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.#isClosed = true;
    return Promise.resolve();
  }

  /** How often nodes were lost, all together. */
  #losses(nodes: readonly number[]): number {
    return nodes.reduce((sum, node) => sum + (this.#lost.get(node) ?? 0), 0);
  }

  /** Takes a node away: its processes vanish, and mostly nobody tells. */
  loseNode(node: number): void {
    this.#lost.set(node, (this.#lost.get(node) ?? 0) + 1);
    for (const process of this.#processes.values()) {
      if (!process.alive || !process.nodes.includes(node)) continue;
      if (this.#random.chance(0.3)) this.#die(process, { signal: "SIGKILL" });
      else {
        process.alive = false;
        this.#note({ kind: "processDied", key: process.key });
      }
    }
  }

  #start(key: AttemptKey, { place, limits }: LaunchPlan, sink: LaunchSink): void {
    const random = this.#random;
    const process: SimulatedProcess = {
      key,
      sink,
      nodes: [place, ...place.further].map(({ node }) => node),
      onTerm: random.weighted({ dies: 5, ignores: 2, diesLate: 2, exitsWithZero: 1 }),
      alive: true,
    };
    this.#processes.set(nameOf(key), process);
    this.#note({ kind: "processStarted", key });
    // Inputs may overtake one another: a process can be gone before its start is told.
    const isOvertaken = this.#habits.mayRepeat && random.chance(0.03);
    const tellStart = () =>
      this.#tell(key, "started", () => sink.started(key, { node: place.node, pid: 1000 + key.task }));
    if (isOvertaken) this.#after(random.between(1, 200), tellStart);
    else tellStart();
    if (limits?.memoryMiB !== undefined && random.chance(0.4)) {
      this.#after(random.between(1, 100), () => {
        if (process.alive) sink.limitExceeded(key, "oom", "it used too much memory");
      });
    }
    if (this.#habits.mayHang && random.chance(0.1)) return;
    const length = random.weighted({ none: 1, short: 6, long: 2 });
    const ms = length === "none" ? 0 : length === "short" ? random.between(1, 100) : random.between(100, 4000);
    const exit: Exit = random.chance(0.8)
      ? { code: 0 }
      : random.chance(0.7)
      ? { code: random.between(1, 255) }
      : { signal: random.pick(["SIGSEGV", "SIGKILL", "SIG34"]) };
    if (length === "none" && random.chance(0.5)) this.#die(process, exit);
    else this.#after(ms, () => this.#die(process, exit));
  }

  #die(process: SimulatedProcess, exit: Exit): void {
    if (!process.alive) return;
    process.alive = false;
    const { key, sink } = process;
    this.#note({ kind: "processDied", key });
    const random = this.#random;
    const usage = random.chance(0.5) ? { cpuMs: random.between(0, 1000), peakKiB: random.between(100, 9999) } : {};
    const found = random.between(1, 9);
    const cleanup = random.chance(0.2) ? { found, terminated: found - 1, killed: 1, left: 0 } : undefined;
    const tails = "code" in exit && exit.code === 0 ? undefined : { stderr: lastWordsOf(key) };
    const tell = () => this.#tell(key, "exited", () => sink.exited(key, exit, usage, cleanup, tails));
    if (random.chance(0.5)) tell();
    else this.#after(random.between(0, reapMsMax), tell);
    if (!this.#habits.mayRepeat || !random.chance(0.1)) return;
    this.#after(random.between(0, 500), tell);
    this.#after(random.between(0, 500), () => sink.started(key, { node: 0, pid: 1 }));
    const other = { task: key.task, attempt: key.attempt + attemptsMax };
    this.#after(random.between(0, 500), () => sink.exited(other, { code: 0 }, {}));
    this.#after(random.between(0, 500), () => sink.exited({ task: 123_456_789, attempt: 1 }, { code: 0 }, {}));
  }

  #tell(key: AttemptKey, news: "started" | "startFailed" | "exited", tell: () => void): void {
    this.#note({ kind: "told", key, news });
    tell();
  }

  #after(ms: number, call: () => void): void {
    this.#clock.wakeAt(this.#clock.nowMs() + ms, call);
  }
}

/** What an attempt says last that does not end with exit code 0. */
export function lastWordsOf({ task, attempt }: AttemptKey): string {
  return `I was attempt ${attempt} of task ${task}`;
}

function nameOf({ task, attempt }: AttemptKey): string {
  return `${task}#${attempt}`;
}
