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
  plant(
    "deno/local/native/real_paths.ts",
    "const flags = pathOnly | folderFlag | noFollow;",
    "const flags = pathOnly | folderFlag;",
    "a link that came a moment ago leads a job's streams outside",
    "effects/real_paths_test.ts|follows no link",
  ),
  plant(
    "deno/local/native/real_paths.ts",
    "if (next === -ENOENT && made < 0 && made !== -EEXIST) return made;",
    "if (next === -ENOENT) return made;",
    "a folder that goes as soon as it was made closes the pilot's own standard input",
    "effects/real_paths_test.ts|leaves our own input open",
  ),
  plant(
    "launch/sandbox_words.ts",
    'this.add(`${kind}-fd`, "", path);\n',
    "this.add(kind, path, path);\n",
    "a sandbox shows what a link leads to that came a moment ago",
    "unit/launch/sandbox_shown_test.ts",
  ),
  plant(
    "launch/sandbox_words.ts",
    "if (this.#mayMove(path))",
    "if (!this.#mayMove(path))",
    "nobody looks where a place is shown that another task may move",
    "unit/launch/sandbox_shown_test.ts",
  ),
  plant(
    "deno/local/task_outputs.ts",
    "if (held !== undefined && !isAt(descriptor, held, this.#mayUse)) {",
    "if (held === undefined && !isAt(descriptor, path, this.#mayUse)) {",
    "the end of a file is told that an output has become a link to",
    "effects/held_streams_test.ts|A scope with the keeper tells the end of no file",
  ),
  plant(
    "deno/local/held_stream.ts",
    "keep: (plan.keep ?? []).filter(({ from }) => paths.includes(from)),",
    "keep: [],",
    "under a scope an attempt takes the place of what the one before it wrote for the library",
    "unit/deno/local/held_stream_test.ts",
  ),
  plant(
    "deno/host/spare_folders.ts",
    "Deno.renameSync(spare, path);",
    "return false;",
    "a task sees the records of a pilot that begins while it runs",
    "effects/spare_folders_test.ts|takeSpare",
  ),
  plant(
    "deno/host/spare_folders.ts",
    "found.uid === own.uid && ",
    "",
    "the records of a run belong to another user who has left a folder there",
    "effects/spare_folders_test.ts|of another user",
  ),
  plant(
    "deno/local/native/private_descriptors.ts",
    "if (symbols === undefined || symbols.closeRange",
    "if (symbols !== undefined || symbols.closeRange",
    "tasks inherit what the pilot was started with",
    "effects/inherited_descriptors_test.ts|/nothing else: native$/",
  ),
  plant(
    "launch/check_scope.ts",
    'if (isOpen && path.includes("..")) continue;',
    "",
    "a job is refused although its path may lead to where it may write",
    "unit/launch/scope_test.ts",
  ),
];
