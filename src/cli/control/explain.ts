/**
 * `qcgpj explain`: why a task waits.
 *
 * @module
 */

import { type ReadRun, readRun } from "../../deno/files/runs/run_reader.ts";
import { type ExplainedTask, formatExplained } from "../../report/look/explained_task.ts";
import { visible } from "../../report/look/last_words.ts";
import { nameOf } from "../../report/look/run_status.ts";
import { livenessText } from "../../report/look/status_text.ts";
import { waitOf } from "../../report/look/waits.ts";
import type { OptionSpec } from "../../service/arguments.ts";
import { UsageError } from "../../service/usage.ts";
import type { Command, Terminal } from "../command.ts";
import { findTasks, jsonOption, lookExitText, parseTarget, runOption } from "../look/target_run.ts";
import { RunClient, RunClientError } from "./run_client.ts";

const optionTable: readonly OptionSpec[] = [runOption, jsonOption];

/** `qcgpj explain`. */
export const explainCommand: Command = {
  name: "explain",
  summary: "tells why a task waits",
  usage: "[-C DIR] TASK … [OPTION …]",
  details: [
    "What it needs and what is free, who comes before it, what it depends on, which limit holds it, when it may start " +
    "(from how long such tasks took so far), and the smallest changes that would start it now. Of a job with iterations " +
    "the first that waits is explained.",
    "The scheduler of the live run is asked, as by qcgpj pause. Of a run that does not live, or has no door, only that is " +
    "told which its journal knows.",
    lookExitText,
  ],
  examples: [{ line: "qcgpj explain fit:3", does: "Why does it not start?" }],
  options: optionTable,
  run: runExplain,
};

async function runExplain(args: readonly string[], terminal: Terminal): Promise<number> {
  const { options, names, folder } = parseTarget(optionTable, args, "tasks");
  if (names.length === 0) throw new UsageError("The task is missing; write for example qcgpj explain fit:3");
  let client: RunClient;
  try {
    client = await RunClient.connect(folder);
  } catch (error) {
    if (!(error instanceof RunClientError)) throw error;
    return explainFromJournal(readRun(folder), names, error.message, terminal);
  }
  using asked = client;
  const { code, message, data } = await asked.ask({ request: "explain", jobNames: names });
  if (code !== 0) {
    terminal.err(`qcgpj explain: ${message ?? "refused"}\n`);
    return 1;
  }
  const { tasks } = data as { readonly tasks: readonly ExplainedTask[] };
  if (options.has("json")) terminal.out(`${JSON.stringify(tasks, null, 2)}\n`);
  else terminal.out(tasks.map((task) => formatExplained(task, Date.now())).join(""));
  return 0;
}

/** What the journal knows: what must succeed first, but not how the scheduler stands. */
function explainFromJournal(run: ReadRun, names: readonly string[], why: string, terminal: Terminal): number {
  for (const task of findTasks(run, names)) {
    const state = run.view.ledger.state(task.job.firstTask + task.offset);
    const wait = state === "QUEUED" ? waitOf(run.view, task) : undefined;
    const text = wait === undefined
      ? `is ${state}`
      : wait.kind === "dependencies"
      ? `waits for others: ${wait.on.join(", ")}`
      : wait.kind === "retry"
      ? "waits for its next attempt"
      : "waits for resources";
    terminal.out(`${visible(`${nameOf(task)}: ${text}`)}; the run: ${livenessText(run.facts)}\n`);
  }
  terminal.err(`qcgpj explain: ${why}\n`);
  return run.facts.liveness === "alive" ? 1 : 0;
}
