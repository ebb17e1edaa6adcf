/**
 * Where a run was broken off and later gone on with: a line with how long it stood still. The time itself has no room in a
 * picture, as a night between two pilots would leave none for what they did.
 *
 * @module
 */

import { stroke } from "./colours.ts";
import { coordinate, element } from "./markup.ts";
import { type Area, label } from "./picture.ts";
import { lengthText, type PicturedRun } from "./pictured_run.ts";
import type { Scale } from "./scale.ts";

/** How much room a mark with its words needs, in pixels. */
const roomForWords = 120;

/** What the time axis of a run is. */
export function runTimeName({ breaks }: PicturedRun): string {
  return breaks.length === 0 ? "time since the start" : "time since the start, without breaks";
}

/** A dashed line for each break, with its length above where there is room. */
export function breakMarks({ breaks }: PicturedRun, x: Scale, { top, bottom, right }: Area): string {
  let lastAt = -Infinity;
  return breaks.map(({ at, lengthMs }) => {
    const place = x.at(at);
    const d = `M${coordinate(place)},${coordinate(top - 4)}V${coordinate(bottom)}`;
    const line = element("path", { d, "stroke-width": 1.5, "stroke-dasharray": "2 3", ...stroke("text") });
    if (place - lastAt < roomForWords) return line;
    lastAt = place;
    const isLate = place > right - roomForWords;
    const words = `stopped for ${lengthText(lengthMs)}`;
    return line + label(place + (isLate ? -4 : 4), top - 6, words, isLate ? { anchor: "end" } : {});
  }).join("");
}
