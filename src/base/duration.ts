/**
 * Lengths of time as text: QCG-PilotJob's wall time (`1h2m3s`) and its elapsed time (`0:00:02.003583`), and what the
 * command line takes for a time (`90`, `1.5m`).
 *
 * @module
 */

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayUs = 24 * hourMs * 1000;

/** The longest wall time that is read, in milliseconds: a thousand years, far inside what a number counts exactly. */
export const wallTimeMsMax: number = 1000 * 365 * 24 * hourMs;

/** How a wall time is written, for error messages. */
export const wallTimeForm: string =
  'hours, minutes and seconds in this order, each optional, such as "1h30m", "10m" or "45s"';

/**
 * Reads a wall time: an optional `<int>h`, then an optional `<int>m`, then an optional `<int>s`, and nothing else.
 *
 * QCG-PilotJob reads as far as it understands and ignores the rest, so that `3s2m` means three seconds there. Here
 * the whole text must fit the form.
 *
 * @param text The text to read.
 * @returns Milliseconds, at least 1000; `undefined` if the text has another form (see {@linkcode wallTimeForm}), is
 * zero, or is longer than {@linkcode wallTimeMsMax}.
 *
 * @example A wall time
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseWallTime("1h2m3s"), 3_723_000);
 * assertEquals(parseWallTime("10:00"), undefined);
 * ```
 */
export function parseWallTime(text: string): number | undefined {
  const match = /^(?:([0-9]+)h)?(?:([0-9]+)m)?(?:([0-9]+)s)?$/.exec(text);
  if (match === null) return undefined;
  const [hours, minutes, seconds] = [match[1], match[2], match[3]].map((digits) => Number(digits ?? "0"));
  const ms = hours! * hourMs + minutes! * minuteMs + seconds! * secondMs;
  return ms > 0 && ms <= wallTimeMsMax ? ms : undefined;
}

/** How a time is written on the command line, for error messages. */
export const timeForm: string = 'seconds, or a time such as "1m30s", "2h" or "7d"';

const timeUnitsMs = [dayUs / 1000, hourMs, minuteMs, secondMs];

/**
 * Reads a time of the command line: seconds, or days, hours, minutes and seconds in this order, each optional; all of
 * them may have fractions.
 *
 * @param text The text to read.
 * @returns Milliseconds, 0 or more, rounded; `undefined` if the text has another form (see {@linkcode timeForm}) or is
 * longer than a thousandth of what a number counts exactly.
 *
 * @example Three times
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(["1.5", "1m30s", "7d"].map(parseTime), [1500, 90_000, 604_800_000]);
 * ```
 */
export function parseTime(text: string): number | undefined {
  const amount = "([0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)";
  const match = new RegExp(`^(?:${amount}d)?(?:${amount}h)?(?:${amount}m)?(?:${amount}s?)?$`).exec(text);
  if (match === null || text === "") return undefined;
  const ms = match.slice(1).reduce((sum, part, i) => sum + Number(part ?? 0) * timeUnitsMs[i]!, 0);
  return ms <= Number.MAX_SAFE_INTEGER / 1000 ? Math.round(ms) : undefined;
}

/**
 * Writes a wall time in the form that {@linkcode parseWallTime} reads.
 *
 * @param ms Milliseconds, more than 0; a started second counts as whole, so that a limit never gets shorter.
 * @returns For example `1h2m3s`.
 */
export function formatWallTime(ms: number): string {
  const seconds = Math.ceil(ms / secondMs);
  const parts = [[Math.floor(seconds / 3600), "h"], [Math.floor(seconds / 60) % 60, "m"], [seconds % 60, "s"]] as const;
  return parts.filter(([count]) => count > 0).map(([count, unit]) => `${count}${unit}`).join("");
}

/**
 * Writes an elapsed time as Python writes a `timedelta`, which is what readers of QCG-PilotJob's reports expect:
 * `0:00:02.003583`, no fraction when it is whole, `1 day, 2:03:04.500000`.
 *
 * @param ms Milliseconds, possibly with a fraction; microseconds are kept.
 * @returns The text. A negative time is a negative number of days and a positive rest, as in Python.
 */
export function formatElapsed(ms: number): string {
  const us = Math.round(ms * 1000);
  const days = Math.floor(us / dayUs);
  const rest = us - days * dayUs;
  const fraction = rest % 1_000_000;
  const seconds = (rest - fraction) / 1_000_000;
  const two = (n: number) => String(n).padStart(2, "0");
  const clock = `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  const tail = fraction === 0 ? "" : `.${String(fraction).padStart(6, "0")}`;
  const head = days === 0 ? "" : `${days} day${Math.abs(days) === 1 ? "" : "s"}, `;
  return `${head}${clock}${tail}`;
}

/** Reads what {@linkcode formatElapsed} has written: milliseconds; `NaN` for any other text. */
export function parseElapsed(text: string): number {
  const parts = /^(?:(-?\d+) days?, )?(\d+):(\d\d):(\d\d(?:\.\d+)?)$/.exec(text)?.slice(1);
  if (parts === undefined) return NaN;
  const [days, hours, minutes, seconds] = parts.map((part) => Number(part ?? 0)) as [number, number, number, number];
  return Math.round((((days * 24 + hours) * 60 + minutes) * 60 + seconds) * secondMs * 1000) / 1000;
}

/**
 * Writes a length of time for people, in three or four characters where that goes: `0ms`, `350ms`, `4.2s`, `1m05s`,
 * `2h03m`, `3d04h`.
 *
 * @param ms Milliseconds; a negative length counts as none.
 */
export function formatSpan(ms: number): string {
  if (ms < 999.5) return `${Math.round(Math.max(0, ms))}ms`;
  const tenths = Math.round(ms / 100);
  if (tenths < 600) return `${Math.floor(tenths / 10)}.${tenths % 10}s`;
  const seconds = Math.round(ms / secondMs);
  const two = (n: number) => String(n).padStart(2, "0");
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m${two(seconds % 60)}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)}h${two(minutes % 60)}m`;
  const hours = Math.floor(minutes / 60);
  return `${Math.floor(hours / 24)}d${two(hours % 24)}h`;
}
