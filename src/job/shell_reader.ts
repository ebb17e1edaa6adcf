/**
 * Reads a text as a POSIX shell does, as far as it takes to know where a placeholder stands. The reading is careful:
 * where it can no longer tell what a shell would make of the text, it refuses the placeholders behind that place.
 *
 * @module
 */

import { findShellProgram } from "./shell_program.ts";

/**
 * Where a placeholder stands: in a plain word, within double or single quotes, or in arithmetic such as `$((1 + {}))`,
 * which takes numbers only, as a shell would run commands in it.
 */
export type ShellPlace = "word" | "double" | "single" | "number";

/** A placeholder that stands where no value can be quoted, or a value that cannot stand where its placeholder does. */
export class ShellTextProblem extends Error {
  /** The name of the class. */
  override readonly name = "ShellTextProblem";
}

/** What the characters being read are part of. */
type Frame =
  /** Commands: the whole text, or what is within `$(…)`, `(…)` and `<(…)`. */
  | { readonly kind: "code"; words: string[]; word: string | undefined }
  | { readonly kind: "double" | "single" | "comment" }
  /** `$((…))` with so many brackets open, or `${…}` with so many braces. */
  | { readonly kind: "arithmetic" | "parameter"; depth: number };

const throughVariable = (placeholder: string) => `put it into a variable before, v=${placeholder}; and use "$v"`;

/** Follows a text as a shell reads it, one character after another. */
export class ShellReader {
  readonly #frames: Frame[] = [newCode()];
  /** The last character, if it may still mean something together with the next one. */
  #before = "";
  #beforeBackslash = "";
  #isEscaped = false;
  /** The first thing after which nothing is certain. */
  #doubt: string | undefined;
  /** Here-documents that begin with the next line. */
  #hereDocuments = 0;

  /** Reads the next character. */
  read(character: string): void {
    const before = this.#before;
    this.#before = character;
    if (this.#isEscaped) {
      this.#isEscaped = false;
      // A line that goes on: to the shell, backslash and line end are not there.
      this.#before = character === "\n" ? this.#beforeBackslash : "";
      if (character !== "\n") this.#addToWord(character);
      return;
    }
    if (character === "\\") this.#beforeBackslash = before;
    const top = this.#top;
    switch (top.kind) {
      case "code":
        return this.#readCode(top, character, before);
      case "double":
        return this.#readDouble(character, before);
      case "single":
        if (character === "'") this.#frames.pop();
        else this.#addToWord(character);
        return;
      case "comment":
        if (character !== "\n") return;
        this.#frames.pop();
        return this.read(character);
      case "arithmetic":
        if (/['"`\\]/.test(character)) this.#doubt ??= `quotes in $((…))`;
        if (character === "(") top.depth++;
        if (character === ")" && --top.depth === 0) this.#frames.pop();
        return;
      case "parameter":
        if (/['"`\\(]/.test(character)) this.#doubt ??= "quotes in ${…}";
        if (character === "{" && before === "$") top.depth++;
        else if (character === "{") this.#doubt ??= "braces in ${…}";
        if (character === "}" && --top.depth === 0) this.#frames.pop();
        return;
      default:
        return top satisfies never;
    }
  }

  /** Says where a placeholder stands that comes now. */
  place(placeholder: string): ShellPlace {
    const refuse = (where: string, advice = throughVariable(placeholder)): never => {
      throw new ShellTextProblem(`${placeholder} stands ${where}, where no value can be quoted; ${advice}`);
    };
    const top = this.#top;
    const before = this.#before;
    this.#before = "";
    if (this.#doubt !== undefined) refuse(`behind ${this.#doubt}`);
    if (this.#isEscaped) refuse("behind a backslash", "leave the backslash out");
    if (before === "$" && top.kind !== "single") refuse("behind a dollar", `write ${placeholder} alone`);
    switch (top.kind) {
      case "code":
        if (top.words.at(-1) === "<<" && top.word === undefined) refuse("behind <<");
        this.#refuseProgram(placeholder);
        top.word = (top.word ?? "") + placeholder;
        return "word";
      case "double":
      case "single":
        this.#refuseProgram(placeholder);
        this.#addToWord(placeholder);
        return top.kind;
      case "arithmetic":
        return "number";
      case "comment":
        return refuse("in a comment", "leave the comment out");
      case "parameter":
        return refuse("in ${…}");
      default:
        return top satisfies never;
    }
  }

  /** Makes sure that the text is whole. */
  end(): void {
    const open = this.#frames.find(({ kind }, i) => i > 0 && kind !== "comment")?.kind;
    const noun = {
      double: "a double quote",
      single: "a single quote",
      code: "a bracket",
      parameter: "${",
      arithmetic: "$((",
    };
    const what = this.#isEscaped ? "a backslash stands at the end" : `${noun[open as keyof typeof noun]} is not closed`;
    if (open !== undefined || this.#isEscaped) throw new ShellTextProblem(`${what} in the command`);
  }

  /** The frame on top. */
  get #top(): Frame {
    return this.#frames.at(-1)!;
  }

  /** The commands that the innermost quotes stand in. */
  get #code(): Frame & { readonly kind: "code" } {
    return this.#frames.findLast((frame) => frame.kind === "code")!;
  }

  #addToWord(text: string): void {
    this.#code.word = (this.#code.word ?? "") + text;
  }

  /** A shell in the text would read its program text once more, without the quotes that we have put there. */
  #refuseProgram(placeholder: string): void {
    const { words, word = "" } = this.#code;
    const program = findShellProgram([...words, word]);
    if (program === undefined) return;
    if (program.takesAll ? words.length < program.from : words.length !== program.from) return;
    const advice = program.shell === "eval"
      ? "leave eval out"
      : program.takesAll
      ? `send values as input, for example printf '%s\\0' ${placeholder} | ssh HOST xargs -0 COMMAND`
      : `give the value as an argument, ${program.shell} -c 'echo "$1"' ${program.shell} ${placeholder}`;
    throw new ShellTextProblem(`${placeholder} stands in a program that ${program.shell} reads once more; ${advice}`);
  }

  #readCode(frame: Frame & { readonly kind: "code" }, character: string, before: string): void {
    switch (character) {
      case "\\":
        this.#isEscaped = true;
        return;
      case "'":
      case '"':
        if (before === "$" && character === "'") this.#doubt ??= "a $'…' quote";
        frame.word ??= "";
        this.#frames.push({ kind: character === "'" ? "single" : "double" });
        return;
      case "`":
        this.#doubt ??= "a backtick: write $(…)";
        return;
      case "(":
        return this.#openBracket(frame, before);
      case ")":
        this.#endWord(frame);
        if (this.#frames.length > 1) this.#frames.pop();
        this.#before = "";
        return;
      case "{":
        if (before === "$") this.#frames.push({ kind: "parameter", depth: 1 });
        else frame.word = (frame.word ?? "") + character;
        return;
      case "#":
        if (frame.word === undefined) this.#frames.push({ kind: "comment" });
        else frame.word += character;
        return;
      case "<":
        this.#endWord(frame);
        if (before !== "<") return;
        // A third one makes a here-string of it.
        this.#hereDocuments += frame.words.at(-1) === "<<" ? -1 : 1;
        frame.words.push(frame.words.at(-1) === "<<" ? "<<<" : "<<");
        return;
      case "\n":
        if (this.#hereDocuments > 0) this.#doubt ??= "a here-document";
        return this.#endCommand(frame);
      case ";":
      case "&":
      case "|":
        return this.#endCommand(frame);
      case " ":
      case "\t":
      case ">":
        return this.#endWord(frame);
      default:
        frame.word = (frame.word ?? "") + character;
    }
  }

  #readDouble(character: string, before: string): void {
    switch (character) {
      case '"':
        this.#frames.pop();
        return;
      case "\\":
        this.#isEscaped = true;
        return;
      case "`":
        this.#doubt ??= "a backtick: write $(…)";
        return;
      case "(":
        if (before === "$") this.#frames.push(newCode());
        else this.#addToWord(character);
        return;
      case "{":
        if (before === "$") this.#frames.push({ kind: "parameter", depth: 1 });
        else this.#addToWord(character);
        return;
      default:
        this.#addToWord(character);
    }
  }

  #openBracket(frame: Frame & { readonly kind: "code" }, before: string): void {
    const parent = this.#frames.at(-2);
    // `$((`: the first bracket has opened a substitution that has nothing in it yet.
    if (before === "(" && frame.words.length === 0 && frame.word === undefined && parent !== undefined) {
      this.#frames.pop();
      this.#frames.push({ kind: "arithmetic", depth: 2 });
      return;
    }
    if (before !== "$") this.#endWord(frame);
    this.#frames.push(newCode());
  }

  /** Ends a word. Patterns of `case` and `[[` have brackets that close nothing; that matters within brackets only. */
  #endWord(frame: Frame & { readonly kind: "code" }): void {
    if (frame.word === undefined) return;
    if (this.#frames.length > 1 && ["case", "[["].includes(frame.word)) this.#doubt ??= `${frame.word} in brackets`;
    frame.words.push(frame.word);
    frame.word = undefined;
  }

  #endCommand(frame: Frame & { readonly kind: "code" }): void {
    this.#endWord(frame);
    frame.words = [];
  }
}

function newCode(): Frame & { readonly kind: "code" } {
  return { kind: "code", words: [], word: undefined };
}
