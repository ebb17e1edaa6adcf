/**
 * `qcgpj dashboard`: serves the page of a run that another terminal started, be it live or not.
 *
 * @module
 */

import { serveDashboard } from "../../doors/dashboard/serve.ts";
import type { OptionSpec } from "../../service/arguments.ts";
import { readPlace } from "../../service/dashboard_options.ts";
import type { Command, Terminal } from "../command.ts";
import { onInterrupt } from "../interrupts.ts";
import { namingText, parseTarget, runOption } from "../look/target_run.ts";
import { FollowedRun } from "./followed_source.ts";
import { tellAddress } from "./open_dashboard.ts";

const optionTable: readonly OptionSpec[] = [
  runOption,
  {
    name: "listen",
    short: "l",
    value: { kind: "text" },
    placeholder: "ADDRESS:PORT",
    default: "127.0.0.1 and a free port",
    help: "where the page is served",
  },
  {
    name: "dashboard-control",
    aliases: ["control"],
    value: { kind: "flag" },
    help: "lets the page cancel tasks and pause the run, where the run can be asked as by qcgpj pause",
  },
];

/** `qcgpj dashboard`. */
export const dashboardCommand: Command = {
  name: "dashboard",
  summary: "serves a web page about a run",
  usage: "[DIR] [OPTION …]",
  details: [
    "Prints the address of the page and serves it until Ctrl-C: how far the run is, what runs where, what failed and why, " +
    "each task with what it writes. Whoever has the address, with the secret behind #, can see it. It shows only, " +
    "unless --dashboard-control is given. The run is read from its records and does not notice.",
    "A run shows the same page itself with qcgpj run --dashboard.",
    namingText,
    "Exit code: 0 it was served until Ctrl-C, 2 wrong usage, there is no such run, or the address cannot be used.",
  ],
  examples: [
    { line: "qcgpj dashboard work", does: "Shows the newest run in work." },
    { line: "qcgpj dashboard --listen :8080", does: "Serves the page at this port." },
  ],
  options: optionTable,
  run: runDashboard,
};

async function runDashboard(args: readonly string[], terminal: Terminal): Promise<number> {
  const { options, folder } = parseTarget(optionTable, args, "directory");
  const place = readPlace(options.get("listen") as string | undefined, "--listen");
  const { promise: interrupted, resolve } = Promise.withResolvers<void>();
  using _signals = onInterrupt(() => resolve());
  using source = new FollowedRun(folder);
  await using served = serveDashboard(source, { ...place, mayControl: options.has("dashboard-control") }, {
    staysAlive: true,
  });
  tellAddress(served.address, place.hostname, (text) => terminal.err(`qcgpj dashboard: ${text}\n`));
  await interrupted;
  return 0;
}
