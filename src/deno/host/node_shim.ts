/**
 * What Deno adds to its own environment where it finds no program `node`: a folder before all others of the PATH, whose
 * `node` is Deno itself, and a variable that says so (2.9 and later). No task is to have them: it would find a program
 * that the machine does not have, and look for all others in a folder of the user's home first, which may be far away.
 *
 * @module
 */

const folderName = "/node_compat_bin";
const mark = "DENO_NODE_SHIM_ACTIVE";

/**
 * Takes it out of the environment of this process.
 *
 * @param variables The environment as it is now.
 * @param started What this process was started with, as `NAME=value`; empty where that is not known. A mark that stood
 * there already is somebody else's, and stays.
 * @returns The environment without what Deno has added.
 */
export function withoutNodeShim(
  variables: Readonly<Record<string, string>>,
  started: readonly string[],
): Record<string, string> {
  const { [mark]: marked, PATH: path, ...others } = variables;
  if (marked === undefined || started.includes(`${mark}=${marked}`)) return { ...variables };
  const kept = path === undefined ? undefined : withoutShimFolder(path);
  return kept === undefined ? others : { ...others, PATH: kept };
}

/** A PATH without the folder of Deno's `node`; `undefined` where there was nothing else. */
export function withoutShimFolder(path: string): string | undefined {
  const [first, ...others] = path.split(":");
  if (!first!.endsWith(folderName)) return path;
  return others.length === 0 ? undefined : others.join(":");
}
