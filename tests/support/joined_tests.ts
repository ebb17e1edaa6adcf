/**
 * Joins test files into a few, which only import them: each file that `deno test` is given loads all its modules anew,
 * which takes longer than most pure tests do.
 *
 * @module
 */

/**
 * Deals test files out to joined ones. Neighbours part, as files of one folder are often alike in what they cost.
 *
 * @param project The project's folder
 * @param paths The test files, relative to the project
 * @param count How many joined files there are to be
 * @returns The text of each joined file
 */
export function joinTests(project: string, paths: readonly string[], count: number): string[] {
  const imports = paths.map((path) => `import ${JSON.stringify(new URL(path, `file://${project}/`).href)};\n`);
  return Array.from({ length: count }, (_, part) => imports.filter((_, index) => index % count === part).join(""));
}

/**
 * The arguments of `deno` that run the joined files of a folder, with no permission. The files lie outside of the
 * project, so its configuration is named.
 */
export function joinedTestArgs(project: string, folder: string, more: readonly string[]): string[] {
  const end = more.indexOf("--");
  const [options, toTests] = end < 0 ? [more, []] : [more.slice(0, end), more.slice(end)];
  const locked = ["--lock", `${project}/tests/deno.lock`];
  const own = ["test", "--no-check", "--no-prompt", "--parallel", "--config", `${project}/deno.json`, ...locked];
  return [...own, ...options, folder, ...toTests];
}
