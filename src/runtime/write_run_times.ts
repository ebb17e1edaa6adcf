/**
 * Writes the file of run times, in the working directory of a run.
 *
 * @module
 */

import { join } from "@std/path";
import { errorText } from "../base/error_text.ts";
import { runTimesName } from "../report/run_files.ts";
import type { RunTimes } from "../report/run_times.ts";
import { formatTime, type ZoneMinutes } from "../report/times.ts";
import type { HostFacts } from "../service/status.ts";
import type { Pilot } from "./pilot.ts";
import type { RunPorts } from "./run_ports.ts";

/** The run whose times are written. */
export interface RunOfTimes {
  /** Who runs it, and where. */
  readonly facts: HostFacts;
  /** The zone of written times. */
  readonly zone: ZoneMinutes;
  /** Knows the working directory. */
  readonly pilot: Pick<Pilot, "rootWd">;
  /** Tells the user something. */
  warn(text: string): void;
}

/** Writes the run times, if there are any; what goes wrong is told the user. */
export function writeRunTimes(
  times: RunTimes | undefined,
  run: RunOfTimes,
  ports: Pick<RunPorts, "host" | "records">,
): void {
  if (times === undefined || times.isEmpty) return;
  const { facts: { host, startedAtMs }, zone, pilot: { rootWd } } = run;
  const path = join(rootWd, runTimesName(host, formatTime(startedAtMs, zone), ports.host.processId));
  try {
    ports.records.writeText(path, "file of run times", times.text(host, zone));
  } catch (error) {
    run.warn(errorText(error));
  }
}
