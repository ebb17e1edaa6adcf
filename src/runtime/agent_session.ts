/**
 * What a pilot has to do with one agent, from its welcome until it is gone: launches go out, what comes of them comes
 * back.
 *
 * @module
 */

import { invariant } from "../base/assert.ts";
import { Briefs } from "../agent/brief.ts";
import type { AgentMessage, AttemptNumber, PilotMessage, Welcome } from "../agent/messages.ts";
import { PlanWriter } from "../agent/plan_change.ts";
import type { LaunchPlan } from "../launch/plan.ts";
import { GuestBook } from "./guest_book.ts";
import { attemptName } from "./attempt_name.ts";
import type { AttemptKey, LaunchSink, StopSignal } from "./ports.ts";

/** One launch of one task, until its end was told. */
interface Attempt {
  readonly plan: LaunchPlan;
  readonly sink: LaunchSink;
}

/** What an agent says of one launch. */
export type AttemptMessage = Extract<AgentMessage, AttemptNumber>;

/** The launches of one agent. */
export class AgentSession {
  readonly #send: (message: PilotMessage) => void;
  readonly #plans = new PlanWriter();
  readonly #briefs: Briefs;
  readonly #attempts = new Map<string, Attempt>();
  /** What tasks of several nodes have on the node. */
  readonly guests: GuestBook;

  /** Welcomes the agent. */
  constructor(send: (message: PilotMessage) => void, welcome: Welcome) {
    this.#send = send;
    this.#briefs = new Briefs(welcome.env);
    this.guests = new GuestBook(send);
    send({ word: "welcome", welcome });
  }

  /** The marks of all that may be on the node. */
  get marks(): string[] {
    return [...this.guests.marks, ...Array.from(this.#attempts.values(), ({ plan }) => plan.tag)];
  }

  /** Starts the plan's process. */
  launch(key: AttemptKey, plan: LaunchPlan, sink: LaunchSink): void {
    invariant(!this.#attempts.has(attemptName(key)), "An attempt is launched once");
    this.#attempts.set(attemptName(key), { plan, sink });
    const { share, change } = this.#plans.write({ ...plan, env: this.#briefs.of(plan.env) });
    if (share !== undefined) this.#send({ word: "share", slot: change.like, plan: share });
    this.#send({ word: "launch", task: key.task, attempt: key.attempt, plan: change });
  }

  /** Sends a signal to all processes of an attempt, if its end was not told. */
  signal(key: AttemptKey, signal: StopSignal): void {
    if (!this.#attempts.has(attemptName(key))) return;
    this.#send({ word: "signal", task: key.task, attempt: key.attempt, signal });
  }

  /** Takes what the agent says of an attempt. */
  heard(message: AttemptMessage): void {
    if (message.word === "swept") return this.guests.swept(message);
    const key = { task: message.task, attempt: message.attempt };
    const known = this.#attempts.get(attemptName(key));
    if (known === undefined) return;
    const { plan, sink } = known;
    switch (message.word) {
      case "started":
        return sink.started(key, { node: plan.place.node, pid: message.pid, agoMs: message.agoMs });
      case "startFailed":
        this.#attempts.delete(attemptName(key));
        return sink.startFailed(key, message.failure);
      case "exited":
        this.#attempts.delete(attemptName(key));
        return sink.exited(key, message.exit, message.usage, message.cleanup, message.tails);
      case "refused":
        return sink.signalRefused?.(key);
      case "limit":
        return sink.limitExceeded(key, message.cause, message.reason);
      default:
        return message satisfies never;
    }
  }
}
