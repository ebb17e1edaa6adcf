/**
 * Every option of QCG-PilotJob's `qcg-pm-service`, and a few of our own, as data.
 *
 * @module
 */

import { askingSignals } from "../core/exit.ts";
import { logLevels } from "../report/log_lines.ts";
import { jobsReportName } from "../report/run_files.ts";
import { gpuSources } from "../resources/find_gpus.ts";
import { tailBytesDefault, tailBytesMax } from "../launch/plan.ts";
import { bindingModes } from "../launch/binding.ts";
import { orderOptionTable } from "./order_options.ts";
import { dashboardOptionTable, metricsOption } from "./dashboard_options.ts";
import { inSection, type OptionKind, type OptionSpec } from "./arguments.ts";

/** The request file that `--file` alone means. */
export const defaultRequestFile = "qcg_pm_reqs.json";

/** The environment schemas that can be asked for. */
export const environmentSchemas: readonly string[] = ["auto", "common", "slurm"];

const flag: OptionKind = { kind: "flag" };
const text: OptionKind = { kind: "text" };
const list: OptionKind = { kind: "list" };
const port: OptionKind = { kind: "integer", min: 1, max: 65_535 };
const count: OptionKind = { kind: "integer", min: 1, max: Number.MAX_SAFE_INTEGER };
const index: OptionKind = { kind: "integer", min: 0, max: Number.MAX_SAFE_INTEGER };
const oneOf = (choices: readonly string[]): OptionKind => ({ kind: "choice", choices });

const governor = { later: "the governor" };

type More = Pick<OptionSpec, "short" | "placeholder" | "default" | "later">;

function option(name: string, value: OptionKind, help: string, more: More = {}): OptionSpec {
  return { name, value, help, ...more };
}

/** How much of what a task wrote last is kept. */
export const tailBytesOption: OptionSpec = option(
  "tail-bytes",
  { kind: "size", min: 0, max: tailBytesMax },
  "how much of the end of each output is kept of a task that does not succeed; 0 for none",
  { placeholder: "SIZE", default: String(tailBytesDefault) },
);

/** All options, in the order of help. */
export const serviceOptionTable: readonly OptionSpec[] = [
  option("help", flag, "shows this help", { short: "h" }),
  ...inSection("Requests", [
    option("file", flag, `reads requests from ${defaultRequestFile} in the current directory`),
    option("file-path", text, "reads requests from this file; implies --file", { placeholder: "FILE" }),
  ]),
  ...inSection("Nodes and what they have", [
    option("nodes", text, "virtual nodes: [name:]cores[:gpu=GPUS], separated by commas, for example n1:4,n2:4:gpu=2", {
      placeholder: "SPEC",
      default: "the nodes that are there",
    }),
    option(
      "resources",
      oneOf(["auto", "local", "slurm", "file"]),
      "where nodes come from: auto, local, slurm or file",
      {
        placeholder: "SOURCE",
        default: "auto",
      },
    ),
    option("slurm-resources-file", text, "reads the nodes from a JSON file; they are virtual, in Slurm too", {
      placeholder: "FILE",
    }),
    option(
      "gpus",
      oneOf(gpuSources),
      "how GPUs are found that --nodes does not name: auto, devices (files too) or none",
      {
        placeholder: "HOW",
        default: "auto",
      },
    ),
    option("counted", list, "counted resources of which jobs ask for some, for example licences=3,disk=2", {
      placeholder: "LIST",
      default: "none",
    }),
    option("system-core", flag, "keeps one core for the service itself"),
    option("hyperthreads", flag, "counts each hardware thread of a node as a core"),
  ]),
  ...inSection("What starts first", [
    ...orderOptionTable,
  ]),
  ...inSection("Tasks", [
    option(
      "binding",
      oneOf(bindingModes),
      "which tasks are kept to their cores: auto (jobs that name some), cores, none",
      {
        placeholder: "WHICH",
        default: "auto",
      },
    ),
    option("envschema", list, `which variables tell tasks what they got: ${environmentSchemas.join(", ")}`, {
      placeholder: "LIST",
      default: "auto",
    }),
    tailBytesOption,
  ]),
  ...inSection("Records", [
    option("wd", text, "working directory; created when missing", {
      placeholder: "DIR",
      default: ". or, with --resume, where that run worked",
    }),
    option("id", text, "name of this instance", { placeholder: "ID", default: "host name and a random number" }),
    option("tags", list, "further tags beside the id, separated by commas", { placeholder: "LIST" }),
    option(
      "resume",
      text,
      "goes on with what the run in this directory, the newest one in it, or the run of this id left unfinished",
      {
        placeholder: "DIR",
      },
    ),
    option("accept-loss", flag, "with --resume: goes on although something of the run's records is lost"),
    option("log", oneOf(logLevels), `how much service.log tells: ${logLevels.join(", ")}`, {
      placeholder: "LEVEL",
      default: "info",
    }),
    option("report-format", oneOf(["json", "text", "none"]), "form of the job report: json, text or none", {
      placeholder: "FORMAT",
      default: "json",
    }),
    option("report-file", text, "file of the job report; a relative name lies in the auxiliary directory", {
      placeholder: "FILE",
      default: jobsReportName,
    }),
    option(
      "enable-rt-stats",
      flag,
      "writes the run times of tasks to rtimes_*.log in the working directory, for report tools",
    ),
    option("wrapper-rt-stats", text, "accepted; run times are measured without such a program", {
      placeholder: "FILE",
    }),
    option(
      "enable-proc-stats",
      flag,
      "writes what is seen of the processes of tasks to ptrace_*.log in the working directory, for report tools",
    ),
  ]),
  ...inSection("What is shown", [
    option("show-progress", flag, "prints a line when a job begins or ends"),
    ...dashboardOptionTable,
    metricsOption,
  ]),
  ...inSection("Network", [
    option("net", flag, "takes requests over the network, from this machine alone"),
    option(
      "net-address",
      text,
      "host name or address to listen on; who reaches it can run programs as you; implies --net",
      {
        placeholder: "ADDRESS",
        default: "127.0.0.1",
      },
    ),
    option("net-port", port, "port to listen on; implies --net", { placeholder: "PORT" }),
    option("net-port-min", port, "lowest port to choose from; implies --net", { placeholder: "PORT", default: "2222" }),
    option("net-port-max", port, "port above the highest to choose from; implies --net", {
      placeholder: "PORT",
      default: "9999",
    }),
    option("net-pub-port", port, "with --net: port of the events", { placeholder: "PORT" }),
    option("net-connections", count, "how many clients may be connected; implies --net", {
      placeholder: "N",
      default: "64",
    }),
    option("disable-pub", flag, "with --net: publishes no events, so that clients ask again and again"),
  ]),
  ...inSection("Slurm", [
    option("slurm-limit-nodes-range-begin", index, "uses the nodes of the allocation from this index on", {
      placeholder: "INDEX",
    }),
    option("slurm-limit-nodes-range-end", index, "uses the nodes of the allocation before this index", {
      placeholder: "INDEX",
    }),
    option("disable-nl", flag, "starts no node agents, but each task by srun, which is slow"),
    option("nl-init-timeout", { kind: "time" }, "how long to wait for node agents", {
      placeholder: "TIME",
      default: "10m",
    }),
    option("nl-ready-threshold", { kind: "number" }, "share of the node agents that must be there, from 0.1 to 1.0", {
      placeholder: "SHARE",
      default: "1.0",
    }),
    option("nl-start-method", oneOf(["slurm", "ssh"]), "how node agents start: slurm or ssh", {
      placeholder: "METHOD",
      default: "slurm",
    }),
    option("lead", { kind: "time", takesZero: true }, "stops all tasks so long before the end of an allocation", {
      placeholder: "TIME",
      default: "1m, at most a tenth of what is left",
    }),
    option("walltime-signal", oneOf(askingSignals), "asks tasks by this signal to end then", {
      placeholder: "SIGNAL",
      default: "SIGTERM",
    }),
  ]),
  ...inSection("Governor", [
    option("governor", flag, "manages other managers", governor),
    option("parent", text, "registers with the governor at this address", {
      placeholder: "ADDRESS",
      ...governor,
    }),
    option("slurm-partition-nodes", count, "splits the allocation among managers of N nodes; implies --governor", {
      placeholder: "N",
      ...governor,
    }),
  ]),
];
