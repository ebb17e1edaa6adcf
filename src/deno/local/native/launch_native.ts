/**
 * The fast launcher: `posix_spawn` through the foreign function interface, where everything is permitted (`-A`).
 *
 * Each task leads a session and process group of its own, its files are opened by itself between fork and exec, and
 * the kernel tells exactly how it ended and what CPU time it used. Each carries a tag, as with a keeper, and is started
 * on the thread of the event loop, so that nothing else gets it. Where the kernel takes no tags, starting happens on
 * other threads, in a few lanes. SIGCHLD wakes the launcher, which then asks for the children that have ended.
 *
 * Why no helper shell per slot: one in the foreground is as fast at 8 tasks at once and faster at 2, but it cannot tell
 * exit code 137 from SIGKILL, writes "Killed" into the task's own stderr file, and shares one group with its task, so
 * that what a task leaves behind cannot be found; in the background, or as bash with job control, it is no faster.
 * `tests/bench/launch/` measures.
 *
 * @module
 */

import { nextTurn } from "../../host/next_turn.ts";
import { type Cleanup, exitOf, type StartFailure, stoppedEarly, type Usage } from "../../../core/exit.ts";
import type { LaunchPlan } from "../../../launch/plan.ts";
import { attemptName } from "../../../runtime/attempt_name.ts";
import type { AttemptKey, Launcher, LaunchSink, StopSignal } from "../../../runtime/ports.ts";
import { endOldProcesses } from "../earlier_processes.ts";
import { processLimits, ProcessRoom } from "../process_room.ts";
import { isUsedUp, LateStarts } from "../weather.ts";
import { explainStartFailure, findUnpassable, type LaunchFault } from "../launch_failure.ts";
import { LaunchImage } from "./launch_image.ts";
import { NativeStarts } from "./native_starts.ts";
import type { Libc, Reaped } from "./libc.ts";
import { type Controlled, type LauncherOptions, ProcessControl, waitForKilled } from "../process_control.ts";
import { readProcess } from "../process_scan.ts";
import type { SignalSender } from "../process_sweep.ts";

/** Starts that may be under way at once; more would only fill the thread pool. */
const lanesMax = 8;
/** How often to look for ended children without being woken; the timer also keeps the event loop alive. */
const heartbeatMs = 1000;

/** One launch of one task, until its end was told. */
interface Attempt extends Controlled {
  /** A signal that was asked for before the process ran. */
  early?: StopSignal;
}

/** Starts processes by `posix_spawn`. */
export class NativeLauncher implements Launcher {
  readonly #libc: Libc;
  readonly #control: ProcessControl;
  readonly #starts: NativeStarts;
  readonly #attempts = new Map<string, Attempt>();
  readonly #running = new Map<number, Attempt>();
  readonly #room: ProcessRoom = new ProcessRoom(processLimits());
  readonly #queue: Attempt[] = [];
  /** Starts that found something used up. */
  readonly #late: LateStarts<Attempt> = new LateStarts((attempt) => this.#enqueue(attempt));
  readonly #freeLanes: LaunchImage[] = [];
  /** What another thread or a timer is still busy with. */
  readonly #busy = new Set<Promise<void>>();
  readonly #wake = (): void => this.#collect();
  #lanes = 0;
  #missed = false;
  #selfPeakKiB = 0;
  #heartbeat: ReturnType<typeof setInterval> | undefined;
  #noneLeft: (() => void) | undefined;

  /**
   * Uses an opened C library, which is closed with the launcher.
   *
   * @param libc The library.
   * @param options What the processes are known by.
   */
  constructor(libc: Libc, options: LauncherOptions = {}) {
    this.#libc = libc;
    const signals: SignalSender = {
      group: (group, signal) => libc.signalGroup(group, signal),
      process: (pid, signal) => libc.signalProcess(pid, signal),
    };
    this.#control = new ProcessControl({ ...options, signals, libc, isTagged: true });
    this.#starts = new NativeStarts(libc, this.#control.tags ? this.#control : undefined);
    Deno.addSignalListener("SIGCHLD", this.#wake);
  }

  /** Starts the plan's process. */
  launch(key: AttemptKey, plan: LaunchPlan, sink: LaunchSink): void {
    const fault = findUnpassable(plan, true) ?? this.#starts.prepare(plan);
    if (fault !== undefined) return sink.startFailed(key, explainStartFailure(plan, fault));
    const attempt: Attempt = this.#control.begin(key, plan, sink);
    this.#attempts.set(attemptName(key), attempt);
    this.#heartbeat ??= setInterval(this.#wake, heartbeatMs);
    if (this.#late.isNeeded) this.#late.add(attempt);
    else this.#enqueue(attempt);
  }

  #enqueue(attempt: Attempt): void {
    this.#queue.push(attempt);
    this.#pump();
  }

  /** Sends a signal to the attempt's processes. */
  signal(key: AttemptKey, signal: StopSignal): void {
    const attempt = this.#attempts.get(attemptName(key));
    if (attempt === undefined) return;
    attempt.isStopped = true;
    if (attempt.pid !== 0) this.#control.signal(attempt, signal);
    else if (this.#late.remove(attempt)) this.#giveUp(attempt, stoppedEarly);
    else if (attempt.early !== "SIGKILL") attempt.early = signal;
  }

  /** Lets all tasks stand still. */
  freeze(): Promise<void> {
    this.#control.signalGroups("SIGSTOP");
    return Promise.resolve();
  }

  /** Lets them go on. */
  thaw(): void {
    this.#control.signalGroups("SIGCONT");
  }

  /** Ends what an earlier run left on this machine. */
  reclaim(runId: string): Promise<void> {
    return endOldProcesses(runId);
  }

  /** Leaves nothing of the run behind, and gives the library and the signal listener back. */
  async close(): Promise<void> {
    // An abandoned pilot closes with tasks still running.
    for (const { key } of this.#attempts.values()) this.signal(key, "SIGKILL");
    if (this.#attempts.size > 0) await waitForKilled(new Promise<void>((resolve) => this.#noneLeft = resolve));
    while (this.#busy.size > 0) await Promise.all(this.#busy); // The library must not go while another thread is in it.
    await this.#control.close();
    clearInterval(this.#heartbeat);
    this.#late.close();
    Deno.removeSignalListener("SIGCHLD", this.#wake);
    // What waited for the signal ends a turn later, and nothing of a closed launcher is to be left.
    await nextTurn();
    this.#starts[Symbol.dispose]();
    this.#libc[Symbol.dispose]();
  }

  #pump(): void {
    while (this.#queue.length > 0) {
      const lane = this.#freeLanes.pop() ?? (this.#lanes < lanesMax ? this.#newLane() : undefined);
      if (lane === undefined) return;
      const start = this.#start(this.#queue.shift()!, lane).finally(() => {
        this.#busy.delete(start);
        this.#freeLanes.push(lane);
        this.#pump();
      });
      this.#busy.add(start);
    }
  }

  #newLane(): LaunchImage {
    this.#lanes++;
    return new LaunchImage();
  }

  async #start(attempt: Attempt, lane: LaunchImage): Promise<void> {
    const isCrowded = !this.#room.take(this.#running.size);
    const code = isCrowded ? "EAGAIN" : this.#control.takeOutputs(attempt);
    const begun = code === ""
      ? await this.#starts.start(attempt.plan, lane, attempt.outputs)
      : { step: "program" as const, code };
    if ("pid" in begun) {
      this.#late.succeeded();
      return this.#started(attempt, begun.pid, performance.now() - begun.beginMs);
    }
    this.#control.giveBackOutputs(attempt);
    if (isUsedUp(begun.code) && this.#late.defer(attempt, this.#running.size)) return;
    this.#fail(attempt, begun);
  }

  #started(attempt: Attempt, pid: number, agoMs: number): void {
    this.#control.started(attempt, pid);
    this.#running.set(pid, attempt);
    attempt.sink.started(attempt.key, { node: attempt.plan.place.node, pid, agoMs });
    if (attempt.early !== undefined) this.#control.signal(attempt, attempt.early);
    if (this.#missed) this.#reap(attempt);
  }

  #fail(attempt: Attempt, fault: LaunchFault): void {
    this.#giveUp(attempt, explainStartFailure(attempt.plan, fault));
  }

  #giveUp(attempt: Attempt, failure: StartFailure): void {
    this.#forget(attempt);
    attempt.sink.startFailed(attempt.key, failure);
  }

  /** Reaps every ended child of ours. */
  #collect(): void {
    this.#missed = false;
    for (let pid = this.#libc.endedChild(); pid !== 0; pid = this.#libc.endedChild()) {
      const attempt = this.#running.get(pid);
      if (attempt !== undefined ? this.#reap(attempt) : this.#reapOrphan(pid)) continue;
      // A child that is not of a task, or one whose start is not known here yet, hides the others.
      this.#missed = true;
      for (const other of this.#running.values()) this.#reap(other);
      return;
    }
  }

  #reap(attempt: Attempt): boolean {
    const reaped = this.#libc.reap(attempt.pid);
    if (reaped === undefined) return false;
    this.#running.delete(attempt.pid);
    // A group keeps its number while any member lives, so this reaches what the task left behind and nothing else.
    const ending = this.#control.finish(attempt)?.then((cleanup) => {
      this.#busy.delete(ending!);
      this.#ended(attempt, reaped, cleanup);
    });
    if (ending === undefined) this.#ended(attempt, reaped);
    else this.#busy.add(ending);
    return true;
  }

  /** Reaps an orphan that came to us from a task. While a start is under way it is rather that which has ended. */
  #reapOrphan(pid: number): boolean {
    const process = this.#freeLanes.length < this.#lanes ? undefined : readProcess(pid);
    return process !== undefined && this.#control.reap(process);
  }

  #ended(attempt: Attempt, reaped: Reaped, cleanup?: Cleanup): void {
    const exit = exitOf(reaped.status);
    const tails = this.#control.tailsOf(attempt, exit, (cleanup?.left ?? 0) === 0);
    this.#forget(attempt);
    attempt.sink.exited(attempt.key, exit, this.#usageOf(reaped), cleanup, tails);
  }

  #forget(attempt: Attempt): void {
    this.#attempts.delete(attemptName(attempt.key));
    this.#control.over(attempt);
    this.#late.tryNext();
    if (this.#attempts.size > 0) return;
    clearInterval(this.#heartbeat);
    this.#heartbeat = undefined;
    this.#noneLeft?.();
  }

  #usageOf({ cpuMs, peakKiB }: Reaped): Usage {
    // The kernel counts the pilot's own memory into the peak of a process that it starts: see `Libc.selfPeakKiB()`.
    if (peakKiB > this.#selfPeakKiB) this.#selfPeakKiB = this.#libc.selfPeakKiB() * 1.05 + 1024;
    return {
      ...(cpuMs > 0 ? { cpuMs } : {}),
      ...(peakKiB > this.#selfPeakKiB ? { peakKiB } : {}),
    };
  }
}
