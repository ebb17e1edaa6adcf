/**
 * The lease of an agent: how long it may go on without a sign that its pilot hears it.
 *
 * The agent remembers when it sent each pong, and a ping names the last pong that the pilot has read. The lease ends a
 * fixed time after the agent *sent* that pong. So the pilot knows without any answer that this time after the last pong
 * that it read nothing of the agent goes on: whichever direction is broken, and however many old pings lie in a pipe.
 *
 * @module
 */

/** The agent's side of the bargain. Times are those of the agent's own clock. */
export class Lease {
  readonly #fenceMs: number;
  /** When each pong was sent that no ping has named yet, the oldest first. */
  readonly #sentMs = new Map<number, number>();
  #endMs: number;
  #isSuspended = false;

  /**
   * Begins a lease.
   *
   * @param fenceMs How long it lasts after a pong that the pilot has read.
   * @param helloMs When the hello was sent, which counts as the first pong.
   */
  constructor(fenceMs: number, helloMs: number) {
    this.#fenceMs = fenceMs;
    this.#endMs = helloMs + fenceMs;
  }

  /** When everything must be over. */
  get endMs(): number {
    return this.#isSuspended ? Infinity : this.#endMs;
  }

  /**
   * The pilot is about to stand still, and so do the tasks: nothing runs that could run twice. The lease goes on
   * to be counted meanwhile.
   */
  suspend(): void {
    this.#isSuspended = true;
  }

  /**
   * The pilot goes on, and has named a pong of this agent that it has read since: by that the lease holds again. It may
   * have ended, when the word came late.
   */
  resume(): void {
    this.#isSuspended = false;
  }

  /** A pong is being sent. */
  ponged(number: number, nowMs: number): void {
    this.#sentMs.set(number, nowMs);
  }

  /** A ping has come which says that the pilot has read this pong; 0 is none. */
  pinged(lastPong: number): void {
    const sentMs = this.#sentMs.get(lastPong);
    if (sentMs === undefined) return;
    for (const number of this.#sentMs.keys()) {
      if (number > lastPong) break;
      this.#sentMs.delete(number);
    }
    this.#endMs = Math.max(this.#endMs, sentMs + this.#fenceMs);
  }
}
