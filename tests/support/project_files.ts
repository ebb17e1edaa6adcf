/**
 * Finds and reads the files of the project.
 *
 * @module
 */

/** The project's folder. */
export const project: string = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");

/** One file: its path relative to the project, and what is in it. */
export interface ProjectFile {
  readonly path: string;
  readonly text: string;
}

/** Reads all TypeScript files under a folder, sorted by path. */
export function readSources(folder: string): ProjectFile[] {
  return pathsUnder(folder).filter((path) => path.endsWith(".ts")).map(readProjectFile);
}

/** Reads one file of the project. */
export function readProjectFile(path: string): ProjectFile {
  return { path, text: Deno.readTextFileSync(`${project}/${path}`) };
}

/** Lists all files under a folder of the project, sorted. */
export function pathsUnder(folder: string): string[] {
  const paths: string[] = [];
  for (const entry of Deno.readDirSync(`${project}/${folder}`)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) paths.push(...pathsUnder(path));
    else paths.push(path);
  }
  return paths.toSorted();
}

/** Calls a function at its first use only: to parse all files takes seconds. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
