/**
 * What a permission scope holds, for the launcher that has `Deno.Command` only. In a sandbox streams are opened inside.
 * Outside they are opened by real paths where the C library may be called (`-A` on Linux); elsewhere a scope is checked,
 * and its paths are opened a moment later.
 *
 * @module
 */

import type { LaunchPlan } from "../../launch/plan.ts";
import { nodeFs } from "../host/node_modules.ts";
import { mayUse } from "../host/permissions.ts";
import type { LaunchFault } from "./launch_failure.ts";
import { faultOf } from "./launch_prepare.ts";
import { lateShell, type LateStart, type LateStreams, openedLate } from "./late_streams.ts";
import { type OutputName, type PreparedPaths, streamNames, unheldPaths } from "./held_stream.ts";
import { openedInside } from "./inside_streams.ts";
import { closeHeld, type HeldLaunch, openHeld } from "./native/held_launch.ts";
import type { RealPaths } from "./native/real_paths.ts";

/** A launch that is ready to be started. */
export interface ReadyLaunch {
  /** The plan that is left. */
  readonly plan: LaunchPlan;
  /** The working directory, as a path that leads nowhere else. */
  readonly cwd: string;
  /** What is open: descriptors of the runtime's own. */
  readonly streams: { readonly [name in OutputName]?: number };
  /** Named pipes that the task's process opens itself. */
  readonly late?: LateStreams;
  /** Whether a sandbox opens its streams, and says so if it cannot. */
  readonly isInside: boolean;
  /** Closes what only the start needs. */
  started(): void;
  /** Closes the rest. */
  ended(): void;
}

const nothing = () => {};

/** What of a plan is prepared by its paths: all of it where nothing that a scope holds is opened by real paths. */
export function pathsToPrepare(plan: LaunchPlan, paths: RealPaths | undefined): PreparedPaths {
  return paths !== undefined || plan.held?.programAt !== undefined ? unheldPaths(plan) : plan;
}

/**
 * Makes a launch ready.
 *
 * @param paths What opens real paths, where that can be done.
 * @param hasErrors Whether something is open for the standard error.
 */
export function readyHeld(
  plan: LaunchPlan,
  paths: RealPaths | undefined,
  hasErrors: boolean,
): ReadyLaunch | LaunchFault {
  const isInside = plan.held?.programAt !== undefined;
  if (!isInside && paths === undefined) {
    return { plan, cwd: plan.cwd, streams: {}, isInside, started: nothing, ended: nothing };
  }
  const held = paths === undefined
    ? { plan, streams: {}, shared: [] } satisfies HeldLaunch
    : openHeld(plan, paths, !isInside);
  if ("code" in held) return held;
  const close = () => paths && closeHeld(held, paths);
  if (isInside) {
    for (const descriptor of held.shared) paths!.share(descriptor);
    const cwd = plan.held?.cwd === undefined ? plan.cwd : "/";
    const inside = openedInside(held.plan, hasErrors || (plan.stderr !== undefined && plan.held?.stderr === undefined));
    return { plan: inside, cwd, streams: {}, isInside, started: close, ended: nothing };
  }
  return reopened(plan, held, close);
}

/** A launch by the shell that does what would hold up the event loop here; `file` is the program's. */
export function lateLaunch(ready: ReadyLaunch, late: LateStart, file: string): ReadyLaunch | LaunchFault {
  const { plan } = ready;
  // A shell runs what it is told to: where only a few programs may be started, both must be allowed.
  if (!mayUse("run", lateShell) || !mayUse("run", plan.program)) {
    const detail = `a named pipe is opened by ${lateShell}; add the flag --allow-run=${lateShell},${plan.program}`;
    return { step: late.streams[0] === "" ? "stdout" : "stdin", code: "", detail };
  }
  const { late: _, ...others } = ready;
  return { ...others, cwd: late.cwd === "" ? ready.cwd : "/", plan: openedLate(plan, late, file) };
}

/** Streams that are open by descriptors of the system, as such of the runtime. */
function reopened(given: LaunchPlan, held: HeldLaunch, close: () => void): ReadyLaunch | LaunchFault {
  const { O_RDONLY, O_WRONLY, O_APPEND } = nodeFs().constants;
  const streams: { [name in OutputName]?: number } = {};
  try {
    streamNames.forEach((name, index) => {
      const descriptor = held.streams[name];
      if (descriptor === undefined || (held.late?.[index] ?? "") !== "") return;
      if (name === "stderr" && given.stderr === given.stdout) streams.stderr = streams.stdout!;
      else {
        const isAdded = name !== "stdin" && given.append?.includes(name);
        const flags = name === "stdin" ? O_RDONLY : O_WRONLY | (isAdded ? O_APPEND : 0);
        streams[name] = nodeFs().openSync(`/proc/self/fd/${descriptor}`, flags);
      }
    });
  } catch (error) {
    for (const descriptor of new Set(Object.values(streams))) nodeFs().closeSync(descriptor);
    close();
    return faultOf("stdout", error);
  }
  // A pipe is opened by the task's process when it likes, and must be there until then.
  const pathOf = (name: OutputName) => `/proc/${Deno.pid}/fd/${held.streams[name]}`;
  const late = held.late?.map((path, index) => path === "" ? "" : pathOf(streamNames[index]!));
  return {
    plan: held.plan,
    cwd: held.folder === undefined ? given.cwd : `/proc/self/fd/${held.folder}`,
    streams,
    ...(late === undefined ? {} : { late: late as unknown as LateStreams }),
    isInside: false,
    started: late === undefined ? close : nothing,
    ended: late === undefined ? nothing : close,
  };
}
