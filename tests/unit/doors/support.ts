/**
 * A session in which a test says what is answered and when it closes.
 *
 * @module
 */

import { EventFeed } from "../../../src/events/event_feed.ts";
import { type EventOptions, EventStream } from "../../../src/events/event_stream.ts";
import type { DoorSession, ShownRun } from "../../../src/runtime/door.ts";
import { OwnRun } from "../../../src/runtime/shown_run.ts";
import type { Reply } from "../../../src/service/reply.ts";
import { quiet } from "../../sim/virtual_clock.ts";
import { serve } from "../service/support.ts";

/** A door's session over a real service and a pilot driven by hand. */
export class HandSession implements DoorSession {
  readonly served: ReturnType<typeof serve> = serve();
  readonly warnings: string[] = [];
  /** Called after each answer. */
  answered: (request: unknown) => void = () => {};
  /** Waits until what was answered is on record. */
  recorded: () => Promise<void> = () => Promise.resolve();
  isStopped = false;
  /** How often others were left their turn. */
  turns = 0;
  readonly #feed: EventFeed = new EventFeed();
  readonly #closed: PromiseWithResolvers<undefined> = Promise.withResolvers();
  #isClosed = false;
  #shown: ShownRun | undefined;

  constructor() {
    this.served.pilot.hub.add("event streams", this.#feed);
  }

  async answer(request: unknown): Promise<Reply> {
    const { reply } = this.served.service.answer(request);
    this.answered(request);
    await this.recorded();
    return reply;
  }

  async answerText(text: string): Promise<Reply> {
    const { reply } = this.served.service.answerText(text);
    await this.recorded();
    return reply;
  }

  async refuse(problem: string): Promise<Reply> {
    const { reply } = this.served.service.refuse(problem);
    await this.recorded();
    return reply;
  }

  events(options?: EventOptions): EventStream {
    const nowMs = () => this.served.pilot.nowMs;
    return new EventStream({ feed: this.#feed, past: undefined, letOthersRun: quiet, nowMs }, options);
  }

  show(): ShownRun {
    const { pilot } = this.served;
    const facts = {
      ...{ instanceId: "hand", startedAtMs: pilot.nowMs, host: "here", account: "", directory: "/" },
      ...{ runtimeVersion: "", runtimePath: "", platform: "" },
    };
    return this.#shown ??= new OwnRun({ facts, folderPath: "/run", hub: pilot.hub, pilot });
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  unlessClosed<T>(awaited: Promise<T>): Promise<T | undefined> {
    return Promise.race([this.#closed.promise, awaited]);
  }

  get isIdle(): boolean {
    return this.served.pilot.openJobs === 0;
  }

  nextTurn(): Promise<void> {
    this.turns++;
    return quiet();
  }

  warn(text: string): void {
    this.warnings.push(text);
  }

  /** Wants no more requests. */
  close(): void {
    this.#isClosed = true;
    this.#closed.resolve(undefined);
  }
}
