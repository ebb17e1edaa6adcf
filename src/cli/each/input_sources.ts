/**
 * Where the inputs of a sweep come from: what stands behind `:::` and its relatives on the command line.
 *
 * @module
 */

import { UsageError } from "../../service/usage.ts";

/** A source of values. */
export interface InputSource {
  /** The values as they stand on the command line, or the files to read them from. */
  readonly kind: "values" | "files";
  /** Values, or paths; `-` is the standard input. */
  readonly items: readonly string[];
  /** Whether its values are tied one by one to those of the source before, instead of being combined with each. */
  readonly isLinked: boolean;
}

/** A command line taken apart. */
export interface SplitSources {
  /** Options and the command. */
  readonly before: readonly string[];
  /** The sources, in order. */
  readonly sources: readonly InputSource[];
}

const separators: Readonly<Record<string, Pick<InputSource, "kind" | "isLinked">>> = {
  ":::": { kind: "values", isLinked: false },
  ":::+": { kind: "values", isLinked: true },
  "::::": { kind: "files", isLinked: false },
  "::::+": { kind: "files", isLinked: true },
};

/** Takes a command line apart at `:::` (values), `::::` (files) and the linked forms `:::+` and `::::+`. */
export function splitSources(args: readonly string[]): SplitSources {
  const isSeparator = (arg: string) => Object.hasOwn(separators, arg);
  const first = args.findIndex(isSeparator);
  if (first < 0) return { before: args, sources: [] };
  const sources: InputSource[] = [];
  for (let at = first; at < args.length;) {
    const next = args.findIndex((arg, i) => i > at && isSeparator(arg));
    const end = next < 0 ? args.length : next;
    const { kind, isLinked } = separators[args[at]!]!;
    if (isLinked && sources.length === 0) {
      throw new UsageError(`${args[at]} ties values to a source before it, but there is none; write :::`);
    }
    sources.push({ kind, items: args.slice(at + 1, end), isLinked });
    at = end;
  }
  return { before: args.slice(0, first), sources };
}

/**
 * Combines the values of sources: every value with every one of the other sources, the last source fastest. A linked
 * source goes along with the one before it; the shorter of the two ends both.
 *
 * @param columns The values of each source, and whether it is linked.
 */
export function* combine(
  columns: readonly { readonly values: readonly string[]; readonly isLinked: boolean }[],
): Generator<readonly string[]> {
  const groups: string[][][] = [];
  for (const { values, isLinked } of columns) {
    const before = groups.at(-1);
    if (!isLinked || before === undefined) groups.push(values.map((value) => [value]));
    else groups[groups.length - 1] = before.slice(0, values.length).map((row, i) => [...row, values[i]!]);
  }
  if (groups.length === 0 || groups.some((rows) => rows.length === 0)) return;
  const at = groups.map(() => 0);
  for (;;) {
    yield groups.flatMap((rows, g) => rows[at[g]!]!);
    let g = groups.length - 1;
    while (g >= 0 && ++at[g]! === groups[g]!.length) at[g--] = 0;
    if (g < 0) return;
  }
}
