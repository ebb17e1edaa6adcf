/**
 * Runs the pure tests, those of `tests/unit` and `tests/sim`, joined into a few files and with no permission at all.
 * Further arguments are passed on to `deno test`, such as `--filter=Pool`; those behind `--` to the tests, such as
 * `--seed=7`.
 *
 * @module
 */

import { joinedTestArgs, joinTests } from "./joined_tests.ts";
import { pathsUnder, project } from "./project_files.ts";

/** More than there are cores, so that none stands idle for long at the end. */
const joinedFiles = 6;

if (import.meta.main) {
  const paths = ["tests/unit", "tests/sim"].flatMap(pathsUnder).filter((path) => path.endsWith("_test.ts"));
  const folder = Deno.makeTempDirSync({ prefix: "pure-" });
  try {
    for (const [part, text] of joinTests(project, paths, joinedFiles).entries()) {
      Deno.writeTextFileSync(`${folder}/part_${part + 1}_test.ts`, text);
    }
    const args = joinedTestArgs(project, folder, Deno.args);
    Deno.exitCode = (await new Deno.Command(Deno.execPath(), { args }).spawn().status).code;
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}
