/**
 * What failed in a step of the gate, in short: told once more at the end, as logs are cut from the front.
 *
 * @module
 */

// deno-lint-ignore no-control-regex -- Colours are control characters.
const colours = /\x1b\[[0-9;]*m/g;

/** Where `deno test` begins to tell of errors, and where it ends to. */
const [errorsTitle, failuresTitle] = ["\n ERRORS \n", "\n FAILURES \n"];

/** What stands above an error: the test with its place, or the file that did not get so far. */
const errorHeader = /^\S.* (=> \S+:\d+:\d+|\(uncaught error\))$/;

/** A test that passed, and what the runtime adds to each failure of its own. */
const saysNothing = /^.* \.\.\. ok \(.*\)$|^Stack backtrace:$|^ +\d+: <unknown>$/;

/** The most lines of one failure, and what is told of one that `deno test` did not tell. */
const linesMax = 16;
const columnsMax = 300;

/**
 * Finds the failures in what a step printed: of each test its name and the first lines of its error, else the last lines
 * of all, as of a compiler or of a run that died.
 *
 * @param output What the step printed.
 * @returns A text of a few lines for each failure.
 */
export function shortFailures(output: string): string[] {
  const plain = output.replaceAll(colours, "");
  const from = plain.lastIndexOf(errorsTitle);
  const blocks = from < 0 ? [] : blocksOf(plain.slice(from + errorsTitle.length));
  if (blocks.length > 0) return blocks.map((lines) => cut(lines.slice(0, linesMax)));
  const lines = plain.split("\n").filter((line) => line.trim() !== "" && !saysNothing.test(line));
  return [cut(lines.slice(-linesMax))];
}

/** The tests that did not run, by what `deno test` prints of them. */
export function ignoredTests(output: string): string[] {
  return [...output.replaceAll(colours, "").matchAll(/^(\S.*) \.\.\. ignored \(.*\)$/gm)].map(([, name]) => name!);
}

/** Parts what is told of errors: one block for each, without empty lines and the places inside of the runtime. */
function blocksOf(errors: string): string[][] {
  const end = errors.lastIndexOf(failuresTitle);
  const blocks: string[][] = [];
  for (const line of (end < 0 ? errors : errors.slice(0, end)).split("\n")) {
    if (errorHeader.test(line)) blocks.push([]);
    if (line.trim() !== "" && !/^ +at .*\bext:/.test(line)) blocks.at(-1)?.push(line);
  }
  return blocks;
}

function cut(lines: readonly string[]): string {
  return lines.map((line) => line.length > columnsMax ? `${line.slice(0, columnsMax)}…` : line).join("\n");
}
