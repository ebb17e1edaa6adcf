/**
 * What a run says of itself at the beginning of its journal: which one it is, who runs it and where. Whoever looks at
 * the run, or would go on with it, knows by that whether it may still live.
 *
 * @module
 */

import { defined } from "../base/defined.ts";
import { JournalError } from "../errors.ts";
import { basename } from "@std/path";
import type { JsonObject } from "../job/json.ts";
import type { JournalHeader } from "../journal/codec/header.ts";
import { writeCoreIds } from "../report/dashboard/node_cores.ts";
import { version } from "../version.ts";
import type { HostFacts } from "../service/status.ts";
import type { Pilot } from "./pilot.ts";
import type { Host, RunIdentity } from "./run_ports.ts";

/** What a header tells. */
export interface HeaderFacts {
  /** The id of the run. */
  readonly runId: string;
  /** The run that it is a copy of. */
  readonly copyOf: string | undefined;
  /** Names it for users, and tells when it began. */
  readonly facts: Pick<HostFacts, "instanceId" | "startedAtMs">;
  /** Who runs it, and where. */
  readonly host: Host;
  /** The auxiliary directory. */
  readonly folder: string;
  /** The request file that its jobs come from. */
  readonly file: string | undefined;
  /** Takes the jobs. */
  readonly pilot: Pick<Pilot, "nodes" | "rootWd">;
}

/** Makes the header of a run; `metadata` is told beside what is always told. */
export function describeRun(
  { runId, copyOf, facts, host, folder, pilot, file }: HeaderFacts,
  metadata: JsonObject,
): JournalHeader {
  const { processId: pid, startTicks, bootId, slurmJob } = host;
  const cores = pilot.nodes.reduce((sum, node) => sum + node.coreIds.length, 0);
  const where = {
    instanceId: facts.instanceId,
    host: host.host,
    version,
    pilotBegunMs: facts.startedAtMs,
    wd: pilot.rootWd,
    folder: basename(folder),
    cores,
    coreIds: writeCoreIds(pilot.nodes),
    ...(file === undefined ? {} : { requestFile: file }),
  };
  const known = defined<JsonObject>({ pid, startTicks, bootId, slurmJob });
  return {
    runId,
    startedMs: facts.startedAtMs,
    nodeNames: pilot.nodes.map((node) => node.name),
    metadata: { ...where, ...known, ...metadata },
    ...(copyOf === undefined ? {} : { copyOf }),
  };
}

/** Says that a run that is resumed is a copy, in a sentence without its end. */
export function describeCopy(folder: string, { runId, path }: NonNullable<RunIdentity["copyOf"]>): string {
  return `The records in ${folder} are a copy of those of the run ${runId} in ${path}: they go on as a run of their own, ` +
    "which leaves what may still run of the other one alone";
}

/** The error about a journal without a header: by nothing else are the processes of its run recognised. */
export function lostHeaderError(path: string, running: number): JournalError {
  const message =
    `Cannot resume ${path}: every copy of its header is lost, so the processes of its ${running} running ` +
    "tasks cannot be recognised";
  return new JournalError(message, { path });
}
