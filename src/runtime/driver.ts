/**
 * The driver: the one loop in which anything changes.
 *
 * ```text
 * inbox -> core.step -> events  -> journal ----------------> publish (futures settle)
 *                    -> actions -> perform (launch, signal) -> what comes of it -> inbox
 * ```
 *
 * A turn steps everything that has gathered, appends all its events with one write, performs the actions and only then
 * publishes the events: durable, then done, then visible. What is told takes its time, and no core is to wait for that.
 * A turn waits for the journal, never for an action.
 *
 * @module
 */

import { invariant } from "../base/assert.ts";
import { Inbox } from "../base/inbox.ts";
import type { Core } from "../core/core.ts";
import type { StartFailure } from "../core/exit.ts";
import type { Action, Event, Input, Output } from "../core/types.ts";
import type { LaunchPlan } from "../launch/plan.ts";
import { Alarm } from "./alarm.ts";
import { AttemptMap } from "./attempt_map.ts";
import type { Clock, JournalStore, Launcher, LaunchSink } from "./ports.ts";
import { RecordWaits } from "./record_waits.ts";
import { TailBudget } from "./tail_budget.ts";

/** What a driver joins. */
export interface DriverPorts {
  readonly core: Core;
  readonly clock: Clock;
  readonly launcher: Launcher;
  readonly journal: JournalStore;
  /** Plans a launch; a failure ends the attempt before it began. */
  readonly plan: (action: Action & { kind: "launch" }) => LaunchPlan | StartFailure;
  /** Tells the events to their readers. Must not throw. */
  readonly publish: (events: readonly Event[]) => void;
}

/** `Omit` that keeps a union a union. */
type WithoutTime<T> = T extends unknown ? Omit<T, "atMs"> : never;

/** An input whose time the driver fills in. */
export type UntimedInput = WithoutTime<Input>;

/** The most turns that follow one another before timers, signals and the user's code get theirs. */
const turnsMax = 64;
/** The most inputs of one turn, which takes some ten microseconds for each. */
const inputsMax = 1000;
/** The most inputs and actions that follow one another before others get their turn. */
const workMax = 1000;

/** Runs the loop. */
export class Driver {
  readonly #ports: DriverPorts;
  readonly #inbox: Inbox<Input>;
  readonly #sink: LaunchSink;
  /**
   * The node of each attempt whose end its launcher has not told. The core may have given some of them up already.
   */
  readonly #launched: AttemptMap<number> = new AttemptMap();
  readonly #waits: RecordWaits = new RecordWaits();
  readonly #tails: TailBudget = new TailBudget();
  readonly #alarm: Alarm;
  #isTurning = false;
  #stopped: PromiseWithResolvers<void> = Promise.withResolvers();
  #failure: { readonly error: unknown } | undefined;
  #isStopped = false;

  /** Joins the ports; nothing happens until something is pushed. */
  constructor(ports: DriverPorts) {
    this.#ports = ports;
    this.#inbox = new Inbox(() => this.#wake());
    this.#alarm = new Alarm(ports.clock, () => this.push({ kind: "timePassed" }));
    this.#sink = {
      started: (key, { node, pid, agoMs = 0 }) => {
        const planned = this.#launched.get(key);
        if (planned !== undefined && planned !== node) this.#launched.set(key, node);
        if (this.#failure !== undefined) this.#ports.launcher.signal(key, "SIGKILL");
        const { task, attempt } = key;
        this.#push({ kind: "taskStarted", task, attempt, pid }, agoMs);
      },
      startFailed: (key, failure) => {
        this.#launched.delete(key);
        const { task, attempt } = key;
        this.push({ kind: "taskStartFailed", task, attempt, failure });
      },
      exited: (key, exit, usage, cleanup, tails) => {
        this.#launched.delete(key);
        const { task, attempt } = key;
        this.push({
          ...{ kind: "taskExited", task, attempt, exit, usage },
          ...(cleanup === undefined ? {} : { cleanup }),
          ...(tails === undefined ? {} : { tails: this.#tails.take(tails) }),
        });
      },
      signalRefused: ({ task, attempt }) => this.push({ kind: "signalRefused", task, attempt }),
      limitExceeded: ({ task, attempt }, cause, reason) => {
        this.push({ kind: "limitExceeded", task, attempt, cause, reason });
      },
    };
    // The failure may be looked at late or never; it must not count as unhandled.
    this.#stopped.promise.catch(() => {});
  }

  /** Takes an input in. The turn comes right after the caller's own, so that neighbours share one. */
  push(input: UntimedInput): void {
    this.#push(input, 0);
  }

  #push(input: UntimedInput, agoMs: number): void {
    if (this.#isStopped) return;
    this.#waits.taken++;
    this.#inbox.push({ ...input, atMs: this.#ports.clock.nowMs() - agoMs } as Input);
    invariant(this.#inbox.size <= this.#waits.taken, "Each input that is taken in is counted");
  }

  /**
   * Begins with what a restored core gave, before any turn: its events are appended and published, its actions wait
   * for `ready`. Inputs are kept until then.
   */
  async resume({ events, actions }: Output, ready: Promise<unknown>): Promise<void> {
    invariant(!this.#isTurning && !this.#isStopped, "A run is resumed before its first turn");
    this.#isTurning = true;
    try {
      await this.#append(events);
      this.#publish(events);
      await ready;
      if (!this.#isStopped && this.#performAll(actions)) this.#stop();
    } catch (error) {
      this.fail(error);
    } finally {
      this.#isTurning = false;
    }
    if (!this.#isStopped) await this.#turn();
  }

  /** How many inputs were taken in so far. */
  get inputs(): number {
    return this.#waits.taken;
  }

  /**
   * Resolves when what came of the first inputs is on record, as durable as was asked for, and has been told.
   *
   * @param count How many inputs, as {@linkcode inputs} gave it.
   * @throws What broke the pilot before that, as a rejection.
   */
  recorded(count: number): Promise<void> {
    return this.#waits.until(count);
  }

  /** Settles when the loop has ended: resolves after the core said stop, rejects when the pilot broke. */
  get stopped(): Promise<void> {
    return this.#stopped.promise;
  }

  /** What broke the pilot, if something did. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#failure;
  }

  /**
   * Says that the pilot is broken: nothing is taken in any more, {@linkcode stopped} rejects, and whatever runs is
   * killed, as its end would never be told.
   */
  fail(error: unknown): void {
    if (this.#isStopped) return;
    invariant(this.#failure === undefined, "A pilot breaks once");
    this.#failure = { error };
    this.#isStopped = true;
    this.#alarm.off();
    this.#stopped.reject(error);
    this.#waits.fail(error);
    for (const [key] of this.#launched) this.#ports.launcher.signal(key, "SIGKILL");
  }

  /**
   * Lets the processes of all tasks stand still, or go on; neither time limits nor graces pass meanwhile.
   *
   * @returns Whether it is so, once this program may stand still as well; false where the launcher cannot do it.
   */
  async freeze(isFrozen: boolean): Promise<boolean> {
    const { launcher } = this.#ports;
    if (launcher.freeze === undefined) return false;
    this.push({ kind: isFrozen ? "tasksFrozen" : "tasksThawed" });
    if (isFrozen) await launcher.freeze();
    else launcher.thaw?.();
    return true;
  }

  #wake(): void {
    if (!this.#isTurning) queueMicrotask(() => this.#turn());
  }

  async #turn(): Promise<void> {
    if (this.#isTurning) return;
    this.#isTurning = true;
    const { core, clock } = this.#ports;
    try {
      let work = 0;
      for (let turns = 1; (core.isUnfinished || !this.#inbox.isEmpty) && !this.#isStopped; turns++) {
        if (core.isUnfinished || turns % turnsMax === 0 || work > workMax) {
          await this.#letOthersRun();
          work = 0;
        }
        if (this.#isStopped) return;
        // What waits in the inbox waits on while the core is busy with what it was given before.
        const inputs: Input[] = core.isUnfinished
          ? [{ kind: "timePassed", atMs: clock.nowMs() }]
          : this.#inbox.drain(inputsMax);
        // No launcher tells the end of what ran on a lost node; if one does, it is stale.
        for (const input of inputs) if (input.kind === "nodeLost") this.#launched.deleteAll(input.node);
        invariant(inputs.length > 0 && inputs.length <= inputsMax, "A turn has something to do, and not too much");
        const { events, actions } = core.step(inputs);
        const durable = this.#append(events);
        if (durable !== undefined) await durable;
        // The pilot may have been abandoned meanwhile: then nothing is launched any more, and nothing told.
        if (this.#isStopped) return;
        const isLast = this.#performAll(actions);
        this.#publish(events);
        if (!core.isUnfinished) this.#waits.recordAllBut(this.#inbox.size);
        if (isLast && !this.#isStopped) this.#stop();
        work += inputs.length + actions.length;
      }
    } catch (error) {
      this.fail(error);
    } finally {
      this.#isTurning = false;
    }
    if (!this.#isStopped) this.#setAlarm();
  }

  /**
   * Lets timers, signals and the user's own code have their turn. Processes that cannot be started say so at once, and
   * a million of them in a row would keep all else waiting, even a cancel of them.
   */
  #letOthersRun(): Promise<void> {
    const { clock } = this.#ports;
    return new Promise((resolve) => clock.wakeAt(clock.nowMs(), resolve));
  }

  /** Appends events: at once where the journal is quick, so that a turn costs no detour. */
  #append(events: readonly Event[]): Promise<void> | void {
    if (events.length > 0) return this.#ports.journal.append(events);
  }

  #publish(events: readonly Event[]): void {
    if (events.length > 0 && !this.#isStopped) this.#ports.publish(events);
  }

  /** Performs the actions of a turn; returns whether the loop ends with it. */
  #performAll(actions: readonly Action[]): boolean {
    let isLast = false;
    for (const action of actions) {
      if (action.kind === "stop") isLast = true;
      else this.#perform(action);
    }
    if (actions.length > 0) this.#ports.launcher.flush?.();
    return isLast;
  }

  #stop(): void {
    invariant(!this.#ports.core.isUnfinished, "The loop ends when nothing is left to do");
    invariant(this.#failure === undefined, "A pilot that broke does not end well");
    this.#isStopped = true;
    this.#alarm.off();
    this.#waits.end();
    this.#stopped.resolve();
  }

  #perform(action: Exclude<Action, { kind: "stop" }>): void {
    const { launcher } = this.#ports;
    const key = { task: action.task, attempt: action.attempt };
    if (action.kind === "signal") return launcher.signal(key, action.signal);
    const plan = this.#ports.plan(action);
    if ("message" in plan) return this.#sink.startFailed(key, plan);
    invariant(this.#launched.get(key) === undefined, "An attempt is launched twice");
    invariant(plan.place.node === action.nodes[0], "A task is launched on the first node that it was granted");
    this.#launched.set(key, plan.place.node);
    launcher.launch(key, plan, this.#sink);
  }

  /** Sets the alarm to the next deadline. */
  #setAlarm(): void {
    invariant(this.#inbox.isEmpty, "The loop rests when nothing has come in");
    this.#alarm.set(this.#ports.core.nextDeadlineMs() ?? Infinity);
  }
}
