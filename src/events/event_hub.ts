/**
 * The hub: tells every reader every event, and keeps a reader that fails from harming the others. Only the ledger is
 * the pilot's own; a failure of any other reader is told once, and the run goes on without it.
 *
 * @module
 */

import type { Event } from "../core/types.ts";
import type { Ledger } from "../report/ledger.ts";
import type { EventReader } from "./event_reader.ts";

interface Entry {
  readonly name: string;
  readonly reader: EventReader;
  isOff: boolean;
}

/** Tells events to readers. */
export class EventHub {
  readonly #failed: (name: string, error: unknown) => void;
  /** Never changed, but replaced: a reader may come or go while events are told. */
  #entries: readonly Entry[] = [];
  #isSilent = false;

  /**
   * Creates a hub without readers.
   *
   * @param failed Is told once of each reader that fails, by its name; must not throw.
   */
  constructor(failed: (name: string, error: unknown) => void = () => {}) {
    this.#failed = failed;
  }

  /**
   * Lets a reader hear the events from now on.
   *
   * @param name What the reader is called when it fails, such as `job report`.
   * @param reader The reader.
   * @returns Takes the reader off again.
   */
  add(name: string, reader: EventReader): () => void {
    const entry: Entry = { name, reader, isOff: false };
    this.#entries = [...this.#entries, entry];
    return () => this.#remove(entry);
  }

  /** Tells the readers nothing any more; only the ledger still hears. */
  silence(): void {
    this.#isSilent = true;
  }

  /**
   * Tells the events of a turn, one by one: to the ledger first, which may throw, then to each reader in the order in
   * which they came.
   */
  tell(events: readonly Event[], ledger: Ledger): void {
    const entries = this.#isSilent ? [] : this.#entries;
    for (const event of events) {
      ledger.apply(event);
      for (const entry of entries) {
        if (entry.isOff) continue;
        try {
          entry.reader.apply(event, ledger);
        } catch (error) {
          this.#drop(entry, error);
        }
      }
    }
    for (const entry of entries) {
      if (entry.isOff) continue;
      try {
        entry.reader.flush?.();
      } catch (error) {
        this.#drop(entry, error);
      }
    }
  }

  #remove(entry: Entry): void {
    entry.isOff = true;
    this.#entries = this.#entries.filter((other) => other !== entry);
  }

  #drop(entry: Entry, error: unknown): void {
    this.#remove(entry);
    this.#failed(entry.name, error);
    try {
      entry.reader.dropped?.(error);
    } catch { /* That it failed has been told. */ }
  }
}
