/**
 * Ends processes until none of a task is left: those of its group, and those that left group and session (by a double
 * fork, `setsid`, `nohup`), found by the mark in their environment, by their session, or by their parents.
 *
 * A stop asked for by the pilot is one look at the processes and one signal to each, then another look when the main
 * process has gone, until nothing is found: what was found and how it ended is the task's {@linkcode Cleanup}. The
 * grace between SIGTERM and SIGKILL is the core's; what a task leaves behind after an end of its own gets a short one.
 * All who want a look at the same time share it, and looking takes a quarter of the time at most.
 *
 * @module
 */

import { delay } from "@std/async/delay";
import type { Cleanup } from "../../core/exit.ts";
import { countCleanup, crowdMin, goneMsMax, leftoverGraceMs } from "./cleanup.ts";
import type { StopSignal } from "../../runtime/ports.ts";
import { type Census, type Owner, takeCensus } from "./process_census.ts";
import type { GroupSignal } from "./process_group.ts";
import { Standstill } from "./standstill.ts";
import { hasMarked, type MarkReader, ProcessScanner, readMark, type SeenProcess } from "./process_scan.ts";

const lookMsFirst = 2;
const lookMsMax = 128;

/** Sends signals; tells whether it reached a process. */
export interface SignalSender {
  /** Sends to a process group. */
  group(group: number, signal: GroupSignal): boolean;
  /** Sends to one process. */
  process(pid: number, signal: StopSignal): boolean;
}

/** Knows the processes of tasks by their tags, which takes a look at nothing else. */
export interface CrowdTags {
  /** What carries the tags of tasks, dead or alive, by their marks. */
  find(marks: ReadonlySet<string>): ReadonlyMap<string, readonly number[]>;
  /** Whether something that carries it lives among what was started after a process. */
  hasLiving(mark: string, after: number): boolean;
  /** Kills all that carry it, and what they become meanwhile; settles when nothing is found any more. */
  kill(mark: string): Promise<void>;
  /** Settles when all has gone that is being killed. */
  killed(): Promise<void>;
}

/** What a sweeper knows of processes beside their marks. */
export interface SweepMeans {
  /** Tells of a process without a mark that it belongs to a task which is over. */
  readonly isDue?: (process: SeenProcess) => boolean;
  /** Reads the mark of a process. */
  readonly markOf?: MarkReader;
  /** The tags of tasks, where they have some. */
  readonly tags?: CrowdTags | undefined;
}

/** The processes of one attempt. */
export interface SweepTarget extends Owner {
  /** The main process, which leads group and session; 0 until it runs. */
  pid: number;
  /** Whether the main process has gone. */
  hasEnded: boolean;
  /** The strongest signal that was asked for. */
  asked?: StopSignal;
  /** Processes that were seen since the stop was asked for or the main process ended, and what they were sent. */
  readonly found: Map<number, { readonly process: SeenProcess; sent?: StopSignal }>;
  readonly led: Set<number>;
  /** Whether SIGTERM was sent. What is born later is not to get it: it may be what tidies up. */
  wasAsked?: boolean;
  /** Settles when what carries its tag has been killed. */
  killed?: Promise<void>;
}

/** Ends processes. */
export class ProcessSweeper {
  readonly #signals: SignalSender;
  readonly #runId: string;
  readonly #isDue: (process: SeenProcess) => boolean;
  readonly #markOf: MarkReader;
  readonly #tags: CrowdTags | undefined;
  readonly #scanner: ProcessScanner;
  /** Attempts that are not over, by their marks. */
  readonly #targets = new Map<string, SweepTarget>();
  readonly #strays: SweepTarget[] = [];
  #batch: Map<SweepTarget, StopSignal> | undefined;
  #next: Promise<Census<SweepTarget>> | undefined;
  #restUntilMs = 0;

  /**
   * Creates a sweeper for one run.
   *
   * @param signals How to send signals.
   * @param runId What all marks of the run begin with.
   * @param means What is known of processes beside their marks.
   */
  constructor(signals: SignalSender, runId: string, means: SweepMeans = {}) {
    const { isDue = () => false, markOf = readMark, tags } = means;
    this.#tags = tags;
    this.#markOf = markOf;
    this.#scanner = new ProcessScanner(markOf);
    this.#signals = signals;
    this.#runId = runId;
    this.#isDue = isDue;
  }

  /** The attempts that are not over. */
  get targets(): ReadonlyMap<string, SweepTarget> {
    return this.#targets;
  }

  /** Begins to know an attempt, before its process is started. */
  begin(mark: string): SweepTarget {
    const target: SweepTarget = { mark, pid: 0, hasEnded: false, found: new Map(), led: new Set() };
    this.#targets.set(mark, target);
    return target;
  }

  /** Forgets an attempt: it has no process any more, or never had one. */
  forget(target: SweepTarget): void {
    this.#targets.delete(target.mark);
  }

  /** Sends a signal to every process of a running attempt, right after the caller's turn. */
  stop(target: SweepTarget, signal: StopSignal): void {
    if (target.asked !== "SIGKILL") target.asked = signal;
    if (this.#batch === undefined) {
      this.#batch = new Map();
      queueMicrotask(() => this.#sendBatch());
    }
    this.#batch.set(target, target.asked);
  }

  /**
   * Ends what is left of an attempt whose main process has gone.
   *
   * @returns `undefined` when its group is empty, it was not stopped, and nothing carries its mark: nothing is left, or
   * it has no mark any more and can be found later.
   */
  finish(target: SweepTarget): Promise<Cleanup> | undefined {
    target.hasEnded = true;
    const isAlone = target.asked === undefined && !this.#signals.group(target.pid, 0) &&
      !hasMarked(target.mark, target.pid, this.#markOf) && !this.#tags?.hasLiving(target.mark, target.pid);
    if (isAlone) return undefined;
    return this.#finish(target);
  }

  /** Looks at the processes, together with all others who want to. */
  look(): Promise<Census<SweepTarget>> {
    return this.#next ??= delay(Math.max(0, this.#restUntilMs - performance.now())).then(() => {
      this.#next = undefined;
      return this.#census();
    });
  }

  /** Settles when all that is being killed by its tag has gone. */
  async killed(): Promise<void> {
    await this.#tags?.killed();
  }

  /** Ends everything of this run that belongs to no running attempt. */
  async sweepStrays(): Promise<void> {
    const stray: SweepTarget = { mark: "", pid: 0, hasEnded: true, found: new Map(), led: new Set() };
    this.#strays.push(stray);
    await this.#endAll(stray, async () => (await this.look()).strays);
    this.#strays.splice(this.#strays.indexOf(stray), 1);
  }

  #finish(target: SweepTarget): Promise<Cleanup> {
    return this.#endAll(target, async () => (await this.look()).of(target));
  }

  async #endAll(target: SweepTarget, look: () => Promise<readonly SeenProcess[]>): Promise<Cleanup> {
    const killFromMs = target.asked === undefined ? performance.now() + leftoverGraceMs : Infinity;
    const standstill = new Standstill(goneMsMax);
    for (let waitMs = lookMsFirst;; waitMs = Math.min(2 * waitMs, lookMsMax)) {
      await target.killed;
      const members = await look();
      const nowMs = performance.now();
      // What forks all the time may have been between two of its processes.
      const isGone = members.length === 0 && target.killed === undefined;
      if (isGone && !this.#tags?.hasLiving(target.mark, target.pid)) {
        return countCleanup(target.found, members);
      }
      const isForced = target.asked === "SIGKILL" || nowMs >= killFromMs;
      if (isForced && standstill.isReached(members.map(({ pid }) => pid), nowMs, members.length === 0)) {
        return countCleanup(target.found, members);
      }
      this.#send(target, members, isForced ? "SIGKILL" : "SIGTERM");
      if (isForced) this.#killTagged(target);
      await delay(Math.max(0, waitMs));
    }
  }

  #sendBatch(): void {
    const batch = this.#batch!;
    this.#batch = undefined;
    const tagged = this.#tags?.find(new Set([...batch.keys()].map(({ mark }) => mark)));
    const crowdOf = ({ mark }: SweepTarget) => {
      const members = tagged?.get(mark) ?? [];
      return members.length < crowdMin ? undefined : members;
    };
    // A look at all processes would find others of a crowd by its end.
    const census = [...batch.keys()].every((target) => crowdOf(target) !== undefined) ? undefined : this.#census();
    for (const [target, signal] of batch) {
      // One call reaches the whole group at once, even what was born since the look.
      if (!target.hasEnded) this.#signals.group(target.pid, signal);
      const crowd = crowdOf(target);
      if (crowd !== undefined) this.#signalCrowd(target, crowd, signal);
      else this.#send(target, census!.of(target), signal, !target.hasEnded);
      if (signal === "SIGKILL") this.#killTagged(target);
    }
  }

  /** Signals all of a crowd, one that asks once. */
  #signalCrowd(target: SweepTarget, crowd: readonly number[], signal: StopSignal): void {
    const isRepeated = signal !== "SIGKILL" && target.wasAsked === true;
    if (signal !== "SIGKILL") target.wasAsked = true;
    if (isRepeated) return;
    for (const pid of crowd) this.#signals.process(pid, signal);
  }

  /** Begins to kill what carries the tag of a task. */
  #killTagged(target: SweepTarget): void {
    if (this.#tags === undefined || target.mark === "") return;
    target.killed ??= this.#tags.kill(target.mark).finally(() => delete target.killed);
  }

  /** Sends a signal to processes that were just seen: one that asks once, SIGKILL until they are gone. */
  #send(target: SweepTarget, members: readonly SeenProcess[], signal: StopSignal, hasGroup = false): void {
    const isRepeated = signal !== "SIGKILL" && target.wasAsked === true;
    if (signal !== "SIGKILL") target.wasAsked = true;
    for (const process of members) {
      let found = target.found.get(process.pid);
      if (found?.process.startTicks !== process.startTicks) {
        found = { process };
        target.found.set(process.pid, found);
        // A task cannot enter a session that was there before it.
        if (process.session !== target.pid) target.led.add(process.session);
      }
      if (isRepeated) continue;
      if (!hasGroup || process.group !== target.pid) this.#signals.process(process.pid, signal);
      found.sent = signal;
    }
  }

  #census(): Census<SweepTarget> {
    const startMs = performance.now();
    const census = takeCensus(this.#scanner.scan(), this.#targets, this.#runId, this.#strays, this.#isDue);
    const endMs = performance.now();
    this.#restUntilMs = endMs + (endMs - startMs);
    return census;
  }
}
