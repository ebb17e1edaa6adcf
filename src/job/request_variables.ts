/**
 * Variables as QCG-PilotJob reads them in request files: by Python's `string.Template`, in two passes.
 *
 * Each pass replaces `$name` and `${name}` of the names that it knows, makes one dollar of two, and leaves the rest as it
 * is. Pass 1 goes over the whole job when it is submitted; pass 2 goes over its `execution` when a task is launched. So in
 * a request file `$it` and `$${it}` are the index, `echo $$V` runs `echo $V`, and a dollar that must stay before a dollar
 * or the name of a variable is written four times.
 *
 * Here both passes are read at once. What pass 2 will fill in is written as `variables.ts` has it, so that only one
 * spelling is launched, recorded and resumed. Unlike QCG-PilotJob, an inserted value is never scanned again and never
 * read as JSON.
 *
 * @module
 */

import type { Variables } from "./variables.ts";

/** A dollar that stands for one, or a name with or without braces, as Python's templates have them. */
const templateToken = /\$(?:(\$)|([A-Za-z_][A-Za-z0-9_]*)|\{([A-Za-z_][A-Za-z0-9_]*)\})/g;

/** A part of a text: plain, or the name of a variable whose value comes there. */
type Part = string | { readonly variable: string };

/**
 * Reads a text outside `execution`: pass 1 alone.
 *
 * @param text The text.
 * @param submit What pass 1 knows.
 */
export function fillRequestText(text: string, submit: Variables): string {
  return firstPass(text, submit).map((part) => part.text).join("");
}

/**
 * Reads a text of an `execution`: pass 1, and what pass 2 will make of it.
 *
 * @param text The text.
 * @param submit What pass 1 knows.
 * @param launchNames The names that pass 2 will know for this job.
 * @returns The text that `substitute`, with the values of those names, turns into what the program is to see.
 */
export function readRequestText(text: string, submit: Variables, launchNames: ReadonlySet<string>): string {
  if (!text.includes("$")) return text;
  return writeParts(secondPass(firstPass(text, submit), launchNames), launchNames);
}

/** What pass 1 leaves, in pieces: a value that was inserted is not read again. */
function firstPass(text: string, submit: Variables): { text: string; readonly isValue: boolean }[] {
  const pieces: { text: string; readonly isValue: boolean }[] = [];
  const add = (piece: string, isValue: boolean) => {
    const last = pieces.at(-1);
    if (last === undefined || isValue || last.isValue) pieces.push({ text: piece, isValue });
    else last.text += piece;
  };
  let copied = 0;
  for (const { 0: all, 1: dollar, 2: bare, 3: braced, index } of text.matchAll(templateToken)) {
    const value = dollar ?? submit.get((bare ?? braced)!);
    if (value === undefined) continue;
    add(text.slice(copied, index), false);
    add(value, dollar === undefined);
    copied = index + all.length;
  }
  add(text.slice(copied), false);
  return pieces;
}

function secondPass(
  pieces: readonly { readonly text: string; readonly isValue: boolean }[],
  names: ReadonlySet<string>,
): Part[] {
  const parts: Part[] = [];
  for (const { text, isValue } of pieces) {
    if (isValue) {
      parts.push(text);
      continue;
    }
    let copied = 0;
    for (const { 0: all, 1: dollar, 2: bare, 3: braced, index } of text.matchAll(templateToken)) {
      const name = (bare ?? braced)!;
      if (dollar === undefined && !names.has(name)) continue;
      parts.push(text.slice(copied, index), dollar ?? { variable: name });
      copied = index + all.length;
    }
    parts.push(text.slice(copied));
  }
  return parts;
}

/** Writes parts so that `substitute` gives them back: of n dollars before `{name}` it halves the number twice. */
function writeParts(parts: readonly Part[], names: ReadonlySet<string>): string {
  const literalName = new RegExp(`(\\$+)(?=\\{(?:${[...names].join("|")})\\})`, "g");
  let written = "";
  let plain = "";
  for (const part of [...parts, { variable: "" }]) {
    if (typeof part === "string") {
      plain += part;
      continue;
    }
    const dollars = part.variable === "" ? "" : /\$*$/.exec(plain)![0];
    written += plain.slice(0, plain.length - dollars.length).replace(literalName, (run) => run.repeat(4));
    if (part.variable !== "") written += `${dollars.repeat(4)}\${${part.variable}}`;
    plain = "";
  }
  return written;
}
