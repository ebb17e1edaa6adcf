/**
 * Opens what a permission scope holds a launch to: its folder, its streams, and what its sandbox shows. All of it by
 * real paths that are followed through no link, see `real_paths.ts`, so that what was checked is what is opened.
 *
 * @module
 */

import type { HeldPaths, LaunchPlan } from "../../../launch/plan.ts";
import { nameError } from "../error_names.ts";
import type { LaunchFault, LaunchStep } from "../launch_failure.ts";
import type { LateStreams } from "../late_streams.ts";
import { heldStream, type OutputName, streamNames } from "../held_stream.ts";
import { openStream, type RealPaths } from "./real_paths.ts";

/** What was opened for a launch. */
export interface HeldLaunch {
  /** The plan with what is left to do: without the streams that are open, with all arguments in place. */
  readonly plan: LaunchPlan;
  /** A descriptor of the working directory; absent where any folder may be worked in. */
  readonly folder?: number;
  /** Descriptors of the streams; absent ones are those of `plan`. A named pipe stands for itself, and is not open. */
  readonly streams: { readonly [name in OutputName]?: number };
  /** The named pipes among them, by the names that the task's own process has for them. */
  readonly late?: LateStreams;
  /** Descriptors that the process inherits, under their numbers. */
  readonly shared: readonly number[];
}

/**
 * What earlier attempts wrote that was renamed, by the list in the plan. A start that is tried again may have made new
 * ones, which are not to take their place.
 */
const kept = new WeakSet<object>();

/**
 * Opens what a plan's scope holds it to.
 *
 * @param opensStreams Whether its streams and its folder are opened, or only what its sandbox shows.
 * @returns What is open, to be closed by {@linkcode closeHeld} once the process runs; or the first fault.
 */
export function openHeld(plan: LaunchPlan, paths: RealPaths, opensStreams = true): HeldLaunch | LaunchFault {
  const held = plan.held ?? {};
  const opened: number[] = [];
  const take: Take = (descriptor, step, detail) => {
    if (descriptor < 0) throw new Fault({ step, code: nameError(-descriptor), ...(detail && { detail }) });
    opened.push(descriptor);
    return descriptor;
  };
  try {
    const folder = opensStreams && held.cwd !== undefined
      ? take(paths.folder(held.cwd, true), "working-directory")
      : undefined;
    if (opensStreams) keepEarlier(plan, held, paths);
    const { streams, late } = opensStreams ? openStreams(plan, paths, take) : { streams: {} };
    const { plan: filled, shared } = showPlaces(plan, paths, take);
    return {
      plan: opensStreams ? withoutStreams(filled) : filled,
      ...(folder === undefined ? {} : { folder }),
      streams,
      ...(late === undefined ? {} : { late }),
      shared,
    };
  } catch (error) {
    for (const descriptor of opened) paths.close(descriptor);
    if (error instanceof Fault) return error.fault;
    throw error;
  } finally {
    paths.forget();
  }
}

/** Closes what is open of a launch. */
export function closeHeld({ folder, streams, shared }: HeldLaunch, paths: RealPaths): void {
  for (const descriptor of new Set([folder, ...Object.values(streams), ...shared])) {
    if (descriptor !== undefined) paths.close(descriptor);
  }
}

/** Leaves the function that opens. */
class Fault extends Error {
  readonly fault: LaunchFault;

  constructor(fault: LaunchFault) {
    super(fault.code);
    this.fault = fault;
  }
}

/** Keeps a descriptor to be closed, or leaves if it is the number of an error. */
type Take = (descriptor: number, step: LaunchStep, detail?: string) => number;

function keepEarlier(plan: LaunchPlan, held: HeldPaths, paths: RealPaths): void {
  if (plan.keep === undefined || kept.has(plan.keep)) return;
  kept.add(plan.keep);
  for (const { from, to } of plan.keep) {
    const real = from === plan.stdout ? held.stdout : held.stderr;
    if (real === undefined) continue;
    const renamed = paths.rename(real, real + to.slice(from.length));
    if (renamed < 0) throw new Fault({ step: "stdout", code: nameError(-renamed) });
  }
}

function openStreams(
  plan: LaunchPlan,
  paths: RealPaths,
  take: Take,
): Pick<HeldLaunch, "streams" | "late"> {
  const late: [string, string, string] = ["", "", ""];
  const streams: { [name in OutputName]?: number } = {};
  streamNames.forEach((name, index) => {
    const path = heldStream(plan, name);
    if (path === undefined) return;
    if (name === "stderr" && plan.stderr === plan.stdout) {
      streams.stderr = streams.stdout!;
      late[2] = late[1];
      return;
    }
    const isAdded = plan.append?.some((added) => added === name) ?? false;
    const { descriptor, isPipe } = openStream(paths, path, name === "stdin" ? "read" : isAdded ? "append" : "truncate");
    streams[name] = take(descriptor, name);
    if (isPipe) late[index] = `/proc/self/fd/${index}`;
  });
  return late.every((path) => path === "") ? { streams } : { streams, late };
}

/** A plan without the streams that are open. */
function withoutStreams(plan: LaunchPlan): LaunchPlan {
  const { stdin, stdout, stderr, ...others } = plan;
  const left = { stdin, stdout, stderr };
  const kept = streamNames.filter((name) => left[name] !== undefined && heldStream(plan, name) === undefined);
  return { ...others, ...Object.fromEntries(kept.map((name) => [name, left[name]])) };
}

/** Puts in place what the sandbox shows. */
function showPlaces(plan: LaunchPlan, paths: RealPaths, take: Take): Pick<HeldLaunch, "plan" | "shared"> {
  const { held } = plan;
  if (held?.shown === undefined) return { plan, shared: [] };
  const args = [...plan.args];
  const dropped = new Set<number>();
  const shared: number[] = [];
  for (const { path, at, by, without } of held.shown) {
    const place = paths.place(path);
    if (place === missing && without !== undefined) {
      without.forEach((index) => dropped.add(index));
      continue;
    }
    const detail = `its sandbox cannot show ${JSON.stringify(path)}`;
    if (by === "descriptor") {
      shared.push(take(place, "sandbox", detail));
      args[at] = String(place);
      continue;
    }
    if (place < 0) take(place, "sandbox", detail);
    args[at] = paths.identify(place).id;
    paths.close(place);
  }
  const { shown: _, programAt = 0, ...others } = held;
  const before = [...dropped].filter((index) => index < programAt).length;
  const left = { ...others, programAt: programAt - before };
  return { plan: { ...plan, args: args.filter((_, index) => !dropped.has(index)), held: left }, shared };
}

const missing = -2; // ENOENT
