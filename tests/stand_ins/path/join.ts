/**
 * Joining and comparing POSIX paths. Written here, and not taken from `node:path`, as the first `node:` module costs a
 * program some twenty milliseconds that one with the real package does not pay.
 *
 * @module
 */

/** Whether a path begins at the root. */
export function isAbsolute(path: string): boolean {
  return path.startsWith("/");
}

/** Takes `.`, `..` and doubled slashes out of a path; a slash at its end stays. */
export function normalize(path: string): string {
  if (path === "") return ".";
  const body = withoutDots(path.split("/"), isAbsolute(path)).join("/");
  if (body === "") return isAbsolute(path) ? "/" : path.endsWith("/") ? "./" : ".";
  return `${isAbsolute(path) ? "/" : ""}${body}${path.endsWith("/") ? "/" : ""}`;
}

/** Joins paths, and normalizes what comes out. */
export function join(...paths: string[]): string {
  return normalize(paths.filter((path) => path !== "").join("/"));
}

/** Makes a path absolute: each is taken relative to the one before, the first to the current directory. */
export function resolve(...paths: string[]): string {
  let whole = "";
  for (const path of paths.toReversed()) {
    if (path !== "") whole = whole === "" ? path : `${path}/${whole}`;
    if (isAbsolute(whole)) break;
  }
  if (!isAbsolute(whole)) whole = `${Deno.cwd()}/${whole}`;
  return `/${withoutDots(whole.split("/"), true).join("/")}`;
}

/** Says how to get from one path to another. */
export function relative(from: string, to: string): string {
  const [start, end] = [from, to].map((path) => resolve(path).split("/").filter((part) => part !== "")) as [
    string[],
    string[],
  ];
  let same = 0;
  while (same < start.length && same < end.length && start[same] === end[same]) same++;
  return [...start.slice(same).map(() => ".."), ...end.slice(same)].join("/");
}

/** Returns the last dot of a name and what follows; empty when the name has none but at its beginning. */
export function extname(path: string): string {
  const name = path.replace(/\/+$/, "").split("/").at(-1)!;
  const dot = name.lastIndexOf(".");
  return dot <= 0 || name === ".." ? "" : name.slice(dot);
}

function withoutDots(parts: readonly string[], isRooted: boolean): string[] {
  const kept: string[] = [];
  for (const part of parts) {
    if (part === "" || part === ".") continue;
    if (part !== "..") kept.push(part);
    else if (kept.length > 0 && kept.at(-1) !== "..") kept.pop();
    else if (!isRooted) kept.push("..");
  }
  return kept;
}
