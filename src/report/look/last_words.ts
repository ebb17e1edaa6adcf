/**
 * The last words of tasks: what is left of their streams, and which lines say the same.
 *
 * @module
 */

/** The ends of the streams of a task, as text; what is unknown is absent. */
export interface LastWords {
  /** The end of the standard output. */
  readonly stdout?: string;
  /** The end of the standard error. */
  readonly stderr?: string;
}

/** Longer lines are cut when they are shown or compared. */
const lineMax = 300;

/** The last line with something in it: of the standard error or, where that is empty, of the standard output. */
export function lastLine({ stderr = "", stdout = "" }: LastWords): string | undefined {
  return lastOf(stderr) ?? lastOf(stdout);
}

function lastOf(text: string): string | undefined {
  const end = text.trimEnd();
  if (end === "") return undefined;
  // A line that was rewritten again and again, such as a progress bar, counts as it was last.
  const line = visible(end.slice(Math.max(end.lastIndexOf("\n"), end.lastIndexOf("\r")) + 1));
  return line.length <= lineMax ? line : `${line.slice(0, lineMax - 1)}…`;
}

/**
 * The last lines of the standard error or, where that is empty, of the standard output; none where there is one only, as
 * {@linkcode lastLine} tells that.
 */
export function endLines({ stderr = "", stdout = "" }: LastWords, linesMax: number): string[] {
  const text = stderr.trimEnd() === "" ? stdout : stderr;
  const lines = text.trimEnd().split("\n").map((line) => visible(line));
  return lines.length < 2 ? [] : lines.slice(-linesMax);
}

/** Marks that turn the direction of what stands behind them, and controls and line ends beyond ASCII. */
const turning = /[\x80-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/**
 * Text without what moves the cursor or changes colours; other control characters, and what turns the direction of
 * writing, become visible.
 */
export function visible(text: string): string {
  return text
    // deno-lint-ignore no-control-regex -- control sequences are what is looked for
    .replaceAll(/\x1b\[[0-9;?]*[ -/]*[@-~]/g, "")
    // deno-lint-ignore no-control-regex -- control characters are what is looked for
    .replaceAll(/[\x00-\x08\x0b-\x1f\x7f]/g, "\ufffd")
    .replaceAll(turning, "\ufffd");
}

/** A part of a path, and where a word begins: what follows a `<` is the end of an element. */
const part = /[^\s/:;,'"()[\]{}<>=]+/.source;
const begin = /(?<![^\s:;,'"()[\]{}>=])/.source;
const fromRoot = new RegExp(`${begin}(?:\\.{0,2}|~|/)(?:/${part})+/?`, "g");
/** A path from somewhere else has an extension or several parts: "Input/output error" and "3/10" have none. */
const fromHere = new RegExp(
  `${begin}${part}(?:(?:/${part}){2,}|(?:/${part})*/[^\\s/:;,'"()[\\]{}<>=]*\\.[a-z]\\w*)/?`,
  "gi",
);

/** What differs from task to task, each kind with the word that stands for it. */
const variableParts: readonly (readonly [RegExp, string])[] = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, "<id>"],
  [fromRoot, "<path>"],
  [fromHere, "<path>"],
  [/\b0x[0-9a-f]+\b/gi, "<n>"],
  [/\b(?=[a-f]*[0-9])[0-9a-f]{8,}\b/gi, "<id>"],
  [/[-+]?\d+(?:[.,]\d+)*(?:e[-+]?\d+)?/gi, "<n>"],
];

/** Makes lines equal that differ only in numbers, addresses, ids and paths. */
export function patternOf(line: string): string {
  return variableParts.reduce((text, [part, word]) => text.replaceAll(part, word), line);
}
