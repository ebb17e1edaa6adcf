/**
 * A run whose tasks are kept to a permission scope, and the one way into it: what the executor and the commands of the
 * command line are made of.
 *
 * @module
 */

import { requirePermissions } from "../deno/host/permissions.ts";
import { systemPorts } from "../deno/run_ports.ts";
import type { JobDescription } from "../job/description.ts";
import type { ScopeGuard } from "../launch/scope_guard.ts";
import { Admission } from "../runtime/admission.ts";
import { Halting } from "../runtime/halt.ts";
import { Placing } from "../runtime/placing.ts";
import { Run } from "../runtime/run.ts";
import { RunOutputs } from "../runtime/run_outputs.ts";
import type { RunSettings } from "../runtime/run_settings.ts";

/** A run, its guard, and the way in. */
export interface GuardedRun {
  /** The pilot with its records. */
  readonly run: Run;
  /** Keeps its tasks to their scope. */
  readonly guard: ScopeGuard;
  /** Lets jobs in. */
  readonly admission: Admission;
  /** What was told of tasks that write over the outputs of one another, in sentences without their ends. */
  readonly collisions: readonly string[];
}

/** How a run is set up. */
export interface GuardedRunOptions {
  /**
   * Tells the user something.
   *
   * @default {writes to the standard error}
   */
  readonly warn?: (text: string) => void;
  /**
   * Asks Deno for what the first job needs only, where all jobs need the same: asking for each would cost more than it tells.
   *
   * @default {false}
   */
  readonly asksOnce?: boolean;
  /**
   * Looks whether tasks write over the outputs of one another.
   *
   * @default {true}
   */
  readonly checksOutputs?: boolean;
}

/**
 * Sets up a run under a guard. Nothing is started or written until the first job, unless it goes on with an earlier run.
 *
 * @param settings What the run is set up with.
 * @param guard What its tasks are allowed.
 * @param options How it is set up.
 * @throws {JournalError} If there is no run to go on with, or another pilot still has it.
 */
export function openGuardedRun(settings: RunSettings, guard: ScopeGuard, options: GuardedRunOptions = {}): GuardedRun {
  const confine = guard.confine.bind(guard);
  const ports = systemPorts();
  const { warn = ports.warn, asksOnce = false, checksOutputs = true } = options;
  const run = new Run({ ...settings, pilot: { ...settings.pilot, confine } }, { ...ports, warn });
  const { haltOn } = settings;
  if (haltOn !== undefined) {
    const { total } = run.statistics.everything;
    run.hub.add("halt", new Halting(haltOn, run.pilot, (text) => run.warn(text), total));
  }
  const outputs = checksOutputs
    ? new RunOutputs(run.pilot.rootWd, run.pilot.intake, (text) => run.warn(text))
    : undefined;
  const placing = new Placing({
    pilot: run.pilot,
    ...(settings.durability === "memory" ? {} : { folder: run.folderPath }),
    isSpread: settings.cluster !== undefined,
    files: ports.taskFiles,
  });
  let isAsked = false;
  const admission = new Admission({
    guard,
    pilot: run.pilot,
    submitVariables: (submitNumber) => run.submitVariables(submitNumber),
    requireGrants: (job: JobDescription) => {
      if (isAsked && asksOnce) return;
      requirePermissions(job.name, guard.needs(job));
      isAsked = true;
    },
    placeFiles: (jobs) => placing.place(jobs),
    openRecords: () => run.open(),
    ...(outputs === undefined ? {} : { outputs }),
  });
  return { run, guard, admission, collisions: outputs?.told ?? [] };
}
