/**
 * Jobs that are canceled when an AbortSignal is aborted. A signal that lives as long as the program costs nothing for
 * jobs that have ended: it has one listener while at least one job is open, and none otherwise.
 *
 * @module
 */

import { cancelFor, isOver, type QCGPJFuture, whenOver } from "./future.ts";

/** The longest text of a reason, in characters, that the outcome of a job shows. */
const reasonLengthMax = 200;

/** What an abort of one signal cancels. */
interface Bound {
  /** The futures that are not over. */
  readonly open: Set<QCGPJFuture<unknown>>;
  readonly abort: () => void;
}

/** Knows which futures are to be canceled by which signal. */
export class AbortCancels {
  readonly #bound: WeakMap<AbortSignal, Bound> = new WeakMap();

  /**
   * Binds a future to a signal until it is over.
   *
   * @param future Whose jobs are canceled.
   * @param signal One that is not aborted.
   */
  bind(future: QCGPJFuture<unknown>, signal: AbortSignal): void {
    if (isOver(future)) return;
    const bound = this.#boundTo(signal);
    const { open, abort } = bound;
    if (open.size === 0) signal.addEventListener("abort", abort, { once: true });
    open.add(future);
    whenOver(future, () => {
      open.delete(future);
      if (open.size === 0) signal.removeEventListener("abort", abort);
    });
  }

  #boundTo(signal: AbortSignal): Bound {
    const known = this.#bound.get(signal);
    if (known !== undefined) return known;
    const open = new Set<QCGPJFuture<unknown>>();
    const abort = () => {
      const reason = `canceled by its signal${describeReason(signal.reason)}`;
      for (const future of open) cancelFor(future, reason);
    };
    const bound = { open, abort };
    this.#bound.set(signal, bound);
    return bound;
  }
}

/** Says what a signal was aborted for: `: the deadline has passed`. The reason that every signal has says nothing. */
function describeReason(reason: unknown): string {
  if (reason instanceof DOMException && reason.name === "AbortError") return "";
  if (reason instanceof Error) return shorten(reason.message === "" ? reason.name : reason.message);
  const isPlain = typeof reason === "string" || typeof reason === "number" || typeof reason === "boolean";
  return isPlain ? shorten(String(reason)) : "";
}

function shorten(text: string): string {
  if (text === "") return "";
  return `: ${text.length <= reasonLengthMax ? text : `${text.slice(0, reasonLengthMax - 1)}…`}`;
}
