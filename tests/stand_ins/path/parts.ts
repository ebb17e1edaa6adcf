/**
 * The parts of a path. The ones of `node:path` differ from `@std/path`: they know no name of `/` and leave slashes at
 * the end of a folder.
 *
 * @module
 */

/** Returns the last part of a path, without `suffix` unless that is all of it. */
export function basename(path: string, suffix = ""): string {
  const trimmed = withoutEndSlashes(path);
  if (trimmed === "") return path === "" ? "" : "/";
  const name = trimmed.slice(trimmed.lastIndexOf("/") + 1);
  return name !== suffix && name.endsWith(suffix) ? name.slice(0, name.length - suffix.length) : name;
}

/** Returns what stands before the last part of a path; `"."` when nothing does. */
export function dirname(path: string): string {
  const trimmed = withoutEndSlashes(path);
  if (trimmed === "") return path === "" ? "." : "/";
  const slash = trimmed.lastIndexOf("/");
  if (slash < 0) return ".";
  return withoutEndSlashes(trimmed.slice(0, slash)) || "/";
}

function withoutEndSlashes(path: string): string {
  let end = path.length;
  while (end > 0 && path[end - 1] === "/") end--;
  return path.slice(0, end);
}
