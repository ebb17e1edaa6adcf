/**
 * Times as texts, in QCG-PilotJob's form: no zone is written. The zone is an argument: the offset of local time
 * that the pilot had when it began. It stays the same for the whole run, so that differences of two written times are
 * right even if the clocks are put back in between.
 *
 * @module
 */

/** Minutes by which written times are ahead of UTC: 60 in Central Europe in winter, 0 for UTC itself. */
export type ZoneMinutes = number;

/** Writes a time as QCG-PilotJob does, `2026-01-31 12:00:00.123000`; in UTC unless another zone is given. */
export function formatTime(atMs: number, zone: ZoneMinutes = 0): string {
  // A fraction of milliseconds is seldom exact: the nearest microsecond is the one that was meant.
  const micros = Math.round(atMs * 1000);
  const { date, clock } = split(Math.floor(micros / 1000), zone);
  return `${date} ${clock}.${String(micros % 1_000_000).padStart(6, "0")}`;
}

/**
 * Writes a time in the ISO form, `2026-01-31T12:00:00.123000`. All six digits are always there: Python leaves them out
 * when they are zero, and readers that expect them fail.
 */
export function formatIsoTime(atMs: number, zone: ZoneMinutes = 0): string {
  return formatTime(atMs, zone).replace(" ", "T");
}

/** Writes a time as Python's logging does, `2026-01-31 12:00:00,123`. */
export function formatLogTime(atMs: number, zone: ZoneMinutes = 0): string {
  const { date, clock } = split(atMs, zone);
  return `${date} ${clock},${String(Math.floor(atMs % 1000)).padStart(3, "0")}`;
}

/** Writes a zone as it stands behind a time: `+01:00`. */
export function formatZone(zone: ZoneMinutes): string {
  const two = (n: number) => String(n).padStart(2, "0");
  const minutes = Math.abs(zone);
  return `${zone < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

function split(atMs: number, zone: ZoneMinutes): { readonly date: string; readonly clock: string } {
  const [date, time] = new Date(Math.floor(atMs) + zone * 60_000).toISOString().split("T") as [string, string];
  return { date, clock: time.slice(0, 8) };
}
