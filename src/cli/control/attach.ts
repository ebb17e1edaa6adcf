/**
 * `qcgpj attach`: the progress of a live run, or its events, from another terminal.
 *
 * @module
 */

import type { RunProgress } from "../../report/progress.ts";
import { ProgressDisplay } from "../../report/progress_display.ts";
import type { OptionSpec } from "../../service/arguments.ts";
import { UsageError } from "../../service/usage.ts";
import type { Command, Terminal } from "../command.ts";
import { parseTarget, runOption } from "../look/target_run.ts";
import { RunClient, RunClientError } from "./run_client.ts";

const optionTable: readonly OptionSpec[] = [
  runOption,
  { name: "events", value: { kind: "flag" }, help: "prints its events as lines of JSON instead" },
  {
    name: "from",
    value: { kind: "integer", min: 1, max: Number.MAX_SAFE_INTEGER },
    placeholder: "N",
    default: "1, the beginning",
    help: "with --events: begins with the event of this number",
  },
];

/** `qcgpj attach`. */
export const attachCommand: Command = {
  name: "attach",
  summary: "shows the progress of a live run, or its events",
  usage: "[DIR] [OPTION …]",
  details: [
    "The progress is shown on standard error until the run ends; Ctrl-C leaves, and the run goes on. --events prints one " +
    "line of JSON for each event, the same as of qcgpj run - --events, up to the last event of the run.",
    "The run must live on this machine, and have a door: under deno run -A it has one.",
    "Exit code: 0 the run has ended, 2 wrong usage, there is no such run, or it does not live.",
  ],
  examples: [
    { line: "qcgpj attach work", does: "Shows the progress of the run in work." },
    { line: "qcgpj attach --events --from 1200 | jq .event", does: "Goes on with event 1200." },
  ],
  options: optionTable,
  run: runAttach,
};

/** How often a run is asked how far it is, in milliseconds. */
const lookMs = 250;

async function runAttach(args: readonly string[], terminal: Terminal): Promise<number> {
  const { options, folder } = parseTarget(optionTable, args, "directory");
  if (options.has("from") && !options.has("events")) {
    throw new UsageError("Option --from names the first event; add --events", { option: "--from" });
  }
  using client = await RunClient.connect(folder);
  if (options.has("events")) {
    await client.send({ request: "events", from: options.get("from") ?? "start" });
    for (let line = await client.nextLine(); line !== undefined; line = await client.nextLine()) {
      await terminal.send(`${line}\n`);
    }
    return 0;
  }
  await showProgress(client, terminal);
  return 0;
}

async function showProgress(client: RunClient, terminal: Terminal): Promise<void> {
  const line = new ProgressDisplay(terminal);
  try {
    while (true) {
      const { data } = await client.ask({ request: "progress" });
      line.show(data as RunProgress, performance.now());
      await new Promise((resolve) => setTimeout(resolve, lookMs));
    }
  } catch (error) {
    if (!(error instanceof RunClientError)) throw error;
  }
  line.clear();
  terminal.err("the run has ended\n");
}
