/**
 * The commands that act on a live run: `qcgpj submit`, `cancel`, `pause`, `continue` and `finish`.
 *
 * @module
 */

import { priorityMax } from "../../job/parse_order.ts";
import { countOf } from "../../resources/request.ts";
import { type OptionSpec, parseArguments, type ParsedArguments } from "../../service/arguments.ts";
import { problemsOf, type Reply } from "../../service/reply.ts";
import { UsageError } from "../../service/usage.ts";
import { findRun } from "../../deno/files/runs/run_reader.ts";
import type { Command, Terminal } from "../command.ts";
import { jsonOption, runOption } from "../look/target_run.ts";
import { readRequestFile } from "../request_file.ts";
import { RunClient } from "./run_client.ts";

/** What a command asks, and how it tells the reply. */
interface Control {
  readonly name: string;
  readonly summary: string;
  readonly usage: string;
  readonly details: readonly string[];
  readonly examples: Command["examples"];
  readonly options?: readonly OptionSpec[];
  /** Makes the requests of the words and options of a command line. */
  readonly requests: (given: ParsedArguments) => readonly object[];
  /** Tells an answer in a sentence, without its end. */
  readonly tell: (reply: Reply) => string;
}

const whereText =
  "The run is named by -C DIR, and must live on this machine: it is asked through a socket in its folder, " +
  "which only its user may enter. A run has one under deno run -A; an executor of the library with the option door.";
const exitText =
  "Exit code: 0 done, 1 refused, or not done for some of the names, 2 there is no such run, or it does not live.";

function controlCommand(control: Control): Command {
  const options = [runOption, ...control.options ?? [], jsonOption];
  const { name, summary, usage, details, examples } = control;
  return {
    name,
    summary,
    usage,
    details: [...details, whereText, exitText],
    examples,
    options,
    run: (args, terminal) => runControl(control, parseArguments(options, args), terminal),
  };
}

async function runControl(control: Control, given: ParsedArguments, terminal: Terminal): Promise<number> {
  const requests = control.requests(given);
  using client = await RunClient.connect(findRun((given.options.get("run") as string | undefined) ?? "."));
  let isDone = true;
  for (const request of requests) {
    const reply = await client.ask(request);
    const problems = problemsOf(reply);
    isDone &&= problems.length === 0;
    if (given.options.has("json")) {
      terminal.out(`${JSON.stringify(reply)}\n`);
      continue;
    }
    const hasDone = problems.length === 0 || (reply.code === 0 && !hasDoneNothing(reply));
    if (hasDone) terminal.out(`${control.tell(reply)}\n`);
    for (const problem of problems) terminal.err(`qcgpj ${control.name}: ${problem}\n`);
  }
  return isDone ? 0 : 1;
}

/** Whether a reply counts what it did, and counts nothing. */
function hasDoneNothing(reply: Reply): boolean {
  return Object.values(reply.data ?? {}).includes(0);
}

function noWords(words: readonly string[]): void {
  if (words.length > 0) {
    throw new UsageError(`Argument ${JSON.stringify(words[0])} is not expected; -C DIR names the run`);
  }
}

/** How many tasks a reply says were reached. */
function countIn(reply: Reply, key: string): number {
  const value = (reply.data as Readonly<Record<string, unknown>> | undefined)?.[key];
  return Array.isArray(value) ? value.length : typeof value === "number" ? value : 0;
}

/** The commands that act on a live run. */
export const controlCommands: readonly Command[] = [
  controlCommand({
    name: "submit",
    summary: "gives further jobs to a live run",
    usage: "FILE|- [-C DIR] [OPTION …]",
    details: [
      "FILE is a request file as for qcgpj run, - the standard input, with requests to submit only. Its jobs are taken " +
      "as long as the run has not ended; each request is taken whole or not at all.",
    ],
    examples: [{ line: "qcgpj submit more.json -C work", does: "Adds jobs to the run in work." }],
    requests: ({ rest: [file, ...more] }) => {
      if (file === undefined) throw new UsageError("The request file is missing; write qcgpj submit FILE");
      noWords(more);
      const requests = readRequestFile(file).requests.map(({ value }) => value as { readonly request?: unknown });
      const other = requests.find(({ request }) => request !== "submit");
      if (other === undefined) return requests;
      throw new UsageError(
        `The file ${file} has a request ${JSON.stringify(other.request)}; only submit may stand in it`,
      );
    },
    tell: (reply) => `submitted ${countOf(countIn(reply, "submitted"), "job")}`,
  }),
  controlCommand({
    name: "cancel",
    summary: "cancels jobs or iterations of a live run",
    usage: "TASK … [-C DIR] [OPTION …]",
    details: ["What waits is canceled at once; what runs is stopped (SIGTERM, and SIGKILL when the grace is over)."],
    examples: [
      { line: "qcgpj cancel sweep:17 fit", does: "One iteration, and a job with all that it has." },
    ],
    requests: ({ rest }) => {
      if (rest.length === 0) throw new UsageError("The task is missing; write for example qcgpj cancel sweep:17");
      return [{ request: "cancelJob", jobNames: rest }];
    },
    tell: (reply) => `canceling ${countOf(countIn(reply, "canceled"), "name")}`,
  }),
  controlCommand({
    name: "pause",
    summary: "starts nothing more in a live run",
    usage: "[-C DIR] [OPTION …]",
    details: [
      "What runs goes on to its end, and nothing more is started until qcgpj continue. With --stop the processes of the " +
      "tasks that run are stopped, too (SIGSTOP to the group that each task leads); their time limits go on. In an " +
      "allocation of Slurm all of them stand still on all nodes, and their time limits as well.",
    ],
    examples: [{ line: "qcgpj pause --stop", does: "Gives the machine to somebody else for a while." }],
    options: [{ name: "stop", value: { kind: "flag" }, help: "stops what runs, too" }],
    requests: ({ options, rest }) => {
      noWords(rest);
      return [{ request: "pause", params: { stop: options.has("stop") } }];
    },
    tell: (reply) => {
      const running = countOf(countIn(reply, "running"), "task");
      const stopped = (reply.data as { readonly stopped?: number } | undefined)?.stopped;
      return stopped === undefined
        ? `paused; ${running} still ${countIn(reply, "running") === 1 ? "runs" : "run"}`
        : `paused; ${stopped} of ${running} stopped`;
    },
  }),
  controlCommand({
    name: "continue",
    summary: "starts tasks again after a pause",
    usage: "[-C DIR] [OPTION …]",
    details: ["Processes that the pause has stopped go on (SIGCONT)."],
    examples: [{ line: "qcgpj continue", does: "Ends a pause." }],
    requests: ({ rest }) => {
      noWords(rest);
      return [{ request: "continue" }];
    },
    tell: () => "tasks are started again",
  }),
  controlCommand({
    name: "set",
    summary: "gives jobs of a live run another priority",
    usage: "JOB … --priority N [-C DIR] [OPTION …]",
    details: [
      "Ready tasks of a greater priority start first; what runs goes on. Iterations have the priority of their job.",
    ],
    examples: [{ line: "qcgpj set fit --priority 10", does: "What waits of fit starts before what has less." }],
    options: [{
      name: "priority",
      value: { kind: "integer", min: -priorityMax, max: priorityMax },
      placeholder: "N",
      help: "the priority, 0 where a job states none",
    }],
    requests: ({ options, rest }) => {
      const priority = options.get("priority");
      if (rest.length === 0 || priority === undefined) throw new UsageError("Write qcgpj set JOB --priority N");
      return [{ request: "setPriority", jobNames: rest, priority }];
    },
    tell: (reply) => `set ${countOf(countIn(reply, "set"), "job")}`,
  }),
  controlCommand({
    name: "finish",
    summary: "ends a live run after the jobs that it has",
    usage: "[-C DIR] [OPTION …]",
    details: ["The run takes no more jobs. With --now what it has is canceled."],
    examples: [{ line: "qcgpj finish --now", does: "Cancels everything and ends the run." }],
    options: [{ name: "now", value: { kind: "flag" }, help: "cancels what waits and runs" }],
    requests: ({ options, rest }) => {
      noWords(rest);
      return [{ request: "finish", params: { now: options.has("now") } }];
    },
    tell: () => "the run ends",
  }),
];
