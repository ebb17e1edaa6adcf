/**
 * The options of `qcgpj each` as data. Their spelling is that of GNU parallel, or of xargs where parallel has none.
 *
 * @module
 */

import { inSection, type OptionSpec } from "../../service/arguments.ts";
import { dashboardOptionTable, metricsOption } from "../../service/dashboard_options.ts";
import { tailBytesOption } from "../../service/option_table.ts";
import { inputOptionTable } from "./input_option_table.ts";
import { count, flag, option, size, text, texts, time } from "./option_kinds.ts";

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
    "when to give up: never, soon,fail=N (start no more), now,fail=N (stop what runs, too); also success=N, done=N, or N% of all",
    { aliases: ["halt-on-error", "haltonerror"], placeholder: "WHEN", default: "never" },
  ),
  option("retries", count, "how often a task that fails is run in all", { placeholder: "N", default: "1" }),
  option("timeout", time, "ends a task that runs longer: seconds, or 1m30s; fractions are allowed", {
    placeholder: "TIME",
  }),
  option("delay", time, "waits so long before the next task: seconds, or 1m30s", { placeholder: "TIME" }),
  option("load", text, "starts a task only while fewer processes than that run: a number, N%, +N or -N", {
    placeholder: "N",
  }),
  option("memfree", size, "starts a task only while so much memory is free, for example 2G", { placeholder: "SIZE" }),
  option("nice", { kind: "integer", min: -20, max: 19 }, "runs the command at this niceness", { placeholder: "N" }),
  option("env", texts, "names a variable that the tasks get; they get all of them here", { placeholder: "NAME" }),
  option("process-slot-var", text, "a variable that gets the slot of the task, from 0", {
    aliases: ["processslotvar"],
    placeholder: "NAME",
  }),
  option("wd", text, "working directory of the tasks; created when missing", {
    aliases: ["workdir", "work-dir"],
    placeholder: "DIR",
    default: ".",
  }),
];

const output: readonly OptionSpec[] = [
  option("group", flag, "prints the output of a task in one piece; so it is without this", { aliases: ["silent"] }),
  option("line-buffer", flag, "prints whole lines while tasks run, those of several tasks between one another", {
    aliases: ["lb", "line-buffered", "linebuffer", "linebuffered"],
  }),
  option("ungroup", flag, "prints output while tasks run, as it comes, in the middle of lines, too", { short: "u" }),
  option("keep-order", flag, "prints the outputs in the order of the inputs", { short: "k", aliases: ["keeporder"] }),
  option("no-keep-order", flag, "prints the outputs as tasks end; so it is without --keep-order", {
    aliases: ["nokeeporder", "nok", "no-k"],
  }),
  option("tag", flag, "begins each line of output with the input and a tab"),
  option("tagstring", text, "begins each line of output with a text, placeholders filled in, and a tab", {
    takesEmpty: true,
    aliases: ["tag-string"],
    placeholder: "TEXT",
  }),
  option("results", text, "keeps the outputs: files in DIR, or a table FILE.csv, FILE.tsv or FILE.json, or by a name", {
    aliases: ["result", "res"],
    placeholder: "WHERE",
  }),
  tailBytesOption,
  option("joblog", text, "writes a line for each task that has ended", { aliases: ["jl"], placeholder: "FILE" }),
  option("progress", flag, "shows on standard error how far the sweep is", { aliases: ["bar", "eta"] }),
  option("verbose", flag, "prints each command on standard error when its task starts", { short: "t" }),
  option("print-command", flag, "prints each command before the output of its task", { short: "v" }),
  option("dry-run", flag, "prints the commands and runs nothing", { aliases: ["dryrun", "dr"] }),
  option("tmpdir", text, "where the outputs are kept until they are printed", {
    aliases: ["tempdir"],
    placeholder: "DIR",
    default: "the folder for temporary files; in an allocation of Slurm the current one",
  }),
  option("gnu", flag, "is taken and means nothing", {
    aliases: ["plain", "will-cite", "willcite", "nn", "nonotice", "no-notice"],
  }),
];

const records: readonly OptionSpec[] = [
  option("run", text, "keeps records of the run in a directory, so that it can be resumed", { placeholder: "DIR" }),
  option("resume", flag, "with --run: goes on with that run; tasks on record as ended are not run again"),
  option("resume-failed", flag, "as --resume, but runs those again that failed", { aliases: ["resumefailed"] }),
  option("accept-loss", flag, "with --resume: goes on although something of the run's records is lost"),
];

/** The options, in the order of help. */
export const eachOptionTable: readonly OptionSpec[] = [
  ...inSection("How many at once", howMany),
  ...inputOptionTable,
  ...inSection("The command", command),
  ...inSection("Running it", running),
  ...inSection("Output", output),
  ...inSection("Records", records),
  ...inSection("What is shown", [...dashboardOptionTable, metricsOption]),
];
