/**
 * Where the inputs of a sweep come from: what stands behind `:::` and its relatives on the command line.
 *
 * @module
 */

import { UsageError } from "../../service/usage.ts";
import type { Row } from "./rows.ts";

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

/** The words that begin a source; the same with `+` behind tie it to the source before. */
export interface SourceSeparators {
  /** Before values. */
  readonly values: string;
  /** Before files. */
  readonly files: string;
}

/** What GNU parallel writes. */
export const usualSeparators: SourceSeparators = { values: ":::", files: "::::" };

/**
 * Takes a command line apart at `:::` (values), `::::` (files) and the linked forms `:::+` and `::::+`. Values that stand
 * together are one source, and each file is one of its own, as in GNU parallel.
 */
export function splitSources(args: readonly string[], given: SourceSeparators = usualSeparators): SplitSources {
  const separators: Readonly<Record<string, Pick<InputSource, "kind" | "isLinked">>> = {
    [given.values]: { kind: "values", isLinked: false },
    [`${given.values}+`]: { kind: "values", isLinked: true },
    [given.files]: { kind: "files", isLinked: false },
    [`${given.files}+`]: { kind: "files", isLinked: true },
  };
  const isSeparator = (arg: string) => Object.hasOwn(separators, arg);
  const first = args.findIndex(isSeparator);
  if (first < 0) return { before: args, sources: [] };
  const sources: InputSource[] = [];
  for (let at = first; at < args.length;) {
    const next = args.findIndex((arg, i) => i > at && isSeparator(arg));
    const end = next < 0 ? args.length : next;
    const { kind, isLinked } = separators[args[at]!]!;
    if (isLinked && sources.length === 0) {
      throw new UsageError(`${args[at]} ties values to a source before it, but there is none; write ${given.values}`);
    }
    const items = args.slice(at + 1, end);
    if (kind === "values" || items.length === 0) sources.push({ kind, items, isLinked });
    else sources.push(...items.map((file): InputSource => ({ kind, items: [file], isLinked })));
    at = end;
  }
  return { before: args.slice(0, first), sources };
}

/**
 * Combines the rows of sources: every row with every one of the other sources, the last source fastest. A linked source
 * goes along with the one before it; the shorter of the two ends both.
 *
 * @param sources The rows of each source, and whether it is linked.
 */
export function* combine(
  sources: readonly { readonly rows: readonly Row[]; readonly isLinked: boolean }[],
): Generator<Row> {
  const groups: (readonly Row[])[] = [];
  for (const { rows, isLinked } of sources) {
    const before = groups.at(-1);
    if (!isLinked || before === undefined) groups.push(rows);
    else groups[groups.length - 1] = before.slice(0, rows.length).map((row, i) => [...row, ...rows[i]!]);
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

/** Ties the rows of all sources to one another; a source that is shorter begins again. */
export function* link(sources: readonly (readonly Row[])[]): Generator<Row> {
  if (sources.some((rows) => rows.length === 0)) return;
  const length = Math.max(0, ...sources.map((rows) => rows.length));
  for (let at = 0; at < length; at++) yield sources.flatMap((rows) => rows[at % rows.length]!);
}
