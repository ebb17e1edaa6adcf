/**
 * Ends tasks exactly: when the end of a task is told, nothing of it runs any more.
 *
 * When a main process has ended, the keeper looks at its own children, among which the kernel has put by then whatever
 * the task left behind. If there is nothing, the end is told at once. Otherwise what is left gets SIGTERM, a short
 * grace and SIGKILL, look after look, until nothing is found. A stop that the pilot asks for is one look and one signal
 * to each process; the grace between its two signals is the pilot's.
 *
 * @module
 */

import type { AttemptNumber, SignalName } from "../../agent/messages.ts";
import { exitOf, signalNumber, type Usage } from "../../core/exit.ts";
import type { Reaped } from "../local/native/libc.ts";
import type { SeenProcess } from "../local/process_scan.ts";
import { countCleanup, crowdMin, goneMsMax, leftoverGraceMs } from "../local/cleanup.ts";
import { Standstill } from "../local/standstill.ts";
import type { EndingCalls, EndsAround } from "./ends_around.ts";
import { errors } from "./kernel_numbers.ts";
import { type Orphans, OrphanWatch } from "./orphans.ts";
import type { ProcessReads } from "./process_reads.ts";
import { findLiving } from "./process_tree.ts";
import { sendExactly } from "./send_exactly.ts";
import { SparedSteps } from "./step_ends.ts";
import type { Task } from "./task.ts";

/** How long to look for the end of what cannot be signalled. */
const refusedMsMax = 16;
const lookMsFirst = 1;
const lookMsMax = 64;
/** How often to reap what running tasks orphaned. */
const idleLookMs = 1000;
/** A look that takes this long, in milliseconds, is followed by a rest. */
const longLookMs = 2;

/** Ends tasks. */
export class TaskEnds {
  readonly #kernel: EndingCalls;
  readonly #reads: ProcessReads;
  readonly #tell: EndsAround["tell"];
  readonly #isGuard: EndsAround["isGuard"];
  readonly #reports: EndsAround["reports"];
  readonly #outputs: EndsAround["outputs"];
  /** Tasks whose end was not told, by their serial numbers. */
  readonly #tasks = new Map<number, Task>();
  /** Tasks whose main process runs, by its process id. */
  readonly #running = new Map<number, Task>();
  /** Those of them for which there was no descriptor. */
  readonly #unwatched = new Set<Task>();
  readonly #ending = new Set<Task>();
  readonly #orphans: OrphanWatch;
  readonly #steps: SparedSteps;
  #lookMs = Infinity;
  #restUntilMs = 0;
  #waitMs = lookMsFirst;
  #selfPeakKiB = 0;

  /**
   * Begins.
   *
   * @param family The family of the keeper's tags.
   * @param around What is around it.
   */
  constructor(kernel: EndingCalls, reads: ProcessReads, family: string, around: EndsAround) {
    const { tell, isGuard, reports, outputs } = around;
    this.#kernel = kernel;
    this.#reads = reads;
    this.#outputs = outputs;
    this.#tell = tell;
    this.#isGuard = isGuard;
    this.#reports = reports;
    this.#orphans = new OrphanWatch(kernel, reads, family, this.#tasks);
    this.#steps = new SparedSteps(reads);
  }

  /** When the next look is due. */
  get lookMs(): number {
    return this.#lookMs;
  }

  /** How many tasks there are whose end was not told. */
  get count(): number {
    return this.#tasks.size;
  }

  /** Finds the task of an attempt whose end was not told. */
  find({ task, attempt }: AttemptNumber): Task | undefined {
    for (const one of this.#tasks.values()) if (one.task === task && one.attempt === attempt) return one;
    return undefined;
  }

  /** All living processes below the keeper, but the guard. */
  lookAtAll(): SeenProcess[] {
    return this.#living(this.#children());
  }

  /** The marks of all tasks whose end was not told. */
  get marks(): string[] {
    return Array.from(this.#tasks.values(), ({ plan }) => plan.tag);
  }

  /** Whether a task has this serial number. */
  hasSerial(serial: number): boolean {
    return this.#tasks.has(serial);
  }

  /** A task has begun. */
  add(task: Task, nowMs: number): void {
    this.#tasks.set(task.serial, task);
    this.#running.set(task.pid, task);
    if (task.descriptor < 0) this.#unwatched.add(task);
    this.#lookMs = Math.min(this.#lookMs, nowMs + (task.descriptor < 0 ? lookMsMax : idleLookMs));
  }

  /** A main process has ended: its task's end is told by the next {@linkcode look} that finds nothing of it. */
  mainEnded(task: Task, nowMs: number): void {
    const reaped = this.#kernel.reap(task.pid);
    if (reaped === undefined) return;
    this.#running.delete(task.pid);
    if (!this.#unwatched.delete(task)) this.#kernel.closeWatched(task.descriptor);
    task.end = { exit: exitOf(reaped.status), usage: this.#usageOf(reaped) };
    const isForced = task.asked === "SIGKILL" || (task.plan.isContained === true && task.asked === undefined);
    if (isForced) task.killFromMs = nowMs;
    else if (task.asked === undefined) task.killFromMs = nowMs + leftoverGraceMs;
    this.#ending.add(task);
    this.#waitMs = lookMsFirst;
    this.#lookMs = Math.max(nowMs, this.#restUntilMs);
  }

  /** Looks at what is left, tells the ends of those of which nothing is, and signals the rest. */
  look(nowMs: number): void {
    for (const task of this.#unwatched) this.mainEnded(task, nowMs);
    const orphans = this.#look();
    for (const task of this.#ending) this.#endOrSignal(task, orphans, nowMs);
    const strays = orphans.strays.length > 0 ? this.#living(orphans.strays) : [];
    for (const process of strays) this.#send(process, "SIGKILL");
    if (this.#ending.size > 0 || strays.length > 0) {
      this.#lookMs = nowMs + this.#waitMs;
      this.#waitMs = Math.min(2 * this.#waitMs, lookMsMax);
    } else this.#lookMs = this.#tasks.size > 0 ? nowMs + idleLookMs : Infinity;
    if (this.#unwatched.size > 0) this.#lookMs = Math.min(this.#lookMs, nowMs + lookMsMax);
  }

  /** Sends signals to every process of some tasks. */
  signal(orders: ReadonlyMap<Task, SignalName>, nowMs: number): void {
    const { byTask } = this.#look();
    for (const [task, signal] of orders) this.#stop(task, byTask.get(task) ?? [], signal, nowMs);
  }

  #stop(task: Task, orphans: readonly number[], signal: SignalName, nowMs: number): void {
    if (task.asked !== "SIGKILL") task.asked = signal;
    if (task.asked === "SIGKILL") task.killFromMs = nowMs;
    const hasGroup = task.end === undefined;
    const isCrowd = orphans.length >= crowdMin;
    if (isCrowd) this.#signalCrowd(task, orphans, signal, task.wasAsked);
    const members = this.#living([...(hasGroup ? [task.pid] : []), ...(isCrowd ? [] : orphans)]);
    this.#orphans.learn(task, members);
    const { spared, others } = this.#steps.split(members, signal, nowMs);
    const isWhole = hasGroup && spared.length === 0;
    // One call reaches the whole group at once, even what was born since the look. One that it may not reach, or that only
    // stands still, is found by itself.
    if (hasGroup) this.#kernel.kill(-task.pid, signalNumber(isWhole ? signal : "SIGSTOP"));
    for (const process of spared) this.#send(process, "SIGCONT");
    this.#signalAll(task, others, signal, isWhole);
    if (!hasGroup) this.#lookMs = Math.min(this.#lookMs, Math.max(nowMs, this.#restUntilMs));
  }

  /** Looks at the living processes of all tasks. */
  lookAtMembers(): (task: Task) => readonly SeenProcess[] {
    const { byTask } = this.#look();
    return (task) => this.#living([...(task.end === undefined ? [task.pid] : []), ...byTask.get(task) ?? []]);
  }

  /** Sends a signal to every process of every task, which the tasks may not notice: to stop them, or to let them go on. */
  signalEverything(signal: "SIGSTOP" | "SIGCONT"): void {
    // What was just being forked at the first look is there at the second.
    for (let look = 0; look < 2; look++) {
      for (const process of this.#living(this.#children())) this.#send(process, signal);
    }
  }

  /**
   * Kills everything that is below the keeper.
   *
   * @param pause Waits a number of milliseconds.
   * @param limitMs How long it may take at most.
   * @returns Process ids of what could not be killed.
   */
  killAll(pause: (ms: number) => void, limitMs: number = Infinity): number[] {
    const endMs = performance.now() + limitMs;
    const standstill = new Standstill(goneMsMax);
    for (let waitMs = 0;; waitMs = Math.min(waitMs + 1, lookMsMax)) {
      for (const pid of this.#children()) this.#kernel.reap(pid);
      const left = this.#children();
      const nowMs = performance.now();
      if (left.length === 0 || nowMs > endMs || standstill.isReached(left, nowMs)) return left;
      const refused = left.filter((pid) => this.#kernel.kill(pid, signalNumber("SIGKILL")) === -errors.EPERM);
      if (refused.length === left.length && waitMs > refusedMsMax) return left;
      for (const process of left.length >= crowdMin ? [] : this.#living(left)) this.#send(process, "SIGKILL");
      if (waitMs > 0) pause(waitMs);
    }
  }

  #children(): number[] {
    return this.#reads.ownChildren().filter((pid) => !this.#isGuard(pid));
  }

  #living(roots: readonly number[]): SeenProcess[] {
    return findLiving(roots, this.#reads);
  }

  #look(): Orphans {
    const startMs = performance.now();
    const orphans = this.#orphans.look((pid) => this.#running.has(pid) || this.#isGuard(pid));
    const endMs = performance.now();
    // Where there is much to look at, looking takes half of the time at most.
    if (endMs - startMs >= longLookMs) this.#restUntilMs = endMs + (endMs - startMs);
    return orphans;
  }

  #endOrSignal(task: Task, { byTask, unsettled }: Orphans, nowMs: number): void {
    const roots = byTask.get(task) ?? [];
    const isCrowd = roots.length >= crowdMin;
    const left = isCrowd ? [] : this.#living(roots);
    // That nothing living was found says nothing while something dead was: its children came to the keeper meanwhile.
    const isOver = roots.length === 0 && !unsettled.has(task);
    const isForced = nowMs >= task.killFromMs;
    const seen = [...roots, ...left.map(({ pid }) => pid)];
    const isStuck = isForced && task.standstill.isReached(seen, nowMs, unsettled.has(task));
    // Its cores are not free before what cannot be signalled has gone by itself.
    if (isOver || (isStuck && !task.isRefused)) return this.#finish(task, isCrowd ? this.#living(roots) : left);
    const signal = isForced ? "SIGKILL" : "SIGTERM";
    if (!isCrowd) return this.#signalAll(task, this.#steps.split(left, signal, nowMs).others, signal, false);
    this.#signalCrowd(task, roots, signal, task.wasAsked);
    task.wasAsked = true;
  }

  #finish(task: Task, left: readonly SeenProcess[]): void {
    this.#ending.delete(task);
    this.#tasks.delete(task.serial);
    this.#orphans.over(task);
    const { exit, usage } = task.end!;
    const failure = this.#reports.finish(task);
    if (failure !== undefined && task.asked === undefined) {
      this.#outputs.giveBack(task.outputs ?? {});
      return this.#tell(task, { word: "startFailed", task: task.task, attempt: task.attempt, failure });
    }
    const isSilent = task.asked === undefined && (task.found.size === 0 || task.plan.isContained === true);
    const cleanup = isSilent ? {} : { cleanup: countCleanup(task.found, left) };
    const tails = this.#outputs.finish(task, exit, task.asked !== undefined, left.length === 0);
    const remains = { ...cleanup, ...(tails === undefined ? {} : { tails }) };
    this.#tell(task, { word: "exited", task: task.task, attempt: task.attempt, exit, usage, ...remains });
  }

  /** Sends a signal to processes that were just seen: one that asks once, SIGKILL until they are gone. */
  #signalAll(task: Task, members: readonly SeenProcess[], signal: SignalName, hasGroup: boolean): void {
    const isRepeated = signal !== "SIGKILL" && task.wasAsked;
    if (signal !== "SIGKILL") task.wasAsked = true;
    for (const process of members) {
      let found = task.found.get(process.pid);
      if (found?.startTicks !== process.startTicks) {
        found = { startTicks: process.startTicks };
        task.found.set(process.pid, found);
      }
      if (isRepeated) continue;
      const isReached = hasGroup && process.group === task.pid
        ? this.#kernel.kill(process.pid, 0) !== -errors.EPERM
        : this.#send(process, signal);
      if (isReached) found.sent = signal;
      else this.#refused(task);
    }
  }

  /** Sends a signal to children of ours without a look at each; what they start comes to us when they have ended. */
  #signalCrowd(task: Task, pids: readonly number[], signal: SignalName, wasAsked: boolean): void {
    if (signal !== "SIGKILL" && wasAsked) return;
    for (const pid of pids) {
      if (this.#kernel.kill(pid, signalNumber(signal)) === -errors.EPERM) this.#refused(task);
      else task.found.set(pid, { startTicks: 0, sent: signal });
    }
  }

  #refused(task: Task): void {
    if (task.isRefused) return;
    task.isRefused = true;
    this.#tell(task, { word: "refused", task: task.task, attempt: task.attempt });
  }

  #send(process: SeenProcess, signal: string): boolean {
    return sendExactly(this.#kernel, this.#reads, process, signal);
  }

  #usageOf({ cpuMs, peakKiB }: Reaped): Usage {
    // Until a process loads its program it shares the keeper's memory, which the kernel counts into its peak.
    if (peakKiB > this.#selfPeakKiB) this.#selfPeakKiB = this.#kernel.selfPeakKiB() * 1.05 + 1024;
    return { ...(cpuMs > 0 ? { cpuMs } : {}), ...(peakKiB > this.#selfPeakKiB ? { peakKiB } : {}) };
  }
}
