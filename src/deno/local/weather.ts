/**
 * What a start may find used up: processes, memory, descriptors. That is weather: it changes when a task ends or when
 * somebody else on the machine gives something back, so the start is tried again then. Only when nothing of ours runs,
 * and it still fails after a while, is it a failure.
 *
 * @module
 */

const usedUp: ReadonlySet<string> = new Set(["EAGAIN", "ENOMEM", "EMFILE", "ENFILE"]);
const pauseMsFirst = 20;
const pauseMsMax = 1000;
/** How long a start waits when nothing runs whose end could help. */
const patienceMs = 2000;

/** Whether an error of a start, by its name, says that something is used up. */
export function isUsedUp(code: string): boolean {
  return usedUp.has(code);
}

/** How long to wait for better weather. */
export class Patience {
  #pauseMs = pauseMsFirst;
  #sinceMs = Infinity;

  /** How long to wait before the next try. */
  get pauseMs(): number {
    return this.#pauseMs;
  }

  /**
   * A try has failed.
   *
   * @param running How many tasks run whose end could help.
   * @returns Whether it is worth another try.
   */
  failed(nowMs: number, running: number): boolean {
    this.#sinceMs = running > 0 ? nowMs : Math.min(this.#sinceMs, nowMs);
    this.#pauseMs = Math.min(2 * this.#pauseMs, pauseMsMax);
    return nowMs - this.#sinceMs < patienceMs;
  }

  /** A try has succeeded. */
  succeeded(): void {
    this.#pauseMs = pauseMsFirst;
    this.#sinceMs = Infinity;
  }
}
