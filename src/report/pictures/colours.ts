/**
 * The colours of pictures. Each state has one, told apart by people with colour blindness and in print; a page that
 * holds a picture sets its own by the names of the classes, from `palette.css`.
 *
 * @module
 */

import type { JobState } from "../states.ts";

/** What is drawn in a colour of its own. */
export type Paint =
  | "succeeded"
  | "running"
  | "waiting"
  | "failed"
  | "canceled"
  | "omitted"
  | "idle"
  | "accent"
  | "text"
  | "quiet"
  | "line";

/** The colours on white ground. */
export const colours: Readonly<Record<Paint, string>> = {
  succeeded: "#0072b2",
  running: "#e69f00",
  waiting: "#8a8f98",
  failed: "#d55e00",
  canceled: "#cc79a7",
  omitted: "#c4c8ce",
  idle: "#e6e9ed",
  accent: "#00629b",
  text: "#1b1f26",
  quiet: "#565d69",
  line: "#dde0e5",
};

/** The colour of each state. */
export const statePaints: Readonly<Record<JobState, Paint>> = {
  QUEUED: "waiting",
  SCHEDULED: "waiting",
  EXECUTING: "running",
  SUCCEED: "succeeded",
  FAILED: "failed",
  CANCELED: "canceled",
  OMITTED: "omitted",
};

/** Attributes of what is filled with a colour. */
export function fill(paint: Paint): { readonly class: string; readonly fill: string } {
  return { class: `fill-${paint}`, fill: colours[paint] };
}

/** Attributes of what is drawn as a line in a colour. */
export function stroke(paint: Paint): { readonly class: string; readonly stroke: string; readonly fill: "none" } {
  return { class: `stroke-${paint}`, stroke: colours[paint], fill: "none" };
}
