/**
 * What both local launchers do with processes beside starting them: the watchdog, the limits, the stop, the sweep.
 *
 * What is possible depends on the permissions. Under `-A` everything. Where any program may be run but `/proc` cannot
 * be read, groups are stopped and the watchdog runs, but what left its group is not seen until the pilot ends. Under a
 * list of programs only main processes can be stopped, which the launcher does itself.
 *
 * After an end without a stop nothing is looked for unless the group has members. What left the group is found by a
 * janitor, at most once a second while attempts end, and by {@linkcode ProcessControl.close}.
 *
 * @module
 */

import type { Cleanup, Exit, Tails } from "../../core/exit.ts";
import type { LaunchPlan } from "../../launch/plan.ts";
import type { AttemptKey, LaunchSink, StopSignal } from "../../runtime/ports.ts";
import type { Libc } from "./native/libc.ts";
import { waitAtMost } from "../host/wait_at_most.ts";
import { LimitsWatch } from "./limits_watch.ts";
import { AdoptedChildren } from "./adopted_children.ts";
import { endGroup } from "./process_group.ts";
import { canScan, markName, readMark, type SeenProcess } from "./process_scan.ts";
import { TaskTags } from "./task_tags.ts";
import { ProcessSweeper, type SignalSender, type SweepTarget } from "./process_sweep.ts";
import type { SpoolOptions } from "./spool.ts";
import type { TaskOutputs } from "./task_outputs.ts";
import { WatchedOutputs } from "./watched_outputs.ts";
import { noteAfterMs, Watchdog } from "./watchdog.ts";

const janitorMs = 1000;
/** How long a close takes at most when something cannot be ended. */
const closeMsMax = 5000;

/** What every launcher that controls processes is set up with. */
export interface LauncherOptions {
  /**
   * What the tags of all launches begin with: 16 hexadecimal digits. Without it tags are not put on processes, and so
   * there is no watchdog and no search for what left its group.
   */
  readonly runId?: string;
  /** Folders for the outputs of tasks that have no file for them, the best first; kept nowhere when absent. */
  readonly spoolFolders?: readonly string[];
  /** The directory for files with what is seen of the processes of tasks, by a keeper; nobody looks when absent. */
  readonly samples?: string | undefined;
}

/** What a control is set up with. */
export interface ProcessControlOptions extends LauncherOptions, Pick<SpoolOptions, "mayUse"> {
  /** How to send signals. */
  readonly signals: SignalSender;
  /** The library of a launcher that can reap orphans. */
  readonly libc?: Libc;
  /** Whether tasks are started by {@linkcode ProcessControl.tagged}, so that those are known that scrub their environment. */
  readonly isTagged?: boolean;
}

/** The processes of one attempt, from before its start until nothing is left. */
export interface Controlled {
  readonly key: AttemptKey;
  readonly plan: LaunchPlan;
  readonly sink: LaunchSink;
  /** The main process, and its group; 0 until it runs. */
  pid: number;
  /** What is swept, where processes can be seen. */
  readonly target?: SweepTarget;
  startedAtMs: number;
  isNoted: boolean;
  /** What it writes. */
  outputs?: TaskOutputs;
  /** Whether a signal was asked for. */
  isStopped?: true;
}

/** A plan whose processes carry its tag in their environment, and are known to the watchdog. */
function marked(plan: LaunchPlan, watched: Readonly<Record<string, string>>): LaunchPlan {
  const { shared, own } = plan.env;
  return { ...plan, env: { shared, own: { ...own, [markName]: plan.tag, ...watched } } };
}

/** Waits for tasks that were killed at a close, but not for ever: what waits for a device cannot be ended. */
export function waitForKilled(ends: Promise<unknown>): Promise<void> {
  return waitAtMost(ends, closeMsMax);
}

/** Controls the processes of one launcher. */
export class ProcessControl {
  readonly #signals: SignalSender;
  readonly #watchdog: Watchdog | undefined;
  #tags: TaskTags | undefined;
  readonly #sweeper: ProcessSweeper | undefined;
  readonly #adopted: AdoptedChildren | undefined;
  readonly #limits = new LimitsWatch(() => this.#sweeper?.look());
  readonly #pids = new Set<number>();
  /** What tasks write. */
  readonly outputs: WatchedOutputs;
  /** Tasks that the watchdog was not told of, the oldest first. */
  readonly #unnoted = new Set<Controlled>();
  #noteTimer: ReturnType<typeof setTimeout> | undefined;
  #janitorTimer: ReturnType<typeof setTimeout> | undefined;
  #janitor: Promise<void> | undefined;
  #hasStarted = false;
  #isClosed = false;

  /** Creates a control. */
  constructor({ runId, signals, libc, mayUse, isTagged, spoolFolders: folders = [] }: ProcessControlOptions) {
    this.#signals = signals;
    const means = {
      ...(mayUse === undefined ? {} : { mayUse }),
      ...(libc === undefined ? {} : { system: libc.files }),
    };
    this.outputs = new WatchedOutputs({ folders, ...means });
    if (runId === undefined) return;
    this.#watchdog = new Watchdog();
    if (!canScan()) return;
    if (isTagged) this.#tags = TaskTags.open(runId);
    const isDue = (process: SeenProcess) => this.#adopted?.isDue(process) ?? false;
    const markOf = (pid: number) => readMark(pid) ?? this.#tags?.markOf(pid);
    const sweeper = new ProcessSweeper(signals, runId, { isDue, markOf, tags: this.#tags });
    this.#sweeper = sweeper;
    if (libc === undefined) return;
    this.#adopted = AdoptedChildren.adopt(libc, runId, (pid) => this.#pids.has(pid), () => sweeper.targets.values());
  }

  /** Whether {@linkcode tagged} makes processes known. */
  get tags(): boolean {
    return this.#tags !== undefined;
  }

  /** Starts a process so that it is known whatever it does to its environment, where that can be. */
  tagged<T>(mark: string, start: () => T): T {
    return this.#tags === undefined ? start() : this.#tags.during(mark, start);
  }

  /** Prepares for the start of a plan's process. */
  begin(key: AttemptKey, plan: LaunchPlan, sink: LaunchSink): Controlled {
    this.#watchdog?.start();
    this.#hasStarted = true;
    const target = this.#sweeper?.begin(plan.tag);
    const watched = this.#watchdog === undefined ? plan : marked(plan, this.#watchdog.env);
    return {
      key,
      plan: watched,
      sink,
      pid: 0,
      startedAtMs: 0,
      isNoted: false,
      ...(target === undefined ? {} : { target }),
    };
  }

  /** The process runs. */
  started(attempt: Controlled, pid: number): void {
    attempt.pid = pid;
    this.#pids.add(pid);
    if (attempt.target !== undefined) attempt.target.pid = pid;
    if (attempt.plan.limits !== undefined) this.#limits.add(attempt);
    if (this.#watchdog === undefined) return;
    attempt.startedAtMs = performance.now();
    this.#unnoted.add(attempt);
    this.#armNotes();
  }

  /** Sends a signal to all processes of the attempt. */
  signal({ target, pid }: Controlled, signal: StopSignal): void {
    if (target !== undefined) this.#sweeper!.stop(target, signal);
    else this.#signals.group(pid, signal);
  }

  /** Lets the process groups of all tasks stand still, or go on. */
  signalGroups(signal: "SIGSTOP" | "SIGCONT"): void {
    for (const pid of this.#pids) this.#signals.group(pid, signal);
  }

  /**
   * Ends what is left after the main process has gone.
   *
   * @returns `undefined` when nothing is left in its group and it was not stopped.
   */
  finish({ plan, target, pid }: Controlled): Promise<Cleanup | undefined> | undefined {
    if (plan.isContained && target?.asked === undefined) {
      // The first process of a sandbox is of this group, and the sandbox ends with it.
      this.#signals.group(pid, "SIGKILL");
      return undefined;
    }
    if (target !== undefined) return this.#sweeper!.finish(target);
    const send = (signal: StopSignal | 0) => this.#signals.group(pid, signal);
    return send(0) ? endGroup(pid, send).then(() => undefined) : undefined;
  }

  /** Takes what an attempt needs for its outputs; the code of what is used up, else an empty text. */
  takeOutputs(attempt: Controlled): string {
    const outputs = this.outputs.begin(attempt.plan);
    if ("step" in outputs) return outputs.code;
    attempt.outputs = outputs;
    return "";
  }

  /** An attempt that has them did not start. */
  giveBackOutputs(attempt: Controlled): void {
    this.outputs.giveBack(attempt.outputs ?? {});
    delete attempt.outputs;
  }

  /**
   * The ends of what an attempt wrote that has ended, if they are to be told.
   *
   * @param isQuiet Whether nothing of it can write any more.
   */
  tailsOf(attempt: Controlled, exit: Exit, isQuiet: boolean): Tails | undefined {
    return this.outputs.finish(attempt, exit, attempt.isStopped === true, isQuiet);
  }

  /** The attempt is over, or its process could not be started. */
  over(attempt: Controlled): void {
    this.#pids.delete(attempt.pid);
    this.#limits.delete(attempt);
    if (attempt.isNoted) this.#watchdog!.forget(attempt.pid);
    else this.#unnoted.delete(attempt);
    if (attempt.target === undefined) return;
    this.#sweeper!.forget(attempt.target);
    this.#tags?.forget(attempt.plan.tag);
    if (attempt.pid !== 0) this.#armJanitor();
  }

  /** Buries a child that is no task's main process, if it is an orphan of a task. */
  reap(process: SeenProcess): boolean {
    return this.#adopted?.reap(process) ?? false;
  }

  /** Leaves nothing of the run behind. All attempts must be over. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#noteTimer);
    clearTimeout(this.#janitorTimer);
    this.#limits.close();
    this.outputs.close();
    await this.#janitor;
    await this.#sweeper?.killed();
    if (this.#hasStarted) await this.#cleanUp(true);
    await this.#watchdog?.close();
    this.#adopted?.close();
    this.#tags?.[Symbol.dispose]();
  }

  #armNotes(): void {
    if (this.#noteTimer !== undefined) return;
    this.#noteTimer = setTimeout(() => {
      this.#noteTimer = undefined;
      const beforeMs = performance.now() - noteAfterMs;
      for (const attempt of this.#unnoted) {
        if (attempt.startedAtMs > beforeMs) break;
        this.#unnoted.delete(attempt);
        this.#watchdog!.note(attempt.pid);
        attempt.isNoted = true;
      }
      if (this.#unnoted.size > 0) this.#armNotes();
    }, noteAfterMs);
    Deno.unrefTimer(this.#noteTimer); // The watchdog must not keep the program alive.
  }

  #armJanitor(): void {
    if (this.#janitorTimer !== undefined || this.#isClosed) return;
    this.#janitorTimer = setTimeout(() => {
      this.#janitor = this.#cleanUp(false).finally(() => {
        this.#janitorTimer = undefined;
        if (this.#adopted?.isWaiting) this.#armJanitor();
      });
    }, janitorMs);
    Deno.unrefTimer(this.#janitorTimer);
  }

  async #cleanUp(isLast: boolean): Promise<void> {
    if (this.#adopted === undefined) return await this.#sweeper?.sweepStrays();
    const endMs = performance.now() + closeMsMax;
    while (this.#adopted.look(isLast)) {
      await this.#sweeper!.sweepStrays();
      if (!isLast || performance.now() > endMs) break;
    }
    if (isLast) this.#adopted.look(true); // What was ended last is reaped.
  }
}
