/**
 * Whether a pilot on another host may still write a run. Locks do not reach from host to host on every file system that
 * hosts share, so what else is known counts: the batch job of Slurm that the header names, and when the journal was last
 * written.
 *
 * @module
 */

import { JournalError } from "../../../errors.ts";
import type { JsonObject } from "../../../job/json.ts";
import type { Host } from "../../../runtime/run_ports.ts";
import { mayUse } from "../../host/permissions.ts";
import { askNow } from "../../slurm/ask_slurm.ts";

/** A journal that another host has written so shortly ago may be written by it still, in milliseconds. */
const freshMs = 30_000;
/** States of a batch job in which its pilot may run. */
const living = /^(?:RUNNING|COMPLETING|SUSPENDED|STOPPED|SIGNALING|STAGE_OUT|RESIZING)/m;

/** What is asked. */
export interface FarSight {
  /** The state of a batch job, as Slurm has it: empty when it knows none of that number, `undefined` if it does not answer. */
  stateOf(jobId: string): string | undefined;
  /** How long ago a file was written, in milliseconds; `undefined` where that cannot be seen. */
  ageMs(path: string): number | undefined;
}

/**
 * Refuses to go on with a run that a pilot on another host may still write.
 *
 * @param path The journal.
 * @param metadata What its header says of its writer.
 * @throws {JournalError} If it may; the message says what to do.
 */
export function refuseFarWriter(path: string, metadata: JsonObject, here: Host, sight: FarSight = machineSight): void {
  const { host, slurmJob } = metadata;
  if (typeof host !== "string" || host === "local" || here.host === "local" || host === here.host) return;
  if (typeof slurmJob === "string") {
    if (slurmJob === here.slurmJob) return; // It was requeued, and runs here now.
    const state = sight.stateOf(slurmJob);
    if (state !== undefined) {
      if (!living.test(state)) return;
      throw new JournalError(
        `Cannot resume ${path}: batch job ${slurmJob} on ${host} still runs it; wait until that has ended, or end it ` +
          `(scancel ${slurmJob})`,
        { path },
      );
    }
  }
  const ageMs = sight.ageMs(path);
  if (ageMs === undefined || ageMs >= freshMs) return;
  const seconds = Math.max(0, Math.round(ageMs / 1000));
  throw new JournalError(
    `Cannot resume ${path}: ${host} wrote it ${seconds} s ago, so that its pilot may still run there; stop that, or try ` +
      `again when nothing was written for ${freshMs / 1000} s`,
    { path },
  );
}

const machineSight: FarSight = {
  stateOf: (jobId) => {
    if (["timeout", "squeue", "sinfo"].some((program) => !mayUse("run", program))) return undefined;
    const state = askNow("squeue", ["-h", "-j", jobId, "-o", "%T"]);
    // It fails for a number that it has forgotten, too.
    return state ?? (askNow("sinfo", ["-h", "-o", "%P"]) === undefined ? undefined : "");
  },
  ageMs: (path) => {
    if (!mayUse("read", path)) return undefined;
    try {
      const { mtime } = Deno.statSync(path);
      return mtime === null ? undefined : Date.now() - mtime.getTime();
    } catch {
      return undefined;
    }
  },
};
