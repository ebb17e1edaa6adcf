/**
 * `qcgpj plan`: what would run when, by the real scheduler on a virtual clock.
 *
 * @module
 */

import { resolve } from "@std/path";
import type { JobDescription } from "../../job/description.ts";
import { chooseResources } from "../../api/choose_resources.ts";
import type { GpuSource } from "../../resources/find_gpus.ts";
import { type Forecast, forecast, type ForecastOptions, learntMs } from "../../report/forecast.ts";
import { forecastText, needsText, type NeverRuns, type PlannedOrder } from "../../report/forecast_text.ts";
import { type OptionSpec, parseArguments } from "../../service/arguments.ts";
import type { Examination } from "../../service/examine.ts";
import { serviceOptionTable } from "../../service/option_table.ts";
import { readCounted } from "../../service/options.ts";
import { readOrderOptions } from "../../service/order_options.ts";
import type { Node } from "../../resources/node.ts";
import { countOf } from "../../resources/request.ts";
import { describeLackOfTime } from "../../report/lacks_time.ts";
import type { AllocationEnd } from "../../runtime/allocation_end.ts";
import { formatNodeList } from "../../slurm/node_list.ts";
import type { Command, Terminal } from "../command.ts";
import { type Known, learnAsAsked, learnOption } from "../learn.ts";
import { onlyArgument } from "../only_argument.ts";
import { fromOption, readJobsFile } from "../request_file.ts";
import { examineFile, locate } from "../validate/validate.ts";

const options: readonly OptionSpec[] = [
  fromOption,
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
    value: { kind: "time" },
    placeholder: "TIME",
    default: "1s",
    help: "how long a task takes whose job has no time limit (wt), for example 1h30m",
  },
  { ...learnOption, help: `${learnOption.help}; also how long their tasks take in the plan` },
  {
    name: "wd",
    value: { kind: "text" },
    placeholder: "DIR",
    default: ".",
    help: "where the runs of the file work, of which the newest finished one is learnt from",
  },
  { name: "json", value: { kind: "flag" }, help: "writes the plan as JSON" },
];

/** `qcgpj plan`. */
export const planCommand: Command = {
  name: "plan",
  summary: "tells what of a request file would run when, and runs nothing",
  usage: "FILE|- [--nodes SPEC] [OPTION …]",
  details: [
    "FILE is a request file as for qcgpj run, - the standard input. The real scheduler is driven on a virtual clock, in " +
    "which each task succeeds and takes as long as in the run that is learnt from, or as a workflow tells, or else its " +
    "time limit (wt). It tells when jobs start and end, how many cores are in use at most, the critical path that no " +
    "number of cores makes shorter, what can never run, and in which order tasks are assumed to start.",
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
  const file = onlyArgument(given.rest, "The file is missing; write qcgpj plan FILE");
  const taskMs = (given.options.get("task-time") as number | undefined) ?? 1000;
  const { pool: { nodes }, cluster } = chooseResources({
    nodes: given.options.get("nodes") as string | undefined,
    gpus: given.options.get("gpus") as GpuSource | undefined,
  });
  const pool = {
    nodes,
    reserveCore: given.options.has("system-core"),
    ...readCounted(given.options.get("counted") as readonly string[] | undefined),
    groups: {},
    ...readOrderOptions(given.options),
  };
  const source = readJobsFile(file, given.options.get("from") as string | undefined);
  const examination = examineFile(source, pool);
  const wrong = examination.findings.filter(({ isInfeasible }) => !isInfeasible);
  if (wrong.length > 0) {
    for (const finding of wrong) terminal.err(`${locate(source, finding).message}\n`);
    return 2;
  }
  const known = learnAsAsked(given.options.get("learn"), {
    file,
    times: source.times,
    directory: resolve(Deno.cwd(), (given.options.get("wd") as string | undefined) ?? "."),
  });
  const batches = batchesOf(examination);
  const { learnt } = known;
  const assumed = { ...pool, taskMs, ...(learnt === undefined ? {} : { learnt }) };
  const plan = forecast(batches, assumed);
  const order = describeOrder(batches, assumed, plan, known);
  const conditional = findConditional(batches.flat());
  const never: NeverRuns[] = [
    ...examination.findings.map(({ jobName = "", problem }) => ({ name: jobName, reason: problem })),
    ...plan.jobs.filter(({ name, outcome }) => outcome !== "succeeded" && !conditional.has(name))
      .map(({ name }) => ({ name, reason: "waits for a job that can never run" })),
  ];
  const descriptions = new Map(examination.good.map(({ description }) => [description.name, description]));
  terminal.out(
    given.options.has("json")
      ? `${JSON.stringify({ ...plan, order, jobs: withNeeds(plan.jobs, descriptions), never }, undefined, 2)}\n`
      : forecastText(plan, descriptions, never, order),
  );
  if (cluster !== undefined) terminal.err(describeAllocation(nodes, cluster.end, batches.flat()));
  for (const warning of known.lesson?.warnings ?? []) terminal.err(`qcgpj plan: ${warning}\n`);
  if (examination.findings.length > 0) {
    terminal.err("A run would refuse the whole request of a job that needs more than there is\n");
  }
  return never.length === 0 ? 0 : 1;
}

/** Tells which nodes were planned for, and which jobs would wait for another allocation. */
function describeAllocation(nodes: readonly Node[], end: AllocationEnd, jobs: readonly JobDescription[]): string {
  const names = formatNodeList(nodes.map(({ name }) => name));
  const cores = nodes.reduce((sum, { coreIds }) => sum + coreIds.length, 0);
  const leftMs = end.stopMs === undefined ? Infinity : end.stopMs - Date.now();
  const long = jobs.filter(({ timeLimitMs = 0 }) => timeLimitMs > leftMs);
  const told = long.map(({ name, timeLimitMs }) =>
    describeLackOfTime(name, timeLimitMs!, { leftMs, leadMs: end.leadMs })
  );
  return [`Planned for ${countOf(cores, "core")} on ${names}`, ...told].map((line) => `${line}\n`).join("");
}

/** How many tasks are planned a second time at most, to tell what age alone would come to. */
const comparedMax = 100_000;

/** Says which order the plan assumes, by what, and what age alone would come to. */
function describeOrder(
  batches: readonly (readonly JobDescription[])[],
  options: ForecastOptions,
  { tasks, jobs }: Forecast,
  { lesson, times }: Known,
): PlannedOrder {
  const { order: by = "rank" } = options;
  const knownBy = (job: JobDescription): keyof PlannedOrder["jobsKnownBy"] => {
    const ofRun = learntMs(lesson?.learnt, job)?.of;
    if (ofRun === "job") return "job";
    const ofFile = learntMs(times, job)?.of;
    if (ofFile === "job") return "file";
    return ofRun ?? ofFile ?? (job.timeLimitMs === undefined ? "none" : "limit");
  };
  const count = { job: 0, file: 0, command: 0, limit: 0, none: 0 };
  for (const job of batches.flat()) count[knownBy(job)]++;
  const isCompared = by === "rank" && tasks <= comparedMax && jobs.length > 0;
  return {
    by,
    ...(lesson === undefined ? {} : { learntFrom: lesson.folder }),
    jobsKnownBy: count,
    ...(isCompared ? { byAgeEndsAtMs: forecast(batches, { ...options, order: "age" }).endsAtMs } : {}),
  };
}

/** The jobs that run only if something does not succeed, and those that wait for them: in a plan nothing fails. */
function findConditional(jobs: readonly JobDescription[]): ReadonlySet<string> {
  const found = new Set<string>();
  const isConditional = ({ dependencies }: JobDescription) =>
    dependencies.some((one) => one.awaits === "failure" || (one.kind !== "perIteration" && found.has(one.job)));
  for (let before = -1; before !== found.size;) {
    before = found.size;
    for (const job of jobs) if (isConditional(job)) found.add(job.name);
  }
  return found;
}

function withNeeds<J extends { readonly name: string }>(
  jobs: readonly J[],
  descriptions: ReadonlyMap<string, JobDescription>,
): (J & { readonly needs: string })[] {
  return jobs.map((job) => ({ ...job, needs: needsText(descriptions.get(job.name)!) }));
}

/** The good jobs of each request. */
function batchesOf({ good }: Examination): JobDescription[][] {
  return [...Map.groupBy(good, ({ request }) => request).values()].map((jobs) => jobs.map((job) => job.description));
}
