/**
 * The launches and stops that a keeper was told and has not performed: in their order, a few at a time, and what finds
 * something used up is tried again. While tasks stand still nothing is performed.
 *
 * @module
 */

import type { AttemptNumber, PilotMessage, SignalName } from "../../agent/messages.ts";
import type { Order } from "./starts.ts";
import type { Task } from "./task.ts";

/** The most launches that are performed before anything else gets its turn. */
const launchesPerTurn = 8;
/** When this many orders wait nothing more should be read. */
const ordersMax = 1024;

/** A stop of a task. */
export type Stop = PilotMessage & { readonly word: "signal" };

/** What performs orders. */
export interface Performer {
  /** Starts a process; false when that must be tried again later. */
  start(order: Order): boolean;
  /** How long to wait then. */
  readonly pauseMs: number;
  /** Finds a task that has begun. */
  find(attempt: AttemptNumber): Task | undefined;
  /** Sends signals. */
  signal(stops: ReadonlyMap<Task, SignalName>, nowMs: number): void;
  /** A launch was stopped before it could be performed. */
  abandoned(order: Order): void;
}

/** Orders, the oldest first. */
export class Orders {
  readonly #orders: (Order | Stop)[] = [];
  /** Launches that wait for something that is used up. */
  readonly #waiting: Order[] = [];
  #retryMs = Infinity;
  /** Whether nothing is performed. */
  isHeld = false;

  /** Whether too many wait for more to be read. */
  get isFull(): boolean {
    return this.#orders.length >= ordersMax;
  }

  /** When there is something to perform. */
  get dueMs(): number {
    if (this.isHeld) return Infinity;
    return this.#orders.length > 0 ? 0 : this.#retryMs;
  }

  /** Takes an order. */
  add(order: Order | Stop): void {
    this.#orders.push(order);
  }

  /** A task has ended: what it had is free now. */
  freed(): void {
    if (this.#waiting.length > 0) this.#retryMs = 0;
  }

  /** Performs some. */
  perform(performer: Performer, nowMs: number): void {
    if (this.isHeld) return;
    if (nowMs >= this.#retryMs) this.#retry(performer);
    for (let launches = 0; launches < launchesPerTurn && this.#orders.length > 0;) {
      const stops = this.#takeStops(performer);
      if (stops.size > 0) performer.signal(stops, nowMs);
      const order = this.#orders[0];
      if (order === undefined || !("plan" in order)) continue;
      this.#orders.shift();
      this.#launch(performer, order);
      launches++;
    }
  }

  /** The stops at the beginning of the queue, so that one look serves them all. */
  #takeStops(performer: Performer): Map<Task, SignalName> {
    const stops = new Map<Task, SignalName>();
    for (let order = this.#orders[0]; order !== undefined && "signal" in order; order = this.#orders[0]) {
      this.#orders.shift();
      const task = this.#abandon(performer, order) ? undefined : performer.find(order);
      if (task !== undefined && stops.get(task) !== "SIGKILL") stops.set(task, order.signal);
    }
    return stops;
  }

  #launch(performer: Performer, order: Order): void {
    // The earlier one is tried first.
    if (this.#waiting.length === 0 && performer.start(order)) return;
    this.#waiting.push(order);
    if (this.#retryMs === Infinity) this.#retryMs = performance.now() + performer.pauseMs;
  }

  /** Tries again what waits for something that was used up. */
  #retry(performer: Performer): void {
    this.#retryMs = Infinity;
    for (let count = 0; count < launchesPerTurn && this.#waiting.length > 0; count++) {
      if (!performer.start(this.#waiting[0]!)) {
        this.#retryMs = performance.now() + performer.pauseMs;
        return;
      }
      this.#waiting.shift();
    }
    if (this.#waiting.length > 0) this.#retryMs = 0;
  }

  /** Gives up a launch that still waits: what it waits for is no concern of a task that is stopped. */
  #abandon(performer: Performer, { task, attempt }: Stop): boolean {
    const index = this.#waiting.findIndex((one) => one.task === task && one.attempt === attempt);
    if (index < 0) return false;
    performer.abandoned(this.#waiting.splice(index, 1)[0]!);
    return true;
  }
}
