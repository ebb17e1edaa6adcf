/**
 * Programs by their names, found as `execvp` finds them, but never in the current folder.
 *
 * @module
 */

/** Where programs are looked for when there is no PATH. */
export const defaultPath: string = "/usr/local/bin:/usr/bin:/bin";

/** A file that has the name of a program. */
export interface FoundProgram {
  /** Its absolute path. */
  readonly file: string;
  /** Whether it may be executed. */
  readonly isExecutable: boolean;
}

/**
 * Finds the file of a program.
 *
 * @param program A name, without a slash.
 * @param path The PATH. An empty or relative entry means the current folder, where users do not expect the programs of a
 * task to come from; it is passed over.
 * @param modeOf Tells the mode of a regular file, `undefined` when there is none or it cannot be looked at.
 * @returns The first file that may be executed, else the first of that name; `undefined` when there is none.
 */
export function findOnPath(
  program: string,
  path: string,
  modeOf: (file: string) => number | undefined,
): FoundProgram | undefined {
  let notExecutable: FoundProgram | undefined;
  for (const folder of path.split(":")) {
    if (!folder.startsWith("/")) continue;
    const file = folder === "/" ? `/${program}` : `${folder.replace(/\/+$/, "")}/${program}`;
    const mode = modeOf(file);
    if (mode === undefined) continue;
    if (mayExecute(mode)) return { file, isExecutable: true };
    notExecutable ??= { file, isExecutable: false };
  }
  return notExecutable;
}

/** Whether a file of this mode may be executed at all. */
export function mayExecute(mode: number): boolean {
  return (mode & 0o111) !== 0;
}
