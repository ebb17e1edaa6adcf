/**
 * The control of an experiment: the tests that have noticed mutants, without any mutant. What fails then too has
 * noticed nothing.
 *
 * @module
 */

/** One test. */
export interface NamedTest {
  /** The file, relative to `tests`. */
  readonly file: string;
  readonly name: string;
}

const heading = /^running \d+ tests? from (?:\.\/)?tests\/(\S+)$/;
/** Where several files run at once, each line names its own. */
const ending = /^(?:(?:\.\/)?tests\/(\S+) => )?(\S.*) \.\.\. (ok|FAILED)(?: \(.*)?$/;

/** The tests that passed or failed, by what `deno test` prints. */
export function listTests(output: string, end: "ok" | "FAILED"): NamedTest[] {
  const tests: NamedTest[] = [];
  let current = "";
  for (const line of output.split("\n")) {
    current = heading.exec(line)?.[1] ?? current;
    const [, file = current, name, word] = ending.exec(line) ?? [];
    if (name !== undefined && word === end) tests.push({ file, name });
  }
  return tests;
}

/** Whether a test may touch nothing outside, and so run beside others. */
export function isPure({ file }: Pick<NamedTest, "file">): boolean {
  return /^(?:unit|sim)\//.test(file);
}

/** The arguments of `deno` that run these tests, and no others but those of their files that have such a name, too. */
export function controlArgs(tests: readonly NamedTest[]): string[] {
  const files = [...new Set(tests.map(({ file }) => `tests/${file}`))].toSorted();
  const names = [...new Set(tests.map(({ name }) => name.replaceAll(/[\\^$.*+?()[\]{}|/&~#-]/g, "\\$&")))];
  const permissions = tests.every(isPure) ? ["--parallel"] : ["-A"];
  const options = ["--no-check", "--no-prompt", ...permissions];
  return ["test", ...options, `--filter=/^(?:${names.join("|")})$/`, ...files];
}

/** Those of the tests that did not pass, by what the control printed. */
export function notPassed(tests: readonly NamedTest[], output: string): NamedTest[] {
  const keyOf = ({ file, name }: NamedTest) => `${file}\n${name}`;
  const passed = new Set(listTests(output, "ok").map(keyOf));
  return tests.filter((test) => !passed.has(keyOf(test)));
}
