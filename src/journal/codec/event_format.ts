/**
 * How events are written. The compact forms of the frequent kinds are the table in `event_table.ts`.
 *
 * ```text
 * payload = base event*      base: 2 × time + 1; or 2 × (time since the header's startedMs) when it leans on a header
 * event   = tag time? fields
 * tag       1 byte: the kind in the low four bits, then what is left out (the flags below)
 * ```
 *
 * Times are microseconds: in an event the distance from the event before, at first from the base. The frequent kinds
 * have a compact form; any other kind, and any event that does not fit its compact form exactly (a further field, a
 * number that is not a count), is written as JSON and loses nothing either. So a new kind, or a new optional field of
 * a known kind, needs no change here until it is frequent enough to be worth a compact form.
 *
 * A kind from 8 on has its length before its fields, so that a reader that does not know it can skip it: new kinds
 * are numbered from 10 on.
 *
 * Number 9 is the seal: the last thing in some payloads, which says by four bytes of which run it is. So records of two
 * runs that stand in one file are noticed.
 *
 * @module
 */

import type { Event } from "../../core/types.ts";

/** The kinds of events that this version knows; the compiler says when one is missing. */
export const knownKinds: Readonly<Record<Event["kind"], true>> = {
  jobSubmitted: true,
  taskScheduled: true,
  taskStarted: true,
  taskEnded: true,
  attemptEnded: true,
  stopRequested: true,
  jobCanceled: true,
  tasksDropped: true,
  jobEnded: true,
  tasksReopened: true,
  jobForgotten: true,
  prioritySet: true,
  nodeReady: true,
  nodeLost: true,
  pilotDrained: true,
};

/** The number that stands for an event as JSON. */
export const jsonNumber = 8;

/** The number that stands for the seal. */
export const sealNumber = 9;

/** From here on, a kind has its length before its fields. */
export const kindSkippableMin = 8;
/** The bits of a tag that are the kind. */
export const kindMask = 0x0f;

/** The event is of the same time as the one before. */
export const flagSameTime = 0x80;
/** The event is of the same job as the one before. */
export const flagSameJob = 0x40;
/** It is the first attempt. */
export const flagFirstAttempt = 0x20;
/** The task succeeded. */
export const flagSucceeded = 0x10;
