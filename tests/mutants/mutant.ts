/**
 * Mutants as data: a mistake in one place of the program, and the tests that must notice it. A list of them shows that
 * tests fail for a reason, and not only that they pass.
 *
 * @module
 */

import { parseCounts } from "../support/counts.ts";
import { listTests, type NamedTest } from "./control.ts";

/** A mistake, and who must notice it. */
export interface Mutant {
  /** The file of the program, relative to the project. */
  readonly file: string;
  /** What stands there, once in the file. */
  readonly text: string;
  /** What is put in its place. */
  readonly replacement: string;
  /** What goes wrong then, in words. */
  readonly mistake: string;
  /** Each of these must fail. */
  readonly noticedBy: readonly Noticer[];
}

/** Tests that must fail. */
export interface Noticer {
  /** The file, relative to `tests`. */
  readonly test: string;
  /** A part of the names of the tests that count; all tests of the file when absent. */
  readonly filter?: string;
}

/**
 * Writes a mutant down.
 *
 * @param file The file of the program below `src`.
 * @param text What stands there.
 * @param replacement What is put in its place.
 * @param mistake What goes wrong then.
 * @param tests The tests that must notice it, below `tests`; behind a `|` a part of the names that count.
 */
export function plant(
  file: string,
  text: string,
  replacement: string,
  mistake: string,
  ...tests: readonly string[]
): Mutant {
  const noticedBy = tests.map((test): Noticer => {
    const [path, filter] = test.split("|") as [string, string?];
    return filter === undefined ? { test: path } : { test: path, filter };
  });
  return { file: `src/${file}`, text, replacement, mistake, noticedBy };
}

/** Plants a mutant in the text of its file. Throws when there is not exactly one place for it. */
export function plantMutant({ file, text, replacement }: Mutant, source: string): string {
  const places = source.split(text).length - 1;
  if (places !== 1) {
    throw new RangeError(
      `${file} holds ${places === 0 ? "nowhere" : `${places} times`} ${JSON.stringify(text)}: ` +
        "give the mutant the text as it stands now, with as much around it as makes it one place",
    );
  }
  if (text === replacement) throw new RangeError(`A mutant of ${file} changes nothing`);
  // A function, as a replacement text would have its dollar signs read.
  return source.replace(text, () => replacement);
}

/** How a run of the tests that must fail ended. */
export type Verdict =
  /** These failed, as they should. */
  | { readonly kind: "noticed"; readonly by: readonly NamedTest[] }
  /** They passed. */
  | { readonly kind: "survived" }
  /** There was no run that says anything. */
  | { readonly kind: "broken"; readonly why: string };

/**
 * Judges by what `deno test` printed. A program that does not load, or tests that are not there, prove nothing.
 *
 * @param output What was printed.
 * @param code The exit code; `undefined` when it had to be killed.
 */
export function judge(output: string, code: number | undefined): Verdict {
  if (code === undefined) return { kind: "broken", why: "the tests did not end: a mutant must not make them hang" };
  const counts = parseCounts(output);
  if (counts === undefined || output.includes("(uncaught error)")) return { kind: "broken", why: "it does not load" };
  const { passed, failed } = counts;
  if (passed + failed === 0) return { kind: "broken", why: "no test has that name" };
  if (failed === 0) {
    return code === 0 ? { kind: "survived" } : { kind: "broken", why: "it fails although no test does" };
  }
  const by = listTests(output, "FAILED");
  return by.length === 0 ? { kind: "broken", why: "nothing says which test failed" } : { kind: "noticed", by };
}
