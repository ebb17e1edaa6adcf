/**
 * When work has to stop, so that tasks and records come to an end before the allocation does.
 *
 * @module
 */

import { invariant } from "../base/assert.ts";
import type { AskingSignal, StopSignal } from "../core/exit.ts";

/** No more than this share of what is left at the beginning is given up. */
const leadShareMax = 0.1;

/** The end of an allocation, as far as it is known. */
export class AllocationEnd {
  readonly #leadMs: number;
  readonly #askingSignal: AskingSignal;
  #isReached = false;
  #stopMs: number | undefined;

  /**
   * Takes what is known at the beginning.
   *
   * @param leadMs How long before the end work stops; at most a tenth of what is left.
   * @param leftMs How long the allocation still lasts; `undefined` for ever, or when it is not known.
   * @param askingSignal By which signal tasks are asked to end then.
   */
  constructor(leadMs: number, leftMs: number | undefined, nowMs: number, askingSignal: AskingSignal = "SIGTERM") {
    this.#askingSignal = askingSignal;
    this.#leadMs = leftMs === undefined ? leadMs : Math.min(leadMs, leftMs * leadShareMax);
    invariant(this.#leadMs >= 0, "Work stops before its allocation ends");
    this.update(leftMs, nowMs);
  }

  /** How long before the end work stops. */
  get leadMs(): number {
    return this.#leadMs;
  }

  /** When work stops; `undefined` when it need not. */
  get stopMs(): number | undefined {
    return this.#stopMs;
  }

  /** Work stops now. */
  reach(): void {
    this.#isReached = true;
  }

  /** The signal that is sent to a task which is to be stopped. */
  signalFor(signal: StopSignal): StopSignal {
    return this.#isReached && signal === "SIGTERM" ? this.#askingSignal : signal;
  }

  /** The limit of the allocation was looked up anew, as it may be changed. */
  update(leftMs: number | undefined, nowMs: number): void {
    this.#stopMs = leftMs === undefined ? undefined : nowMs + leftMs - this.#leadMs;
    invariant(!Number.isNaN(this.#stopMs), "Work stops at a time or never");
  }
}
