/**
 * The part of `@std/cli`'s `parseArgs` that this project relies on: declared options as `--name`, `--name=value` and
 * `--name value`, and everything behind `--` kept apart. What the real one reads otherwise, such as letters, words and
 * what is not declared, is refused here, so that no program comes to depend on it.
 *
 * @module
 */

/** Options of `parseArgs`. */
export interface ParseOptions<S extends string, C extends string> {
  /** Options with a value. */
  readonly string?: readonly S[];
  /** Options without a value. */
  readonly boolean?: readonly string[];
  /** Options whose values gather in an array. */
  readonly collect?: readonly C[];
  /** Whether what follows `--` goes to a list of its own. */
  readonly "--"?: true;
}

/** What `parseArgs` returns. */
export type Args<S extends string, C extends string> =
  & Record<string, unknown>
  & { [K in Exclude<S, C>]?: string }
  & { [K in S & C]: string[] }
  & { _: (string | number)[]; "--": string[] };

/** Reads command-line arguments as options. */
export function parseArgs<S extends string = never, C extends string = never>(
  args: readonly string[],
  options: ParseOptions<S, C>,
): Args<S, C> {
  const { string: strings = [], boolean: booleans = [], collect = [] } = options;
  const end = options["--"] && args.includes("--") ? args.indexOf("--") : args.length;
  const found: Record<string, unknown> = { _: [], ...(options["--"] ? { "--": args.slice(end + 1) } : {}) };
  for (const name of booleans) found[name] = false;
  for (const name of collect) found[name] = [];
  for (let i = 0; i < end; i++) {
    const [, name = "", glued] = /^--([^=]+)(?:=(.*))?$/s.exec(args[i]!) ?? [];
    const next = i + 1 < end ? args[i + 1]! : "";
    if (booleans.includes(name) && glued === undefined && !/^(true|false)$/.test(next)) {
      found[name] = true;
      continue;
    }
    if (!strings.some((one) => one === name)) {
      throw new TypeError(
        `Cannot read ${JSON.stringify(args[i])}: only declared --name, --name=value and --name value`,
      );
    }
    const takesNext = glued === undefined && next !== "" && !next.startsWith("-");
    const value = takesNext ? args[++i]! : glued ?? "";
    const before = found[name];
    if (Array.isArray(before)) before.push(value);
    else found[name] = value;
  }
  return found as Args<S, C>;
}
