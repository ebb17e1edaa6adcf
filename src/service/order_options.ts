/**
 * The options that say in which order tasks start, and how many of a group at once.
 *
 * @module
 */

import { type Counts, parseCounts } from "../resources/counted.ts";
import type { OptionSpec, OptionValue } from "./arguments.ts";
import { UsageError } from "./usage.ts";

/** What decides among tasks of equal priority. */
export type TaskOrder = "rank" | "age";

/** What was said of the order of tasks; what was not is absent. */
export interface OrderOptions {
  /** What decides among tasks of equal priority. */
  readonly order?: TaskOrder;
  /** How long the oldest ready task may be passed over, in milliseconds. */
  readonly holdBackAfterMs?: number;
  /** How many tasks of each group may run at once. */
  readonly groups?: Counts;
}

/** The options, in the order of help. */
export const orderOptionTable: readonly OptionSpec[] = [
  {
    name: "groups",
    value: { kind: "list" },
    placeholder: "LIST",
    default: "none",
    help: 'how many tasks of each group of jobs run at once, for example io=4; a job names its group by "group"',
  },
  {
    name: "order",
    value: { kind: "choice", choices: ["rank", "age"] },
    placeholder: "HOW",
    default: "rank",
    help: "which of the tasks of equal priority starts first: rank (the longest chain that waits for it) or age",
  },
  {
    name: "hold-back-after",
    value: { kind: "time", takesNever: true },
    placeholder: "TIME",
    default: "fifty mean task times, at least 1m",
    help: "how long the oldest task may be passed over until its resources are held back for it; or never",
  },
];

/**
 * Reads the options.
 *
 * @throws {UsageError} If one of them is wrong.
 */
export function readOrderOptions(given: ReadonlyMap<string, OptionValue>): OrderOptions {
  const order = given.get("order") as TaskOrder | undefined;
  const patience = given.get("hold-back-after") as number | undefined;
  return {
    ...(order === undefined ? {} : { order }),
    ...(patience === undefined ? {} : { holdBackAfterMs: patience }),
    ...readGroups(given.get("groups") as readonly string[] | undefined),
  };
}

/**
 * Reads the caps of groups.
 *
 * @param items What was given, one text for each group.
 * @throws {UsageError} If one of them is wrong.
 */
export function readGroups(items: readonly string[] | undefined): { readonly groups?: Counts } {
  if (items === undefined) return {};
  const groups = parseCounts(items);
  if (typeof groups === "string") {
    throw new UsageError(`Option --groups ${groups.replaceAll("licences=3", "io=4")}`, { option: "--groups" });
  }
  const closed = Object.entries(groups).find(([, count]) => count === 0)?.[0];
  if (closed === undefined) return { groups };
  throw new UsageError(`Option --groups must be at least 1 of each, as nothing of "${closed}" could run`, {
    option: "--groups",
  });
}
