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

/** Where a stream of a plan is opened by its real path; `undefined` where it is opened as it is given. */
export function heldStream(plan: LaunchPlan, name: OutputName): string | undefined {
  const path = plan[name];
  // What is open already is no path that could lead elsewhere.
  return path === undefined || ownDescriptor(path) !== undefined ? undefined : plan.held?.[name];
}
