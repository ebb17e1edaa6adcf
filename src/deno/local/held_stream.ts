/**
 * Which streams of a plan a permission scope holds.
 *
 * @module
 */

import type { LaunchPlan } from "../../launch/plan.ts";
import { ownDescriptor } from "./own_descriptor.ts";

/** The three streams, in the order of their descriptors. */
export const streamNames = ["stdin", "stdout", "stderr"] as const;

/** One of the three streams. */
export type OutputName = typeof streamNames[number];

/** The folder and the outputs of a plan, or some of them. */
export type PreparedPaths = Pick<LaunchPlan, "stdout" | "stderr" | "keep"> & { readonly cwd?: string };

/** What of a plan is prepared by its paths. What a permission scope holds is not: it is prepared as it is opened. */
export function unheldPaths(plan: LaunchPlan): PreparedPaths {
  if (plan.held === undefined) return plan;
  const outputs = (["stdout", "stderr"] as const).filter((name) =>
    plan[name] !== undefined && heldStream(plan, name) === undefined
  );
  const paths = outputs.map((name) => plan[name]);
  return {
    ...(plan.held.cwd === undefined ? { cwd: plan.cwd } : {}),
    ...Object.fromEntries(outputs.map((name) => [name, plan[name]])),
    keep: (plan.keep ?? []).filter(({ from }) => paths.includes(from)),
  };
}

/** Where a stream of a plan is opened by its real path; `undefined` where it is opened as it is given. */
export function heldStream(plan: LaunchPlan, name: OutputName): string | undefined {
  const path = plan[name];
  // What is open already is no path that could lead elsewhere.
  return path === undefined || ownDescriptor(path) !== undefined ? undefined : plan.held?.[name];
}
