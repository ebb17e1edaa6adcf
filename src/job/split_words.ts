/**
 * Splits a command line into words by the rules of a POSIX shell, and does nothing else that a shell does.
 *
 * @module
 */

/** What cannot be split, and where. */
export class SplitProblem extends Error {
  /** The name of the class. */
  override readonly name = "SplitProblem";
  /** The 0-based offset in the text. */
  readonly offset: number;

  /** Creates the problem; the message says what stands there and what would be right. */
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** What to do where a shell is wanted. */
const useShell = "use a script, or sh -c '…' with the value as an argument";

/** Characters that mean something to a shell when they are not quoted, each with what it means. */
const operators: Readonly<Record<string, string>> = {
  "|": "a pipe",
  "&": "the background or an and-list",
  ";": "a further command",
  "<": "a redirection",
  ">": "a redirection",
  "(": "a subshell",
  ")": "a subshell",
  "\n": "a further command",
  "`": "a command substitution",
  "*": "a pattern of file names",
  "?": "a pattern of file names",
};

/** Variables that stay for the caller to fill in. */
const ownVariable = /^\$\{(it|itval)\}/;

/**
 * Splits a command line at blanks. Quotes and backslashes work as in a POSIX shell. What else a shell would do
 * (operators, expansions, patterns) is refused unless it is quoted, as leaving it as plain text would be a trap; only
 * `${it}` and `${itval}` stay as they are. A dollar within double quotes must be written `\$`.
 *
 * @param text The command line.
 * @returns Its words, at least one.
 * @throws {SplitProblem} If something in it is for a shell, a quote is not closed, or there is no word.
 *
 * @example Quotes
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(splitWords(`grep -e 'a b' "say \\"hi\\"" x\\ y`), ["grep", "-e", "a b", 'say "hi"', "x y"]);
 * ```
 */
export function splitWords(text: string): string[] {
  const line = text.replace(/\n+$/, "");
  const words: string[] = [];
  // A word that is begun may be empty, as in ''.
  let word: string | undefined;
  let at = 0;
  while (at < line.length) {
    const character = line[at]!;
    if (character === " " || character === "\t") {
      if (word !== undefined) words.push(word);
      word = undefined;
      at++;
      continue;
    }
    const piece = readPiece(line, at, word === undefined);
    if (piece.text !== undefined) word = (word ?? "") + piece.text;
    at = piece.end;
  }
  if (word !== undefined) words.push(word);
  if (words.length === 0) throw new SplitProblem("the command line has no word; write a program and its arguments", 0);
  const assignment = /^[A-Za-z_][A-Za-z0-9_]*=/.exec(words[0]!)?.[0];
  if (assignment !== undefined) {
    throw new SplitProblem(`"${assignment}…" would set a variable in a shell; write env ${assignment}… before it`, 0);
  }
  return words;
}

/** A part of a word; no text for a continued line. */
interface Piece {
  readonly text?: string;
  readonly end: number;
}

function readPiece(line: string, at: number, isFirst: boolean): Piece {
  const character = line[at]!;
  switch (character) {
    case "'":
      return readSingleQuoted(line, at);
    case '"':
      return readDoubleQuoted(line, at);
    case "\\":
      if (line[at + 1] === "\n") return { end: at + 2 };
      if (at + 1 === line.length) throw new SplitProblem("a backslash stands at the end, before nothing", at);
      return { text: line[at + 1]!, end: at + 2 };
    case "$":
      return readDollar(line, at, "'\"");
    case "~":
    case "#":
      if (!isFirst) return { text: character, end: at + 1 };
      return refuse(line, at, character === "~" ? "a home directory" : "a comment");
    default: {
      const meaning = operators[character];
      return meaning === undefined ? { text: character, end: at + 1 } : refuse(line, at, meaning);
    }
  }
}

function readSingleQuoted(line: string, at: number): Piece {
  const end = line.indexOf("'", at + 1);
  if (end < 0) throw new SplitProblem("a single quote is not closed", at);
  return { text: line.slice(at + 1, end), end: end + 1 };
}

function readDoubleQuoted(line: string, start: number): Piece {
  let text = "";
  for (let at = start + 1; at < line.length;) {
    const character = line[at]!;
    if (character === '"') return { text, end: at + 1 };
    if (character === "`") return refuse(line, at, operators["`"]!);
    if (character === "$") {
      const piece = readDollar(line, at, "");
      text += piece.text;
      at = piece.end;
    } else if (character === "\\" && at + 1 < line.length) {
      const next = line[at + 1]!;
      // Within double quotes a backslash means itself before anything else.
      text += next === "\n" ? "" : '"\\$`'.includes(next) ? next : `\\${next}`;
      at += 2;
    } else {
      text += character;
      at++;
    }
  }
  throw new SplitProblem("a double quote is not closed", start);
}

/** A dollar is plain text where a shell would leave it alone, too. Before one of `quotes` it would begin a quote. */
function readDollar(line: string, at: number, quotes: string): Piece {
  const own = ownVariable.exec(line.slice(at, at + 9))?.[0];
  if (own !== undefined) return { text: own, end: at + own.length };
  const next = line[at + 1];
  if (next === "(") return refuse(line, at, "a command substitution");
  if (next !== undefined && quotes.includes(next)) return refuse(line, at, "a quote of another kind");
  if (next !== undefined && /[A-Za-z0-9_{@*#?$!-]/.test(next)) return refuse(line, at, "a variable");
  return { text: "$", end: at + 1 };
}

function refuse(line: string, at: number, meaning: string): never {
  const shown = line[at] === "\n"
    ? "a line end"
    : JSON.stringify(/^\$(\(|\{?[A-Za-z0-9_]*\}?)|^./.exec(line.slice(at))![0]);
  throw new SplitProblem(
    `${shown} would be ${meaning} in a shell, but no shell reads the command line: quote it to mean itself, or ${useShell}`,
    at,
  );
}
