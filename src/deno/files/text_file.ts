/**
 * Whole files of text.
 *
 * @module
 */

/** Reads a file. Throws what the operating system has against it. */
export function readText(path: string): string {
  return Deno.readTextFileSync(path);
}

/** Writes a file. Throws what the operating system has against it. */
export function writeText(path: string, text: string): void {
  Deno.writeTextFileSync(path, text);
}
