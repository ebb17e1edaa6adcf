/**
 * What a start may find used up: processes, memory, descriptors. That is weather: it changes when a task ends or when
 * another program on the machine gives something back, so the start is tried again then. Only when nothing of ours runs,
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

/** Launches that wait for better weather, the oldest first, for launchers that have timers. */
export class LateStarts<T> {
  readonly #start: (launch: T) => void;
  readonly #patience = new Patience();
  readonly #waiting: T[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `start` tries a launch again; it comes back by {@linkcode defer} when that fails once more. */
  constructor(start: (launch: T) => void) {
    this.#start = start;
  }

  /** Whether a new launch must wait as well: the earlier one is tried first. */
  get isNeeded(): boolean {
    return this.#waiting.length > 0;
  }

  /** Lets a launch wait that was not tried yet. */
  add(launch: T): void {
    this.#waiting.push(launch);
  }

  /**
   * Lets a launch wait whose start failed.
   *
   * @param running How many tasks run whose end could help.
   * @returns False when it has waited long enough.
   */
  defer(launch: T, running: number): boolean {
    if (!this.#patience.failed(performance.now(), running)) return false;
    this.#waiting.unshift(launch);
    // The task itself keeps the program alive, or nothing runs and this must.
    this.#timer ??= setTimeout(() => this.#tryAgain(), this.#patience.pauseMs);
    return true;
  }

  /** A start has succeeded: the next one is tried. */
  succeeded(): void {
    this.#patience.succeeded();
    this.tryNext();
  }

  /** A task has ended, and what it had is free. */
  tryNext(): void {
    if (this.#waiting.length === 0) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#tryAgain(), 0);
  }

  /** Takes a launch out that is not to be tried any more; false when it does not wait. */
  remove(launch: T): boolean {
    const index = this.#waiting.indexOf(launch);
    if (index >= 0) this.#waiting.splice(index, 1);
    if (this.#waiting.length === 0) this.close();
    return index >= 0;
  }

  /** Tries nothing any more. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #tryAgain(): void {
    this.#timer = undefined;
    const launch = this.#waiting.shift();
    if (launch !== undefined) this.#start(launch);
  }
}
