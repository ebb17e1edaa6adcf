/**
 * Names of tasks where there is little room.
 *
 * @module
 */

import { cutToWidth, textWidth } from "../../base/columns.ts";

/** Cuts a name so that it takes so many places at most; the index of an iteration stays, as it tells it from the others. */
export function cutName(name: string, width: number): string {
  if (textWidth(name) <= width) return name;
  const [index = ""] = /:\d+$/.exec(name) ?? [];
  // At least one letter is to be seen before the index.
  if (index.length > width - 2) return cutToWidth(name, width);
  return cutToWidth(name.slice(0, name.length - index.length), width - index.length) + index;
}
