/**
 * The command line as one file, as `deno task install` makes it: it starts in half the time that its sources take, and
 * tests start it more than a thousand times.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { pathsUnder, project } from "./project_files.ts";

/** How the file is made; the same words as in the task `install`. */
const bundleArgs: readonly string[] = ["bundle", "-q", "--platform", "deno", "-o"];

/** What is bundled. */
const main = "src/cli/main.ts";

/** What the file is made of, and by which Deno. */
function digestOfSources(): string {
  const hash = createHash("sha256").update(JSON.stringify(Deno.version));
  for (const path of ["deno.json", ...pathsUnder("src"), ...pathsUnder("tests/stand_ins")]) {
    hash.update(`\n${path}\n`).update(Deno.readFileSync(`${project}/${path}`));
  }
  return hash.digest("hex").slice(0, 16);
}

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/**
 * Returns the path of the command line of these sources as one file, in the folder `dist` of the project. Where it is
 * there already it is made no second time, also not by tests that run beside each other.
 *
 * @throws {Error} If Deno cannot make it; the message holds what it says.
 */
export function commandBundle(): string {
  const folder = `${project}/dist/tests`;
  const path = `${folder}/qcgpj-${digestOfSources()}.js`;
  if (isThere(path)) return path;
  Deno.mkdirSync(folder, { recursive: true });
  removeOldOnes(folder);
  const begun = `${path}.${Deno.pid}`;
  const { success, stderr } = new Deno.Command(Deno.execPath(), {
    args: [...bundleArgs, begun, main],
    cwd: project,
    stdout: "null",
  }).outputSync();
  if (!success) throw new Error(`Cannot bundle ${main}: ${new TextDecoder().decode(stderr)}`);
  Deno.renameSync(begun, path);
  return path;
}

/** Removes what was made of other sources; not what a test may still run that began an hour ago. */
function removeOldOnes(folder: string): void {
  const oldestMs = Date.now() - 3_600_000;
  for (const { name } of Deno.readDirSync(folder)) {
    try {
      const { mtime } = Deno.statSync(`${folder}/${name}`);
      if (mtime !== null && mtime.getTime() < oldestMs) Deno.removeSync(`${folder}/${name}`);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error; // Another that runs beside this one was quicker.
    }
  }
}
