/**
 * The options of `qcgpj each` as data. Their spelling is that of GNU parallel, or of xargs where parallel has none.
 *
 * @module
 */

import type { OptionKind, OptionSpec } from "../../service/arguments.ts";

const flag: OptionKind = { kind: "flag" };
const text: OptionKind = { kind: "text" };
const texts: OptionKind = { kind: "texts" };
const count: OptionKind = { kind: "integer", min: 1, max: 1_000_000 };

type More = Omit<OptionSpec, "name" | "value" | "help">;

function option(name: string, value: OptionKind, help: string, more: More = {}): OptionSpec {
  return { name, value, help, ...more };
}

/** A further spelling of a placeholder. */
function spelling(name: string, placeholder: string, aliases: readonly string[]): OptionSpec {
  return option(name, text, `what stands for ${placeholder} in the command`, { aliases, placeholder: "TEXT" });
}

const howMany: readonly OptionSpec[] = [
  option(
    "jobs",
    text,
    "how many tasks run at once: a number, N% of the cores, +N or -N to add to their number or take off it",
    { short: "j", placeholder: "N", default: "one for each core, or as many as --cores allows" },
  ),
  option("max-procs", text, "the same as --jobs", { short: "P", aliases: ["maxprocs"], placeholder: "N" }),
  option("cores", count, "cores for each task", { placeholder: "N", default: "1" }),
  option("binding", { kind: "choice", choices: ["cores", "none"] }, "cores keeps each task to its cores", {
    placeholder: "WHICH",
    default: "none",
  }),
  option("nodes", text, 'nodes and their cores, for example 4 or "n1:2,n2:3"; instead of --jobs', {
    placeholder: "SPEC",
    default: "this machine",
  }),
];

const inputs: readonly OptionSpec[] = [
  option("arg-file", texts, "reads inputs from a file, one in each line; several are combined, each input with each", {
    short: "a",
    aliases: ["argfile"],
    placeholder: "FILE",
    default: "standard input",
  }),
  option("null", flag, "inputs end with a NUL character instead of a line end", { short: "0" }),
];

const command: readonly OptionSpec[] = [
  option("shell", flag, "lets a shell read the command: pipes, redirections, variables; values are quoted for it"),
  option("quote", flag, "lets no shell read the command; so it is without --shell", { short: "q" }),
  option("replace", text, "what stands for the value in the command", {
    short: "I",
    placeholder: "TEXT",
    default: "{}",
  }),
  spelling("extensionreplace", "{.}", ["er"]),
  spelling("basenamereplace", "{/}", ["bnr"]),
  spelling("dirnamereplace", "{//}", ["dnr"]),
  spelling("basenameextensionreplace", "{/.}", ["bner"]),
  spelling("seqreplace", "{#}", []),
  spelling("slotreplace", "{%}", []),
  option("plus", flag, "allows {..}, {+/}, {##} and their kind; they are always allowed here"),
];

const running: readonly OptionSpec[] = [
  option(
    "halt",
    text,
    "when to give up: never, soon,fail=N (start no more), now,fail=N (stop what runs, too); also success=N, done=N",
    { aliases: ["halt-on-error", "haltonerror"], placeholder: "WHEN", default: "never" },
  ),
  option("retries", count, "how often a task that fails is run in all", { placeholder: "N", default: "1" }),
  option("timeout", text, "ends a task that runs longer: seconds, or 1m30s; fractions are allowed", {
    placeholder: "TIME",
  }),
  option("wd", text, "working directory of the tasks; created when missing", {
    aliases: ["workdir", "work-dir"],
    placeholder: "DIR",
    default: ".",
  }),
];

const output: readonly OptionSpec[] = [
  option("keep-order", flag, "prints the outputs in the order of the inputs", { short: "k", aliases: ["keeporder"] }),
  option("tag", flag, "begins each line of output with the input and a tab"),
  option("joblog", text, "writes a line for each task that has ended", { aliases: ["jl"], placeholder: "FILE" }),
  option("progress", flag, "shows on standard error how far the sweep is", { aliases: ["bar", "eta"] }),
  option("dry-run", flag, "prints the commands and runs nothing", { aliases: ["dryrun", "dr"] }),
];

const records: readonly OptionSpec[] = [
  option("run", text, "keeps records of the run in a directory, so that it can be resumed", { placeholder: "DIR" }),
  option("resume", flag, "with --run: goes on with that run; tasks on record as ended are not run again"),
  option("resume-failed", flag, "as --resume, but runs those again that failed", { aliases: ["resumefailed"] }),
  option("accept-loss", flag, "with --resume: goes on although something of the run's records is lost"),
];

/** The options, in the order of help. */
export const eachOptionTable: readonly OptionSpec[] = [
  ...howMany,
  ...inputs,
  ...command,
  ...running,
  ...output,
  ...records,
];
