/**
 * What a service leaves behind that could not start: an auxiliary directory with a log that says why. A user whose
 * batch job did nothing looks for the reason there.
 *
 * @module
 */

import { join, resolve } from "@std/path";
import { RecordFile } from "../../deno/files/runs/run_folder.ts";
import { currentDirectory, hostName, localZone, randomHex } from "../../deno/host/machine.ts";
import type { PilotJobError } from "../../errors.ts";
import { logLine, startText } from "../../report/log_lines.ts";
import { logName, runFolderPrefix } from "../../report/run_files.ts";
import { parseArguments } from "../../service/arguments.ts";
import { serviceOptionTable } from "../../service/option_table.ts";
import { version } from "../../version.ts";

/** Options whose values QCG-PilotJob looks at only when it starts: a wrong one is a failed start, not wrong usage. */
export const optionsReadAtStart: readonly string[] = ["--nodes", "--envschema", "--report-format"];

/**
 * Writes the log of a start that failed. What cannot be written is left out, as the user is told the reason anyway.
 *
 * @param args The command line; the names of its options are known ones.
 * @param error Why the start failed.
 */
export function logFailedStart(args: readonly string[], error: PilotJobError): void {
  const { wd, id, hasWork } = placeOf(args);
  if (!hasWork) return;
  const nowMs = Date.now();
  const zone = localZone();
  const host = hostName();
  const instanceId = id ?? `${host}.${Number.parseInt(randomHex(8), 16)}`;
  const folder = join(resolve(currentDirectory(), wd), `${runFolderPrefix}${instanceId}`);
  const start = startText({ instanceId, version, startedAtMs: nowMs, host, tags: [instanceId] }, zone);
  try {
    Deno.mkdirSync(folder, { recursive: true });
    const file = new RecordFile(join(folder, logName), "log");
    const lines = [start, `failed to start: ${error.message}`].map((text) => logLine(nowMs, text, zone)).join("");
    file.write(new TextEncoder().encode(lines));
    file.close();
  } catch (unwritable) {
    if (!(unwritable instanceof Error)) throw unwritable;
  }
}

/** Where the service would have worked; it has no work without requests, and what is resumed has its own folder. */
function placeOf(args: readonly string[]): { readonly wd: string; readonly id?: string; readonly hasWork: boolean } {
  const lenient = serviceOptionTable.map((spec) =>
    optionsReadAtStart.includes(`--${spec.name}`) ? { ...spec, value: { kind: "text" } as const } : spec
  );
  const { options } = parseArguments(lenient, args, { ignoresEmpty: true });
  const text = (name: string) => options.get(name) as string | undefined;
  const hasWork = ["file", "file-path", "net"].some((name) => options.has(name)) && !options.has("resume");
  const id = text("id");
  return { wd: text("wd") ?? ".", ...(id === undefined ? {} : { id }), hasWork };
}
