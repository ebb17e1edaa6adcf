/**
 * How long an allocation still lasts, as `squeue -o %L` and `scontrol` write it.
 *
 * @module
 */

import { refuse } from "./spec_error.ts";

/** What stands for an allocation without an end that is known. */
const endless: readonly string[] = ["UNLIMITED", "NOT_SET", "INVALID", "N/A", ""];

/**
 * Reads a time: `1-02:03:04`, `02:03:04`, `59:00`.
 *
 * @returns Milliseconds; `undefined` when there is no limit, or none is known.
 * @throws {ResourceSpecError} If the text is no time.
 *
 * @example Days, hours, minutes and seconds
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseTimeLeft("1-02:03:04"), 93_784_000);
 * assertEquals(parseTimeLeft("UNLIMITED"), undefined);
 * ```
 */
export function parseTimeLeft(text: string): number | undefined {
  const trimmed = text.trim();
  if (endless.includes(trimmed)) return undefined;
  const form = /^(?:([0-9]{1,6})-)?(?:([0-9]{1,2}):)?([0-9]{1,2}):([0-9]{2})$/;
  const [, days = "0", hours = "0", minutes, seconds] = form.exec(trimmed) ?? [];
  if (minutes === undefined || seconds === undefined) refuse("Time", text, 0, "is no time such as 1-02:03:04 or 59:00");
  return (((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
}
