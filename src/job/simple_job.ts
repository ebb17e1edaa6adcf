/**
 * The simple form of a job, QCG-PilotJob's `Jobs().add(...)`: all keys side by side, without `execution` and
 * `resources` around them.
 *
 * @module
 */

import { didYouMean } from "../base/near_miss.ts";
import type { ExecutionInput, ExecutionSettings } from "./execution_input.ts";
import type { DependenciesInput, IterationInput, JobInput } from "./input.ts";
import { type Absent, refuse, type Scalar } from "./json.ts";
import { dependencyKeys } from "./parse_dependencies.ts";
import { executionKeys } from "./parse_execution.ts";
import { limitKeys } from "./parse_limits.ts";
import { orderKeys } from "./parse_order.ts";
import { resourceKeys } from "./parse_resources.ts";
import type { ResourcesInput } from "./resources_input.ts";
import { keysOf } from "./shape.ts";

/**
 * A job in the simple form. What stands in `execution`, `resources` and `dependencies` of the standard form stands in the
 * job itself, by the same names.
 */
export interface SimpleJobInput
  extends
    ExecutionSettings,
    ResourcesInput,
    Omit<DependenciesInput, "after">,
    Omit<JobInput, "name" | "execution" | "resources" | "dependencies" | "iteration"> {
  /**
   * Names the job.
   *
   * @default {a UUID}
   */
  readonly name?: string | Absent;
  /** A program; or give a `script`. */
  readonly exec?: string | Absent;
  /** A script for bash; or give a program, `exec`. */
  readonly script?: string | Absent;
  /** The arguments of the program. */
  readonly args?: readonly Scalar[] | Absent;
  /** How many iterations, the values of each, or both ends of their indexes. */
  readonly iteration?: number | readonly Scalar[] | IterationInput | Absent;
  /** What must succeed before it: one name or several. */
  readonly after?: string | readonly string[] | Absent;
}

/** The keys that stand beside one another in both forms. */
const otherKeys = keysOf<Omit<JobInput, "name" | "execution" | "resources" | "dependencies">>({
  iteration: true,
  permissions: true,
  attributes: true,
  capture: true,
  ...limitKeys,
  ...orderKeys,
});

/** Whether a value is in the simple form: it says itself what it runs, and has no `execution`. */
export function isSimpleJob(value: unknown): value is SimpleJobInput {
  return typeof value === "object" && value !== null && !Object.hasOwn(value, "execution") &&
    ["exec", "script"].some((key) => Object.hasOwn(value, key));
}

/**
 * Turns a job in the simple form into the standard form. Only its keys are checked.
 *
 * @param job The job.
 * @param defaultName The name if it has none.
 * @throws {JobDescriptionError} If a key is unknown; it suggests the near miss.
 */
export function standardJob(job: SimpleJobInput, defaultName: string): JobInput {
  const standard = new Map<string, unknown>([["name", job.name ?? defaultName]]);
  const parts = { execution: executionKeys, resources: resourceKeys, dependencies: dependencyKeys };
  const placed = new Set(["name"]);
  for (const [part, keys] of Object.entries(parts)) {
    const entries = Object.entries(job).filter(([key]) => keys.includes(key));
    for (const [key] of entries) placed.add(key);
    if (entries.length > 0) {
      standard.set(part, Object.fromEntries(entries.map(([key, value]) => [key, spelt(key, value)])));
    }
  }
  for (const [key, value] of Object.entries(job)) {
    if (placed.has(key)) continue;
    if (!otherKeys.includes(key)) refuseKey(key, String(standard.get("name")));
    standard.set(key, spelt(key, value));
  }
  return Object.fromEntries(standard) as unknown as JobInput & { readonly execution: ExecutionInput };
}

function refuseKey(key: string, jobName: string): never {
  const known = ["name", ...executionKeys, ...resourceKeys, ...dependencyKeys, ...otherKeys];
  refuse({ jobName, path: key }, `is unknown${didYouMean(key, known)}; the keys here are ${known.join(", ")}`);
}

function spelt(key: string, value: unknown): unknown {
  if (key === "after" && typeof value === "string") return [value];
  if (key !== "iteration") return value;
  return typeof value === "number" ? { stop: value } : Array.isArray(value) ? { values: value } : value;
}
