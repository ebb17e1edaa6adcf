/**
 * Mistakes in what reads a command line.
 *
 * @module
 */

import { type Mutant, plant } from "./mutant.ts";

/** The mutants. */
export const inCommandLine: readonly Mutant[] = [
  plant(
    "service/arguments.ts",
    "return ignoresEmpty ||",
    "return true ||",
    "an option whose value is a variable that is not set counts as not given",
    "unit/service/arguments_test.ts",
  ),
  plant(
    "cli/each/input_sources.ts",
    'if (kind === "values" || items.length === 0)',
    "if (items.length !== 1)",
    "several files behind :::: are one source",
    "unit/cli/each/input_sources_test.ts",
  ),
];
