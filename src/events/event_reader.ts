/**
 * The one shape of all that hear what happens in a run: statistics, log, job report, progress, streams.
 *
 * @module
 */

import type { Event } from "../core/types.ts";
import type { Ledger } from "../report/ledger.ts";

/**
 * Is told every event, one by one, in the order of the journal and after it is durable. What it throws harms no
 * other: it is told once, and the reader is left out from then on (see {@linkcode EventHub}).
 */
export interface EventReader {
  /**
   * Takes in one event.
   *
   * @param event What is now true. All readers get the same object: it must not be changed.
   * @param ledger Knows this event and all before it, and none that comes after it.
   */
  apply(event: Event, ledger: Ledger): void;
  /** Writes what has gathered; called after the last event of each turn. */
  flush?(): void;
  /** The reader failed and is told nothing any more. */
  dropped?(error: unknown): void;
}
