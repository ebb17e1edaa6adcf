/**
 * Watches the journal while it is written: whether the file is still there and holds what was written. If it is removed
 * or cut while the run goes on, the records are gone, and without a look at it nobody would know before a resume. The
 * jobs go on; the user is told once.
 *
 * @module
 */

import type { Event } from "../core/types.ts";
import type { Clock, JournalStore } from "./ports.ts";

/** How often to look, at most. */
const lookMs = 1000;

/** Appends to a journal, and looks at it while it does and at the end. */
export class JournalWatch implements JournalStore {
  readonly #journal: JournalStore;
  readonly #clock: Pick<Clock, "nowMs">;
  readonly #user: { warn(text: string): void };
  #dueMs = -Infinity;
  #isWhole = true;

  /** Watches a journal, and warns the user by a sentence without its end. */
  constructor(journal: JournalStore, clock: Pick<Clock, "nowMs">, user: { warn(text: string): void }) {
    this.#journal = journal;
    this.#clock = clock;
    this.#user = user;
  }

  /** Whether nobody else has changed it, as far as was seen. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** Appends events. */
  append(events: readonly Event[]): Promise<void> | void {
    const told = this.#journal.append(events);
    const nowMs = this.#clock.nowMs();
    if (nowMs < this.#dueMs) return told;
    this.#dueMs = nowMs + lookMs;
    this.#look();
    return told;
  }

  /** Looks for the last time, and closes the journal. */
  close(): Promise<void> {
    this.#look();
    return this.#journal.close();
  }

  #look(): void {
    if (!this.#isWhole) return;
    const change = this.#journal.findChange?.();
    if (change === undefined) return;
    this.#isWhole = false;
    this.#user.warn(`${change}; the jobs go on`);
  }
}
