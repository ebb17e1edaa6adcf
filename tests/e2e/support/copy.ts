/**
 * Copying folders.
 *
 * @module
 */

/** Copies a folder with all that is in it, as `cp -r` does: what is copied are other files with the same bytes. */
export function copySync(from: string, to: string): void {
  Deno.mkdirSync(to);
  for (const { name, isDirectory, isFile } of Deno.readDirSync(from)) {
    if (isDirectory) copySync(`${from}/${name}`, `${to}/${name}`);
    else if (isFile) Deno.copyFileSync(`${from}/${name}`, `${to}/${name}`);
  }
}
