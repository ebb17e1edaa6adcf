/**
 * The launcher where everything is permitted: a keeper starts the tasks and is their parent.
 *
 * This process stays as it is: no subreaper, no signal ignored, no child but the keeper. When the keeper goes without a
 * word or is silent for too long, all that it started is ended, by its tags; what ran counts as killed, what had not
 * begun is started by another keeper. Where no keeper can be started at all, another launcher takes over.
 *
 * @module
 */

import type { Addressed, AgentMessage, Welcome } from "../../agent/messages.ts";
import { PlanWriter } from "../../agent/plan_change.ts";
import { agentsMax, familyOf, tagsOfRun } from "../../agent/tag.ts";
import type { LaunchPlan } from "../../launch/plan.ts";
import { GuestBook } from "../../runtime/guest_book.ts";
import { LazyLauncher } from "../../runtime/lazy_launcher.ts";
import type { AttemptKey, Launcher, LaunchSink, StopSignal } from "../../runtime/ports.ts";
import { endOldProcesses, endTagged } from "../local/earlier_processes.ts";
import { tagsFrom } from "../local/tag_search.ts";
import { delay } from "@std/async/delay";
import { countCleanup } from "../local/cleanup.ts";
import { codeOf } from "../local/launch_prepare.ts";
import { isUsedUp, Patience } from "../local/weather.ts";
import { explainStartFailure, findTooLong } from "../local/launch_failure.ts";
import { cleanOfNothing, type Cleanup } from "../../core/exit.ts";
import { waitForKilled } from "../local/process_control.ts";
import { Briefs } from "../../agent/brief.ts";
import { type Attempt, explainRefusal, explainStuck, numberOf, tell, tellLost, tellUnstarted } from "./attempt.ts";
import { KeeperChannel } from "./channel.ts";
import type { KeeperLauncherOptions } from "./keeper_options.ts";
import { planKeeper } from "./start_self.ts";

const node = 0; // All messages are about this machine.
/** How long a dismissed keeper may take to go. */
const goneMsMax = 10_000;
/** How many keepers may end before they have told of a launch; then the launch fails, as it may be what ends them. */
const keepersMax = 3;

/** Starts processes by a keeper. */
export class KeeperLauncher implements Launcher {
  readonly #welcome: Omit<Welcome, "family">;
  readonly #otherwise: (() => Launcher) | undefined;
  readonly #warn: (text: string) => void;
  readonly #askMs: number | undefined;
  readonly #runTags: string;
  readonly #attempts = new Map<number, Attempt>();
  readonly #patience = new Patience();
  readonly #briefs: Briefs;
  readonly #guests = new GuestBook((message) => {
    if (this.#plans !== undefined) this.#channel!.send(node, message);
  });
  /** What the tags of the present keeper's launches begin with. */
  #family = "";
  #channel: KeeperChannel | undefined;
  #plans: PlanWriter | undefined;
  #substitute: Launcher | undefined;
  /** Settles when another keeper may be started: what a lost one left is gone, or there was time for better weather. */
  #pause: Promise<void> | undefined;
  #isClosed = false;
  #isFrozen = false;
  #noneLeft: (() => void) | undefined;

  /**
   * Starts nothing yet.
   *
   * @param env The pilot's environment, which tasks inherit.
   * @param options What the processes are known by, and which launcher takes over.
   */
  constructor(
    env: Readonly<Record<string, string>>,
    { runId, otherwise, warn = () => {}, askMs, spoolFolders = [], samples }: KeeperLauncherOptions = {},
  ) {
    this.#welcome = { env, spoolFolders, ...(samples === undefined ? {} : { samples }) };
    this.#otherwise = otherwise;
    this.#warn = warn;
    this.#askMs = askMs;
    this.#briefs = new Briefs(env);
    this.#runTags = tagsOfRun(runId ?? crypto.randomUUID().replaceAll("-", "").slice(0, 16));
  }

  /** Starts the keeper, as soon as the caller's turn is over, so that the first task need not wait for it. */
  prepare(): void {
    queueMicrotask(() => {
      if (this.#isClosed || this.#channel !== undefined || this.#substitute !== undefined) return;
      this.#connect();
    });
  }

  /** Starts the plan's process. */
  launch(key: AttemptKey, plan: LaunchPlan, sink: LaunchSink): void {
    if (this.#substitute !== undefined) return this.#substitute.launch(key, plan, sink);
    const fault = findTooLong(plan);
    if (fault !== undefined) return sink.startFailed(key, explainStartFailure(plan, fault));
    const attempt: Attempt = { key, plan, sink, hasStarted: false, keepers: 0 };
    this.#attempts.set(numberOf(key), attempt);
    if (this.#channel === undefined && this.#pause === undefined) this.#connect();
    this.#keepAlive();
    this.#send(attempt);
  }

  /** Sends a signal to all processes of the attempt. */
  signal(key: AttemptKey, signal: StopSignal): void {
    const attempt = this.#attempts.get(numberOf(key));
    if (attempt === undefined) return this.#substitute?.signal(key, signal);
    if (attempt.asked !== "SIGKILL") attempt.asked = signal;
    if (this.#plans !== undefined) this.#channel?.send(node, { word: "signal", ...key, signal });
  }

  /** A task of several nodes may have processes here. */
  expectGuest(key: AttemptKey, mark: string): void {
    if ((this.#channel ?? this.#pause ?? this.#substitute) === undefined) this.#connect();
    if (this.#substitute === undefined) this.#guests.expect(key, mark);
  }

  /** Ends what it left here. */
  sweepGuest(key: AttemptKey, mark: string): Promise<Cleanup> {
    if (this.#substitute !== undefined) return Promise.resolve(cleanOfNothing);
    const swept = this.#guests.sweep(key, mark);
    this.#keepAlive();
    return swept;
  }

  /** Lets all tasks stand still, even if this program does so at once. */
  async freeze(): Promise<void> {
    this.#isFrozen = true;
    await this.#substitute?.freeze?.();
    if (this.#plans === undefined) return;
    this.#channel?.send(node, { word: "pause" });
    await this.#channel?.sent;
  }

  /** Lets them go on. */
  thaw(): void {
    this.#isFrozen = false;
    this.#substitute?.thaw?.();
    if (this.#plans !== undefined) this.#channel?.send(node, { word: "continue" });
  }

  /** Lets what was launched and signalled go to the keeper at once. */
  flush(): void {
    this.#channel?.flush();
  }

  /** Ends what an earlier pilot of the run left, its keeper first. */
  reclaim(runId: string): Promise<void> {
    return endOldProcesses(runId, (pid) => pid === this.#channel?.pid);
  }

  /** Leaves nothing of the run behind. */
  async close(): Promise<void> {
    this.#isClosed = true;
    // An abandoned pilot closes with tasks still running.
    for (const { key } of this.#attempts.values()) this.signal(key, "SIGKILL");
    this.#keepAlive();
    const isWaiting = [...this.#attempts.values()].some(({ isRefused }) => !isRefused);
    if (isWaiting) await waitForKilled(new Promise<void>((resolve) => this.#noneLeft = resolve));
    await this.#pause;
    await this.#channel?.close(goneMsMax);
    // One that had to be killed leaves its tasks to be ended here; one that went may have had to leave some behind.
    await this.#pause;
    if (this.#attempts.size > 0) this.#tellLeft(await endTagged(tagsFrom(this.#family)));
    await this.#substitute?.close();
  }

  #connect(): void {
    const start = planKeeper();
    if (start === undefined) return this.#replace("this process was started to be a keeper itself");
    try {
      this.#channel = new KeeperChannel(start, {
        greeted: ({ unguarded }) => this.#begin(unguarded),
        heard: (message) => this.#heard(message),
        stuck: (seconds) => this.#warn(explainStuck(seconds)),
        gone: (problem) => this.#lost(problem),
      }, this.#askMs);
      this.#patience.succeeded();
      this.#keepAlive();
    } catch (error) {
      const code = codeOf(error);
      if (isUsedUp(code)) this.#connectLater(code);
      else this.#replace(error instanceof Error ? error.message : String(error));
    }
  }

  /** There is no room for another process just now. */
  #connectLater(code: string): void {
    if (this.#attempts.size === 0) return;
    if (this.#patience.failed(performance.now(), 0)) {
      this.#pause = delay(this.#patience.pauseMs).then(() => {
        this.#pause = undefined;
        this.#connect();
      });
      return;
    }
    this.#patience.succeeded();
    for (const attempt of [...this.#attempts.values()]) {
      this.#forget(attempt);
      attempt.sink.startFailed(attempt.key, explainStartFailure(attempt.plan, { step: "program", code }));
    }
  }

  /** The keeper is there: it gets what has gathered. */
  #begin(unguarded: string | undefined): void {
    if (unguarded !== undefined) {
      this.#warn(`If this program and its keeper are killed at the same moment, tasks may survive: ${unguarded}`);
    }
    this.#plans = new PlanWriter();
    const former = this.#family;
    do this.#family = familyOf(this.#runTags, Math.floor(Math.random() * agentsMax)); while (this.#family === former);
    this.#channel!.send(node, { word: "welcome", welcome: { ...this.#welcome, family: this.#family } });
    if (this.#isFrozen) this.#channel!.send(node, { word: "pause" });
    for (const attempt of this.#attempts.values()) this.#send(attempt);
    this.#guests.repeat();
  }

  #send(attempt: Attempt): void {
    if (this.#plans === undefined) return;
    const { key, plan, asked } = attempt;
    attempt.keepers++;
    const { share, change } = this.#plans.write({ ...plan, env: this.#briefs.of(plan.env) });
    if (share !== undefined) this.#channel!.send(node, { word: "share", slot: change.like, plan: share });
    this.#channel!.send(node, { word: "launch", task: key.task, attempt: key.attempt, plan: change });
    if (asked !== undefined) this.signal(key, asked);
  }

  #heard({ message }: Addressed<AgentMessage>): void {
    if (!("task" in message)) return;
    if (message.word === "swept") {
      this.#guests.swept(message);
      return this.#keepAlive();
    }
    const key = { task: message.task, attempt: message.attempt };
    const attempt = this.#attempts.get(numberOf(key));
    if (attempt === undefined) return;
    if (message.word === "exited" || message.word === "startFailed") this.#forget(attempt);
    if (message.word === "refused") this.#warn(explainRefusal(attempt));
    tell(attempt, message);
  }

  #forget({ key }: Attempt): void {
    this.#attempts.delete(numberOf(key));
    if (this.#attempts.size > 0) return;
    this.#keepAlive();
    this.#noneLeft?.();
  }

  /** The keeper is gone; if it did not say so, nothing that it started may go on. */
  #lost(problem: string | undefined): void {
    const hadBegun = this.#plans !== undefined;
    this.#channel = this.#plans = undefined;
    if (problem === undefined) return;
    if (!hadBegun) return this.#isClosed && this.#attempts.size === 0 ? undefined : this.#replace(problem);
    this.#pause = endTagged(tagsFrom(this.#family)).then((left) => {
      this.#pause = undefined;
      this.#giveUp(problem, left);
      if (this.#channel === undefined && (this.#attempts.size > 0 || !this.#guests.isEmpty)) this.#connect();
    });
  }

  /** Tells the end of what a lost keeper had, but for what another may still start; `left` cannot be killed. */
  #giveUp(problem: string, left: readonly number[]): void {
    let ended = 0;
    // Whose each is nobody knows any more, so it counts for all.
    const cleanup = left.length === 0 ? undefined : countCleanup(new Map(), left.map((pid) => ({ pid })));
    for (const attempt of [...this.#attempts.values()]) {
      const { hasStarted, asked, keepers } = attempt;
      if (!hasStarted && asked === undefined && keepers < keepersMax) continue;
      this.#forget(attempt);
      if (hasStarted) ended++;
      tellLost(attempt, problem, cleanup);
    }
    this.#warn(`The keeper of the tasks of this machine went: ${problem}; ${ended} tasks that ran were ended with it`);
    this.#tellLeft(left);
  }

  #tellLeft(left: readonly number[]): void {
    if (left.length > 0) this.#warn(`Processes ${left.join(", ")} of tasks were killed and are still there`);
  }

  /** Lets this program end before the keeper while nothing is waited for. */
  #keepAlive(): void {
    this.#channel?.keepAlive(this.#isClosed || this.#attempts.size > 0 || this.#guests.isSweeping);
  }

  /** No keeper can be started: another launcher takes over what nobody has asked to stop, and tells so if it starts it. */
  #replace(problem: string): void {
    const attempts = [...this.#attempts.values()];
    this.#attempts.clear();
    this.#guests.forget();
    this.#substitute = this.#otherwise && new LazyLauncher(() => {
      this.#warn(`Tasks are started without a keeper, as none can be started: ${problem}`);
      return this.#otherwise!();
    });
    const message = `cannot start a keeper for the tasks of this machine: ${problem}`;
    for (const one of attempts) {
      if (one.asked !== undefined || this.#substitute === undefined) tellUnstarted(one, message);
      else this.#substitute.launch(one.key, one.plan, one.sink);
    }
    this.#noneLeft?.();
  }
}
