/**
 * The options of `qcgpj each` that are about inputs, as data.
 *
 * @module
 */

import { inSection, type OptionKind, type OptionSpec } from "../../service/arguments.ts";
import { count, flag, option, size, text, texts } from "./option_kinds.ts";

const inputsMax: OptionKind = { kind: "integer", min: 0, max: 1_000_000 };

const reading: readonly OptionSpec[] = [
  option("arg-file", texts, "reads inputs from a file, one in each line; several are combined, each input with each", {
    short: "a",
    aliases: ["argfile"],
    placeholder: "FILE",
    default: "standard input",
  }),
  option("null", flag, "inputs end with a NUL character instead of a line end", { short: "0" }),
  option("delimiter", text, "inputs end with this character instead of a line end; \\n, \\t and \\0 work", {
    short: "d",
    placeholder: "TEXT",
  }),
  option("eof", text, "the input that ends its source; of nothing, none does", {
    takesEmpty: true,
    short: "E",
    placeholder: "TEXT",
  }),
  option("no-run-if-empty", flag, "leaves inputs of nothing but white space out", {
    short: "r",
    aliases: ["norunifempty"],
  }),
  option(
    "trim",
    { kind: "choice", choices: ["n", "l", "r", "lr", "rl"] },
    "takes white space off values: left, right",
    {
      placeholder: "WHERE",
      default: "n, or lr with --colsep",
    },
  ),
  option("colsep", text, "splits each input into values at this regular expression", {
    short: "C",
    aliases: ["col-sep"],
    placeholder: "REGEXP",
  }),
  option("csv", flag, "splits each input into values at commas, quotes read as in CSV"),
  option("header", text, "with : the first row names the values, as in {name}; with --pipe so many lines go to each", {
    placeholder: "WHICH",
  }),
  option("skip-first-line", flag, "leaves the first input of each source out", { aliases: ["skipfirstline"] }),
  option("link", flag, "ties all sources one by one; a shorter one begins again", { aliases: ["xapply"] }),
  option("shuf", flag, "takes the inputs in random order"),
  option("arg-sep", text, "what stands before values on the command line", {
    aliases: ["argsep"],
    placeholder: "TEXT",
    default: ":::",
  }),
  option("arg-file-sep", text, "what stands before files of inputs", {
    aliases: ["argfilesep"],
    placeholder: "TEXT",
    default: "::::",
  }),
];

const grouping: readonly OptionSpec[] = [
  option("max-args", inputsMax, "gives a task at most so many inputs; {} is all of them", {
    short: "n",
    aliases: ["maxargs"],
    placeholder: "N",
  }),
  option("max-replace-args", inputsMax, "the same, and a word with {} is repeated for each; 0 leaves inputs out", {
    short: "N",
    aliases: ["maxreplaceargs"],
    placeholder: "N",
  }),
  option("max-lines", count, "as -N, and a line that ends with a blank goes on in the next one", {
    short: "L",
    aliases: ["maxlines"],
    placeholder: "N",
  }),
  option("context-replace", flag, "as many inputs as a command line holds, spread over the tasks; words are repeated", {
    short: "X",
  }),
  option("multiple", flag, "as many inputs as a command line holds, spread over the tasks that run at once", {
    short: "m",
  }),
  option("xargs", flag, "as many inputs as a command line holds"),
  option("max-chars", count, "how long a command may be, in bytes; implies -m", {
    short: "s",
    aliases: ["maxchars"],
    placeholder: "N",
    default: "131071 with -X, -m and --xargs",
  }),
  option("exit", flag, "an input that is too long for --max-chars is an error; so it is without this", { short: "x" }),
];

const piping: readonly OptionSpec[] = [
  option("pipe", flag, "gives blocks of the standard input to tasks as theirs, instead of inputs", {
    aliases: ["spreadstdin"],
  }),
  option("block", size, "how large blocks are: whole records of at most that size", {
    aliases: ["block-size", "blocksize"],
    placeholder: "SIZE",
    default: "1M",
  }),
  option("recend", text, "what ends a record; \\n, \\t and \\0 work; of nothing, each byte is one", {
    takesEmpty: true,
    placeholder: "TEXT",
    default: "\\n",
  }),
  option("recstart", text, "what begins a record", { takesEmpty: true, placeholder: "TEXT" }),
  option("cat", flag, "with --pipe: {} is a file with the block, too"),
];

/** The options, in the order of help. */
export const inputOptionTable: readonly OptionSpec[] = [
  ...inSection("Inputs", reading),
  ...inSection("Several inputs for a task", grouping),
  ...inSection("Blocks of a stream, instead of inputs", piping),
];
