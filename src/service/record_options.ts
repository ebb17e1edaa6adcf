/**
 * Options that say how the records of a run are written, where none of them is: they are told, not ignored in silence.
 *
 * @module
 */

import type { Durability } from "../journal/durability.ts";
import { spell } from "./arguments.ts";
import { serviceOptionTable } from "./option_table.ts";
import type { GivenOptions } from "./options.ts";

/** What is written into the folder of a run that keeps records. */
const recordOptions: readonly string[] = ["report-format", "report-file", "log", "tags"];

/** Says of an option that keeping no records takes its effect away. */
export function hasNoRecords(option: string): string {
  return `${option} is accepted, but has no effect: with durability "memory" neither report nor log is written`;
}

/**
 * Finds options that say how a file is written which is not.
 *
 * @param given The options that were given, by name.
 * @param durability What the records survive.
 * @returns A sentence for each.
 */
export function tellUnwritten(given: GivenOptions, durability: Durability): string[] {
  if (durability !== "memory") return [];
  const useless = serviceOptionTable.filter(({ name }) => recordOptions.includes(name) && given.has(name));
  return useless.map((spec) => hasNoRecords(spell(spec)));
}
