/**
 * The launcher where everything is permitted: a keeper starts the tasks and is their parent.
 *
 * This process stays as it is: no subreaper, no signal ignored, no child but the keeper. When the keeper goes without a
 * word, all that it started is ended, by its tags; what ran counts as killed, what had not begun is started by another
 * keeper. Where no keeper can be started at all, another launcher takes over.
 *
 * @module
 */

import type { Addressed, AgentMessage } from "../../agent/messages.ts";
import { PlanWriter } from "../../agent/plan_change.ts";
import { familyOf, tagsOfRun } from "../../agent/tag.ts";
import type { LaunchPlan, SharedEnvironment, TaskEnvironment } from "../../launch/plan.ts";
import type { AttemptKey, Launcher, LaunchSink, StopSignal } from "../../runtime/ports.ts";
import { endOldProcesses } from "../local/earlier_processes.ts";
import { type LauncherOptions, waitForKilled } from "../local/process_control.ts";
import { KeeperChannel } from "./channel.ts";
import { endTagged } from "./reclaim.ts";
import { planKeeper } from "./start_self.ts";

/** Options of {@linkcode KeeperLauncher}. */
export interface KeeperLauncherOptions extends LauncherOptions {
  /** Makes the launcher that takes over when no keeper can be started; then every launch fails when absent. */
  readonly otherwise?: () => Launcher;
}

/** All messages are about this machine. */
const node = 0;
/** How long a dismissed keeper may take to go. */
const goneMsMax = 10_000;

/** One launch of one task, until its end was told. */
interface Attempt {
  readonly key: AttemptKey;
  readonly plan: LaunchPlan;
  readonly sink: LaunchSink;
  /** Whether its start was told. */
  hasStarted: boolean;
  /** The strongest signal that was asked for. */
  asked?: StopSignal;
}

/** Starts processes by a keeper. */
export class KeeperLauncher implements Launcher {
  readonly #env: Readonly<Record<string, string>>;
  readonly #otherwise: (() => Launcher) | undefined;
  readonly #runTags: string;
  readonly #attempts = new Map<string, Attempt>();
  readonly #briefs: WeakMap<SharedEnvironment, SharedEnvironment> = new WeakMap();
  #keepers = 0;
  #channel: KeeperChannel | undefined;
  /** Writes plans to a keeper that said hello. */
  #plans: PlanWriter | undefined;
  #substitute: Launcher | undefined;
  /** Settles when what a lost keeper left is gone. */
  #reclaim: Promise<void> | undefined;
  #isClosed = false;
  #noneLeft: (() => void) | undefined;

  /**
   * Starts nothing yet.
   *
   * @param env The pilot's environment, which tasks inherit.
   * @param options What the processes are known by, and who takes over.
   */
  constructor(env: Readonly<Record<string, string>>, { runId, otherwise }: KeeperLauncherOptions = {}) {
    this.#env = env;
    this.#otherwise = otherwise;
    this.#runTags = tagsOfRun(runId ?? crypto.randomUUID().replaceAll("-", "").slice(0, 16));
  }

  /** Starts the plan's process. */
  launch(key: AttemptKey, plan: LaunchPlan, sink: LaunchSink): void {
    if (this.#substitute !== undefined) return this.#substitute.launch(key, plan, sink);
    const attempt: Attempt = { key, plan, sink, hasStarted: false };
    this.#attempts.set(nameOf(key), attempt);
    if (this.#channel === undefined && this.#reclaim === undefined) this.#connect();
    this.#channel?.keepAlive(true);
    this.#send(attempt);
  }

  /** Sends a signal to all processes of the attempt. */
  signal(key: AttemptKey, signal: StopSignal): void {
    const attempt = this.#attempts.get(nameOf(key));
    if (attempt === undefined) return this.#substitute?.signal(key, signal);
    if (attempt.asked !== "SIGKILL") attempt.asked = signal;
    if (this.#plans !== undefined) this.#channel?.send(node, { word: "signal", ...key, signal });
  }

  /** Ends what an earlier run left, by its tags; and by their environment what another launcher of it started. */
  async reclaim(runId: string): Promise<void> {
    await endOldProcesses(runId);
    const left = await endTagged(tagsOfRun(runId));
    if (left.length === 0) return;
    throw new Error(`Cannot resume: processes ${left.join(", ")} of the earlier run cannot be ended`);
  }

  /** Leaves nothing of the run behind. */
  async close(): Promise<void> {
    this.#isClosed = true;
    // An abandoned pilot closes with tasks still running.
    for (const { key } of this.#attempts.values()) this.signal(key, "SIGKILL");
    this.#channel?.keepAlive(true);
    if (this.#attempts.size > 0) await waitForKilled(new Promise<void>((resolve) => this.#noneLeft = resolve));
    await this.#reclaim;
    await this.#channel?.close(goneMsMax);
    await this.#substitute?.close();
  }

  #connect(): void {
    const start = planKeeper();
    if (start === undefined) return this.#replace("this process was started to be a keeper itself");
    try {
      this.#channel = new KeeperChannel(start, {
        greeted: () => this.#begin(),
        heard: (message) => this.#heard(message),
        gone: (problem) => this.#lost(problem),
      });
    } catch (error) {
      this.#replace(error instanceof Error ? error.message : String(error));
    }
  }

  /** The keeper is there: it gets what has gathered. */
  #begin(): void {
    this.#plans = new PlanWriter();
    const family = familyOf(this.#runTags, this.#keepers++);
    this.#channel!.send(node, { word: "welcome", welcome: { family, env: this.#env } });
    for (const attempt of this.#attempts.values()) this.#send(attempt);
  }

  #send({ key, plan, asked }: Attempt): void {
    if (this.#plans === undefined) return;
    const { share, change } = this.#plans.write({ ...plan, env: this.#brief(plan.env) });
    if (share !== undefined) this.#channel!.send(node, { word: "share", slot: change.like, plan: share });
    this.#channel!.send(node, { word: "launch", task: key.task, attempt: key.attempt, plan: change });
    if (asked !== undefined) this.signal(key, asked);
  }

  /** The pilot's own environment is with the keeper already, so that it need not be sent again. */
  #brief({ shared, own }: TaskEnvironment): TaskEnvironment {
    let brief = this.#briefs.get(shared);
    if (brief === undefined) this.#briefs.set(shared, brief = briefOf(shared, this.#env));
    return { shared: brief, own };
  }

  #heard({ message }: Addressed<AgentMessage>): void {
    if (!("task" in message)) return;
    const key = { task: message.task, attempt: message.attempt };
    const attempt = this.#attempts.get(nameOf(key));
    if (attempt === undefined) return;
    switch (message.word) {
      case "started":
        attempt.hasStarted = true;
        return attempt.sink.started(key, { node: attempt.plan.place.node, pid: message.pid, agoMs: message.agoMs });
      case "startFailed":
        this.#forget(attempt);
        return attempt.sink.startFailed(key, message.failure);
      case "exited":
        this.#forget(attempt);
        return attempt.sink.exited(key, message.exit, message.usage, message.cleanup);
      case "limit":
        return attempt.sink.limitExceeded(key, message.cause, message.reason);
      default:
        return message satisfies never;
    }
  }

  #forget({ key }: Attempt): void {
    this.#attempts.delete(nameOf(key));
    if (this.#attempts.size > 0) return;
    if (!this.#isClosed) this.#channel?.keepAlive(false);
    this.#noneLeft?.();
  }

  /** The keeper is gone; if it did not say so, nothing that it started may go on. */
  #lost(problem: string | undefined): void {
    const hadBegun = this.#plans !== undefined;
    this.#channel = this.#plans = undefined;
    if (problem === undefined) return;
    if (!hadBegun) return this.#replace(problem);
    const family = familyOf(this.#runTags, this.#keepers - 1);
    this.#reclaim = endTagged(family).then(() => {
      this.#reclaim = undefined;
      for (const attempt of this.#attempts.values()) {
        if (!attempt.hasStarted && attempt.asked === undefined) continue;
        this.#forget(attempt);
        if (attempt.hasStarted) attempt.sink.exited(attempt.key, { signal: "SIGKILL" }, {});
        else attempt.sink.startFailed(attempt.key, { kind: "other", message: "stopped before it could be started" });
      }
      if (this.#attempts.size > 0 && this.#channel === undefined) this.#connect();
    });
  }

  /** No keeper can be started: another launcher takes over, if there is one. */
  #replace(problem: string): void {
    const attempts = [...this.#attempts.values()];
    this.#attempts.clear();
    this.#substitute = this.#otherwise?.();
    const message = `cannot start a keeper for the tasks of this machine: ${problem}`;
    for (const { key, plan, sink, asked } of attempts) {
      if (this.#substitute === undefined) sink.startFailed(key, { kind: "other", message });
      else {
        this.#substitute.launch(key, plan, sink);
        if (asked !== undefined) this.#substitute.signal(key, asked);
      }
    }
    this.#noneLeft?.();
  }
}

/** An environment as what is taken away of `env`, if that is all that it differs in. */
function briefOf(shared: SharedEnvironment, env: Readonly<Record<string, string>>): SharedEnvironment {
  if (shared.kind === "inherited") return shared;
  const { variables } = shared;
  if (Object.keys(variables).some((name) => !Object.hasOwn(env, name) || env[name] !== variables[name])) return shared;
  const without = Object.keys(env).filter((name) => !Object.hasOwn(variables, name));
  return without.length < Object.keys(variables).length ? { kind: "inherited", without } : shared;
}

function nameOf(key: AttemptKey): string {
  return `${key.task}:${key.attempt}`;
}
