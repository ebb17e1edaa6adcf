/**
 * Mistakes in what reads jobs, templates and command lines, for the grammars that write them.
 *
 * @module
 */

import { type Mutant, plant } from "./mutant.ts";

/** The mutants. */
export const inGrammars: readonly Mutant[] = [
  plant(
    "job/parse_iteration.ts",
    "if (first >= end) field.refuse",
    "if (first > end) field.refuse",
    "a job without an index is taken",
    "unit/fuzz/fuzz_test.ts|jobs",
  ),
  plant(
    "job/split_words.ts",
    "'\"\\\\$`'.includes(next) ? next",
    "'\"\\\\`'.includes(next) ? next",
    "a dollar in double quotes keeps its backslash",
    "unit/fuzz/fuzz_test.ts|split",
  ),
  plant(
    "service/arguments.ts",
    "!/^-\\.?[0-9]/.test(text)",
    "true",
    "a negative number is no value",
    "unit/fuzz/fuzz_test.ts|arguments",
  ),
  plant(
    "template/fill.ts",
    'text += typeof part === "string" ? part : reader.quoted(part);',
    'text = typeof part === "string" ? text + part : reader.quoted(part) + text;',
    "parameters come before the text that they stand behind",
    "unit/fuzz/fuzz_test.ts|templates",
  ),
];
