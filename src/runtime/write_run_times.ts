/**
 * Writes the file of run times, in the working directory of a run.
 *
 * @module
 */

import { join } from "@std/path";
import { errorText } from "../base/error_text.ts";
import { runTimesName } from "../report/run_files.ts";
import type { RunTimes } from "../report/run_times.ts";
import { formatTime } from "../report/times.ts";
import type { Run } from "./run.ts";
import type { RunPorts } from "./run_ports.ts";

/** Writes the run times, if there are any; what goes wrong is told the user. */
export function writeRunTimes(
  times: RunTimes | undefined,
  run: Pick<Run, "facts" | "zone" | "pilot" | "warn">,
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
