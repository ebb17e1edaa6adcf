/**
 * The checker of what readers of events are told, and of what becomes of one that fails.
 *
 * @module
 */

import type { Event } from "../../src/core/types.ts";
import { type Checker, isBroken } from "./check_tasks.ts";

interface Hearing {
  /** How many of the events on record it has heard. */
  heard: number;
  hasThrown: boolean;
  /** How often the user was told that it failed. */
  told: number;
}

const hearsAll: Checker = {
  promise: "A reader of events hears each event on record once and in order until it fails; that is told once, and " +
    "harms nobody else",
  check: (history) => {
    const durable: Event[] = [];
    const hearings = new Map<string, Hearing>();
    const hearingOf = (reader: string) => {
      if (!hearings.has(reader)) hearings.set(reader, { heard: 0, hasThrown: false, told: 0 });
      return hearings.get(reader)!;
    };
    for (const entry of history.entries) {
      if (entry.kind === "durable") durable.push(...entry.events);
      if (entry.kind === "heard") {
        const hearing = hearingOf(entry.reader);
        if (hearing.hasThrown) return `${entry.reader} is told events after it failed`;
        if (durable[hearing.heard++] !== entry.event) return `${entry.reader} hears ${entry.event.kind} out of turn`;
      }
      if (entry.kind === "threw") hearingOf(entry.reader).hasThrown = true;
      if (entry.kind === "toldOf") hearingOf(entry.reader).told++;
    }
    for (const [reader, { heard, hasThrown, told }] of hearings) {
      if (told !== (hasThrown ? 1 : 0)) return `that ${reader} failed was told ${told} times`;
      // What is on record when the pilot breaks may never be told.
      if (hasThrown || isBroken(history)) continue;
      if (heard !== durable.length) return `${reader} heard ${heard} of ${durable.length} events`;
    }
    return undefined;
  },
};

/** The checker of this file. */
export const readerCheckers: readonly Checker[] = [hearsAll];
