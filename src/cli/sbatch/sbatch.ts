/**
 * `qcgpj sbatch`: submits a batch job that runs `qcgpj run` or `qcgpj each` on all of its nodes.
 *
 * @module
 */

import { join } from "@std/path";
import { runFolderPrefix } from "../../report/run_files.ts";
import { type OptionSpec, parseArguments } from "../../service/arguments.ts";
import { UsageError } from "../../service/usage.ts";
import { formatBatchScript } from "../../slurm/batch_script.ts";
import type { Command, Terminal } from "../command.ts";
import { formatCommandHelp, helpOption } from "../help.ts";
import { RunError } from "../session.ts";
import { checkEach, checkRun } from "./check_command.ts";
import { programWords } from "./program_words.ts";

/** The commands that a batch job may run. */
const batchCommands: readonly string[] = ["run", "each"];

const options: readonly OptionSpec[] = [
  {
    name: "nodes",
    short: "N",
    value: { kind: "integer", min: 1, max: 100_000 },
    placeholder: "NODES",
    help: "how many nodes",
  },
  { name: "time", short: "t", value: { kind: "text" }, placeholder: "TIME", help: "time limit, as for sbatch" },
  { name: "partition", short: "p", value: { kind: "text" }, placeholder: "NAME", help: "partition" },
  {
    name: "sbatch",
    value: { kind: "texts" },
    placeholder: "OPTION",
    help: "a further option of sbatch; may be repeated",
  },
  {
    name: "chain",
    value: { kind: "integer", min: 1, max: 1000 },
    placeholder: "N",
    help: "submits N further batch jobs, each of which goes on where the one before had to stop; needs run",
  },
  { name: "dry-run", value: { kind: "flag" }, help: "prints the script and submits nothing" },
];

/** `qcgpj sbatch`. */
export const sbatchCommand: Command = {
  name: "sbatch",
  summary: "submits a batch job to Slurm that runs jobs on all of its nodes",
  usage: "[OPTION …] run FILE … | each …",
  details: [
    "What follows the word run or each are arguments of that command. Unless an option of sbatch says how much of each " +
    "node is wanted, whole nodes are (--exclusive). The batch job goes on when a node fails (--no-kill), and when Slurm " +
    "starts it anew it goes on with the run that it had begun.",
    "The arguments are checked first, and FILE is examined as by qcgpj validate, unless it is not there yet and the batch " +
    "job waits for others (--sbatch=--dependency=…).",
    "The id of the batch job is printed; with --chain one line for each.",
    "Exit code: 0 submitted; 1 Slurm refused; 2 wrong usage. The batch job exits as run does, with 75 when the time was " +
    "up before all jobs had ended.",
  ],
  examples: [
    { line: "qcgpj sbatch -N 4 -t 2:00:00 run jobs.json", does: "Runs a request file on four nodes." },
    { line: "qcgpj sbatch -N 4 -t 1:00:00 --chain 5 run jobs.json", does: "Goes on in up to five further batch jobs." },
    { line: "qcgpj sbatch --dry-run -N 2 --sbatch=--account=me run jobs.json", does: "Shows the script." },
  ],
  options,
  looksForHelp: true,
  run: submit,
};

async function submit(args: readonly string[], terminal: Terminal): Promise<number> {
  const { options: given, rest } = parseArguments([...options, helpOption], args, { stopsAtWord: true });
  if (given.has(helpOption.name)) {
    terminal.out(formatCommandHelp(sbatchCommand, terminal.columns()));
    return 0;
  }
  const [word, ...more] = rest;
  if (word === undefined || !batchCommands.includes(word)) {
    const found = word === undefined ? "there is none" : `not ${JSON.stringify(word)}`;
    throw new UsageError(`The command of the batch job must be run or each, ${found}`);
  }
  const chain = (given.get("chain") as number | undefined) ?? 0;
  if (chain > 0 && word !== "run") throw new UsageError("Option --chain needs run", { option: "--chain" });
  const further = given.get("sbatch") as readonly string[] | undefined ?? [];
  const waits = further.some((option) => /^(-d|--dependency\b)/.test(option));
  if (word === "each") checkEach(more);
  const common = word === "run" ? checkRun(more, waits).common : undefined;
  const id = common?.id ?? `chain-${crypto.randomUUID().slice(0, 8)}`;
  const names = chain > 0 && common?.id === undefined ? ["--id", id] : [];
  const scriptOf = (extra: readonly string[], dependency: readonly string[]) =>
    formatBatchScript({
      nodes: given.get("nodes") as number | undefined,
      time: given.get("time") as string | undefined,
      partition: given.get("partition") as string | undefined,
      options: [...further, ...dependency],
      command: [...programWords(), word, ...more, ...extra],
    });
  const first = scriptOf(names, []);
  if (given.has("dry-run")) {
    terminal.out(first);
    return 0;
  }
  try {
    let jobId = await submitScript(first);
    terminal.out(`${jobId}\n`);
    for (let link = 0; link < chain; link++) {
      const dependency = [`--dependency=afterany:${jobId}`, "--kill-on-invalid-dep=yes"];
      jobId = await submitScript(scriptOf(["--resume", join(common?.wd ?? "", `${runFolderPrefix}${id}`)], dependency));
      terminal.out(`${jobId}\n`);
    }
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    terminal.err(`qcgpj sbatch: ${error.message}\n`);
    return 1;
  }
  return 0;
}

/** Submits a script; returns the id of the batch job. */
async function submitScript(script: string): Promise<string> {
  let child: Deno.ChildProcess;
  try {
    child = new Deno.Command("sbatch", { args: ["--parsable"], stdin: "piped", stdout: "piped", stderr: "piped" })
      .spawn();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new RunError("There is no sbatch on the PATH: this is no machine of a Slurm cluster", { cause: error });
  }
  const written = new Blob([script]).stream().pipeTo(child.stdin).catch(() => {}); // It may refuse the job without reading.
  const [{ success, stdout, stderr }] = await Promise.all([child.output(), written]);
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
  if (!success) throw new RunError(`Slurm refused the batch job: ${decode(stderr)}`);
  return decode(stdout).split(";")[0]!; // A federation adds the name of the cluster.
}
