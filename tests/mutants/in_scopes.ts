/**
 * Mistakes in what holds a task to its permission scope.
 *
 * @module
 */

import { type Mutant, plant } from "./mutant.ts";

/** The mutants. */
export const inScopes: readonly Mutant[] = [
  plant(
    "launch/check_scope.ts",
    "if (may && !isOwn) return real;",
    "if (may) return real;",
    "a task may write into the records of the pilot",
    "unit/launch/scope_test.ts",
  ),
  plant(
    "launch/code_variables.ts",
    '"LD_", "DYLD_"',
    '"DYLD_"',
    "a job may have libraries loaded into its programs",
    "unit/launch/scope_test.ts",
  ),
  plant(
    "launch/check_scope.ts",
    "!env.includes(name) && !(mayBeOpen && isOpenPath(name))",
    "loadsCode(name) && !env.includes(name)",
    "a job sets a variable that nobody named",
    "unit/launch/scope_test.ts",
  ),
  plant(
    "launch/check_scope.ts",
    'path.includes("\\0") ? path : host.realPath(path)',
    "path",
    "a link leads out of the folders that a task may write to",
    "unit/launch/scope_test.ts",
  ),
];
