/**
 * Command lines by a grammar: a line that is split into words, and arguments that are read by a table of options.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { SplitProblem, splitWords } from "../../../src/job/split_words.ts";
import { type OptionSpec, parseArguments } from "../../../src/service/arguments.ts";
import { UsageError } from "../../../src/service/usage.ts";
import type { Random } from "../../sim/random.ts";
import { type Verdict, word } from "./grammar.ts";

const letters = [..."abcÄ漢=-./+,:@%^!]}[{ \t'\"\\$`|&;<>()*?~#"];
/** Letters that mean themselves anywhere behind the first letter of a word. */
const plain = /^[a-zÄ漢=\-./+,:@%^!\]}[{~#]$/u;

/** Writes a word in one of the ways that a shell reads. */
function quoteWord(random: Random, text: string): string {
  if (text === "") return random.pick(["''", '""']);
  let written = "";
  for (const letter of text) {
    const isFirst = written === "";
    const ways = [`'${letter}'`, `"${'"\\$`'.includes(letter) ? "\\" : ""}${letter}"`, `\\${letter}`];
    if (letter === "'") ways.shift();
    if (plain.test(letter) && !(isFirst && "~#".includes(letter))) ways.push(letter, letter, letter);
    written += random.pick(ways);
  }
  return written;
}

/** Makes a command line, right or with one mistake, and compares the words that it is split into. */
export function checkSplit(random: Random): Verdict {
  const first = `x${word(random, "abc/.")}`;
  const words = [
    first,
    ...Array.from({ length: random.between(0, 4) }, () => {
      return Array.from({ length: random.between(0, 6) }, () => random.pick(letters)).join("");
    }),
  ];
  const blanks = () => random.pick([" ", "\t", "  "]);
  const line = words.map((text) => quoteWord(random, text) + blanks()).join("");
  const mistake = random.chance(0.6)
    ? ""
    : random.pick(["|", "&&", ";", "> f", "'open", '"open', "\\", "*", "`", "$x", "$(a"]);
  const written = line + mistake;
  let read: string[];
  try {
    read = splitWords(written);
  } catch (error) {
    if (!(error instanceof SplitProblem)) {
      throw new Error(`${JSON.stringify(written)} throws ${error}`, { cause: error });
    }
    if (mistake === "") throw new Error(`${JSON.stringify(written)} is refused: ${error.message}`);
    return "wrong";
  }
  if (mistake !== "") throw new Error(`${JSON.stringify(written)} is taken`);
  assertEquals(read, words, JSON.stringify(written));
  return "right";
}

const table: readonly OptionSpec[] = [
  { name: "verbose", short: "v", value: { kind: "flag" }, help: "" },
  { name: "quiet", short: "q", value: { kind: "flag" }, help: "" },
  { name: "path", short: "p", value: { kind: "text" }, help: "" },
  { name: "count", short: "c", value: { kind: "integer", min: -5, max: 99 }, help: "" },
  { name: "mode", value: { kind: "choice", choices: ["fast", "slow"] }, help: "" },
  { name: "names", value: { kind: "list" }, help: "" },
  { name: "define", short: "D", value: { kind: "texts" }, help: "" },
];

/** A value for an option, and what it means. */
function valueFor(random: Random, { name }: OptionSpec): readonly [text: string, means: unknown] {
  switch (name) {
    case "count": {
      const count = random.between(-5, 99);
      return [`${count}`, count];
    }
    case "mode":
      return random.pick([["fast", "fast"], ["SLOW", "slow"], [" fast ", "fast"]]);
    case "names":
      return random.pick<[string, unknown]>([["a", ["a"]], ["a, b", ["a", "b"]], [",c,", ["c"]]]);
    default: {
      const text = `t${word(random, "ab=-/ ,")}`;
      return [text, text];
    }
  }
}

/** Makes arguments, right or with one mistake, and compares what is read. */
export function checkArguments(random: Random): Verdict {
  const args: string[] = [];
  const options = new Map<string, unknown>();
  const rest: string[] = [];
  for (let i = random.between(0, 5); i > 0; i--) {
    if (random.chance(0.3)) {
      const text = random.pick(["file", "-", "a=b", ""]);
      args.push(text);
      rest.push(text);
      continue;
    }
    const spec = random.pick(table);
    // The first two letters of each name are its own.
    const long = `--${random.chance(0.3) ? spec.name.slice(0, random.between(2, spec.name.length)) : spec.name}`;
    if (spec.value.kind === "flag") {
      args.push(random.chance(0.5) ? long : `-${spec.short}`);
      options.set(spec.name, true);
      continue;
    }
    const [text, means] = valueFor(random, spec);
    const short = spec.short === undefined ? [] : [[`-${spec.short}`, text], [`-${spec.short}${text}`]];
    args.push(...random.pick([[long, text], [`${long}=${text}`], ...short]));
    options.set(spec.name, spec.name === "define" ? [...(options.get("define") as string[] ?? []), means] : means);
  }
  if (random.chance(0.2)) {
    args.push("--", "--verbose");
    rest.push("--verbose");
  } else if (random.chance(0.4)) return refuseArguments([...args, ...random.pick(mistakes)]);
  const read = parseArguments(table, args);
  assertEquals<unknown>([read.options, read.rest], [options, rest], JSON.stringify(args));
  return "right";
}

const mistakes: readonly (readonly string[])[] = [
  ...[["--verbos3"], ["-x"], ["--path"], ["--count", "100"], ["--count=x"], ["--mode", "quick"], ["--quiet=yes"]],
  ...[["-p"], ["--path", "-v"], ["--count", "1.5"], ["--" + "=x"], ["--count="]],
];

function refuseArguments(args: readonly string[]): Verdict {
  let taken: unknown;
  try {
    taken = parseArguments(table, args);
  } catch (error) {
    if (error instanceof UsageError) return "wrong";
    throw new Error(`${JSON.stringify(args)} throws ${error}`, { cause: error });
  }
  throw new Error(`${JSON.stringify(args)} is taken: ${Deno.inspect(taken)}`);
}
