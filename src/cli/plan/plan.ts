/**
 * `qcgpj plan`: what would run when, by the real scheduler on a virtual clock.
 *
 * @module
 */

import { parseWallTime } from "../../base/duration.ts";
import type { JobDescription } from "../../job/description.ts";
import { chooseNodes } from "../../api/choose_pool.ts";
import type { GpuSource } from "../../resources/find_gpus.ts";
import { forecast } from "../../report/forecast.ts";
import { forecastText, needsText, type NeverRuns } from "../../report/forecast_text.ts";
import { type OptionSpec, parseArguments } from "../../service/arguments.ts";
import type { Examination } from "../../service/examine.ts";
import { serviceOptionTable } from "../../service/option_table.ts";
import { readCounted } from "../../service/options.ts";
import { readOrderOptions } from "../../service/order_options.ts";
import { UsageError } from "../../service/usage.ts";
import type { Command, Terminal } from "../command.ts";
import { readRequestFile } from "../request_file.ts";
import { examineFile, locate, onlyFile } from "../validate/validate.ts";

const options: readonly OptionSpec[] = [
  {
    name: "nodes",
    value: { kind: "text" },
    placeholder: "SPEC",
    default: "this machine",
    help: 'the nodes to plan for, for example 4 or "n1:16,n2:16"',
  },
  ...serviceOptionTable.filter(({ name }) => ["gpus", "counted", "groups", "order"].includes(name)),
  { name: "system-core", value: { kind: "flag" }, help: "keeps the first core for the pilot itself" },
  {
    name: "task-time",
    value: { kind: "text" },
    placeholder: "TIME",
    default: "1s",
    help: "how long a task takes whose job has no time limit (wt), for example 1h30m",
  },
  { name: "json", value: { kind: "flag" }, help: "writes the plan as JSON" },
];

/** `qcgpj plan`. */
export const planCommand: Command = {
  name: "plan",
  summary: "tells what of a request file would run when, and runs nothing",
  usage: "FILE [--nodes SPEC] [OPTION …]",
  details: [
    "The real scheduler is driven on a virtual clock, in which each task takes its time limit (wt) and succeeds. It " +
    "tells when jobs start and end, how many cores are in use at most, the critical path that no number of cores makes " +
    "shorter, and what can never run.",
    "Exit code: 0 everything would run, 1 something can never run, 2 the file is wrong; then as validate says.",
  ],
  examples: [
    { line: "qcgpj plan jobs.json --nodes n1:16,n2:16", does: "Plans for two nodes." },
    { line: "qcgpj plan jobs.json --nodes 4 --json | jq .endsAtMs", does: "Tells a program how long it takes." },
  ],
  options,
  run: (args, terminal) => Promise.resolve(runPlan(args, terminal)),
};

function runPlan(args: readonly string[], terminal: Terminal): number {
  const given = parseArguments(options, args);
  const file = onlyFile(given.rest, "plan");
  const taskMs = parseTaskTime((given.options.get("task-time") as string | undefined) ?? "1s");
  const pool = {
    nodes: chooseNodes(
      given.options.get("nodes") as string | undefined,
      given.options.get("gpus") as GpuSource | undefined,
    ),
    reserveCore: given.options.has("system-core"),
    ...readCounted(given.options.get("counted") as readonly string[] | undefined),
    groups: {},
    ...readOrderOptions(given.options),
  };
  const source = readRequestFile(file);
  const examination = examineFile(source, pool);
  const wrong = examination.findings.filter(({ isInfeasible }) => !isInfeasible);
  if (wrong.length > 0) {
    for (const finding of wrong) terminal.err(`${locate(source, finding).message}\n`);
    return 2;
  }
  const plan = forecast(batchesOf(examination), { ...pool, taskMs });
  const never: NeverRuns[] = [
    ...examination.findings.map(({ jobName = "", problem }) => ({ name: jobName, reason: problem })),
    ...plan.jobs.filter(({ outcome }) => outcome !== "succeeded")
      .map(({ name }) => ({ name, reason: "waits for a job that can never run" })),
  ];
  const descriptions = new Map(examination.good.map(({ description }) => [description.name, description]));
  terminal.out(
    given.options.has("json")
      ? `${JSON.stringify({ ...plan, jobs: withWishes(plan.jobs, descriptions), never }, undefined, 2)}\n`
      : forecastText(plan, descriptions, never),
  );
  if (examination.findings.length > 0) {
    terminal.err("A run would refuse the whole request of a job that needs more than there is\n");
  }
  return never.length === 0 ? 0 : 1;
}

function withWishes<J extends { readonly name: string }>(
  jobs: readonly J[],
  descriptions: ReadonlyMap<string, JobDescription>,
): (J & { readonly needs: string })[] {
  return jobs.map((job) => ({ ...job, needs: needsText(descriptions.get(job.name)!) }));
}

/** The good jobs of each request. */
function batchesOf({ good }: Examination): JobDescription[][] {
  return [...Map.groupBy(good, ({ request }) => request).values()].map((jobs) => jobs.map((job) => job.description));
}

function parseTaskTime(text: string): number {
  const ms = parseWallTime(text);
  if (ms !== undefined) return ms;
  throw new UsageError(`Option --task-time must be a time such as 1h30m or 45s, not ${JSON.stringify(text)}`, {
    option: "--task-time",
  });
}
