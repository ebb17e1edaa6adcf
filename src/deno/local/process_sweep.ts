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
import { countCleanup, goneMsMax, leftoverGraceMs } from "./cleanup.ts";
import type { StopSignal } from "../../runtime/ports.ts";
import { type Census, type Owner, takeCensus } from "./process_census.ts";
import type { GroupSignal } from "./process_group.ts";
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
}

/** Ends processes. */
export class ProcessSweeper {
  readonly #signals: SignalSender;
  readonly #runId: string;
  readonly #isDue: (process: SeenProcess) => boolean;
  readonly #markOf: MarkReader;
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
   * @param isDue Tells of a process without a mark that it belongs to a task which is over.
   * @param markOf Reads the mark of a process.
   */
  constructor(
    signals: SignalSender,
    runId: string,
    isDue: (process: SeenProcess) => boolean = () => false,
    markOf: MarkReader = readMark,
  ) {
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
      !hasMarked(target.mark, target.pid, this.#markOf);
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
    let giveUpMs = Infinity;
    for (let waitMs = lookMsFirst;; waitMs = Math.min(2 * waitMs, lookMsMax)) {
      const members = await look();
      const nowMs = performance.now();
      if (members.length === 0 || nowMs > giveUpMs) return countCleanup(target.found, members);
      const isForced = target.asked === "SIGKILL" || nowMs >= killFromMs;
      if (isForced && giveUpMs === Infinity) giveUpMs = nowMs + goneMsMax;
      this.#send(target, members, isForced ? "SIGKILL" : "SIGTERM");
      await delay(Math.max(0, waitMs));
    }
  }

  #sendBatch(): void {
    const batch = this.#batch!;
    this.#batch = undefined;
    const census = this.#census();
    for (const [target, signal] of batch) {
      // One call reaches the whole group at once, even what was born since the look.
      if (!target.hasEnded) this.#signals.group(target.pid, signal);
      this.#send(target, census.of(target), signal, !target.hasEnded);
    }
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
