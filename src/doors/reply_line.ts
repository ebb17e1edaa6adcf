/**
 * Replies that wait in line. While the first ones wait for their record later requests are answered already, so that
 * many share one write; they are given on in the order of the requests.
 *
 * @module
 */

/** How many replies may wait. */
const waitingMax = 256;

/** Gives replies on, one after the other. */
export class ReplyLine {
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;
  #isGiving = false;

  /**
   * Takes a reply in.
   *
   * @param reply The reply, when it comes.
   * @param give Gives it on; what it throws ends the line.
   */
  add<R>(reply: Promise<R>, give: (reply: R) => unknown): void {
    this.#waiting++;
    const before = this.#last;
    this.#last = (async () => {
      await before;
      const given = await reply;
      this.#isGiving = true;
      await give(given);
      this.#isGiving = false;
      this.#waiting--;
    })();
    this.#last.catch(() => {}); // Those that wait for room hear of it.
  }

  /** Resolves when one more may come: at once, unless too many wait or a client is slow to take one. */
  async room(): Promise<void> {
    if (this.#isGiving || this.#waiting >= waitingMax) await this.#last;
  }

  /** Resolves when every reply has been given on. */
  given(): Promise<void> {
    return this.#last;
  }
}
