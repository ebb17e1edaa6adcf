/**
 * How good the order is: makespan over the lower bound, for workflows of wfcommons and synthetic ones, by the product's
 * core on a virtual clock: `deno run -A tests/bench/order/bench.ts [FOLDER]`.
 *
 * Without a folder it makes the workflows: in a virtual environment of Python of its own, seed 1.
 *
 * @module
 */

import { Core } from "../../../src/core/core.ts";
import { Intake } from "../../../src/core/intake.ts";
import { parseJob } from "../../../src/job/parse.ts";
import { parseNodeSpec } from "../../../src/resources/node_spec.ts";
import { readWorkflows, syntheticWorkflows, withMixedSizes, type Workflow } from "./instances.ts";
import { learnFrom, type Play, play } from "./play.ts";

/** What is known of run times. */
const knowledge: Readonly<Record<string, (workflow: Workflow) => Pick<Play, "order" | "learnt" | "learns">>> = {
  "age": () => ({ order: "age" }),
  "hops": () => ({ order: "rank", learns: false }),
  "no knowledge": () => ({ order: "rank" }),
  "programs learnt": (workflow) => ({
    order: "rank",
    learnt: learnFrom(workflow, { spread: 1.25, seed: 7, byJob: false }),
  }),
  "jobs learnt": (workflow) => ({ order: "rank", learnt: learnFrom(workflow, { spread: 1.25, seed: 7, byJob: true }) }),
  "within 2x": (workflow) => ({ order: "rank", learnt: learnFrom(workflow, { spread: 2, seed: 7, byJob: true }) }),
  "exact": (workflow) => ({ order: "rank", learnt: learnFrom(workflow, { spread: 1, seed: 7, byJob: true }) }),
};

const coreCounts = [4, 16, 48];

/** Makespans over the bound, by what is known. */
type Ratios = Record<string, number[]>;

/** Plays all cases. */
export function study(workflows: readonly Workflow[], isOpen: boolean): Ratios {
  const ratios: Ratios = Object.fromEntries(Object.keys(knowledge).map((name) => [name, []]));
  for (const workflow of workflows) {
    for (const sized of [workflow, withMixedSizes(workflow)]) {
      for (const cores of coreCounts) {
        for (const [name, knows] of Object.entries(knowledge)) {
          const { makespan, bound } = play(sized, { ...knows(sized), nodes: `${cores}`, isOpen });
          ratios[name]!.push(makespan / bound);
        }
      }
    }
  }
  return ratios;
}

function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

function table(title: string, ratios: Ratios): string {
  const lines = Object.entries(ratios).map(([name, values]) => {
    const overAge = values.map((value, i) => value / ratios["age"]![i]!);
    return [
      name,
      geometricMean(values).toFixed(3),
      Math.max(...values).toFixed(2),
      `${((Math.max(...overAge) - 1) * 100).toFixed(1)} %`,
      `${overAge.filter((ratio) => ratio < 0.9).length} of ${values.length}`,
    ];
  });
  const head = ["order by", "geometric mean", "worst", "worse than age at most", "better than age by more than 10 %"];
  const rows = [head, head.map(() => "---"), ...lines];
  return [`## ${title}`, "", ...rows.map((row) => `| ${row.join(" | ")} |`)].join("\n") + "\n";
}

async function makeInstances(folder: string): Promise<void> {
  const run = async (command: string, ...args: string[]) => {
    const { success, stderr } = await new Deno.Command(command, { args, stdout: "null", stderr: "piped" }).output();
    if (!success) throw new Error(`${command} failed: ${new TextDecoder().decode(stderr)}`);
  };
  const script = new URL("make_instances.py", import.meta.url).pathname;
  await run("python3", "-m", "venv", `${folder}/venv`);
  await run(`${folder}/venv/bin/pip`, "install", "-q", "wfcommons==1.6");
  await run(`${folder}/venv/bin/python`, script, `${folder}/workflows`, "1");
}

/** What it costs to submit many jobs with as many edges: by rank over by age, the best of a few tries. */
function submitRatio(): number {
  const nodes = parseNodeSpec("4");
  const submitMs = (order: "rank" | "age") => {
    const core = new Core({ nodes, graceMs: 0, order, piecesMax: Infinity });
    const intake = new Intake({ pool: core.pool });
    const startMs = performance.now();
    const jobs = Array.from({ length: 100_000 }, (_, i) => ({
      name: `j${i}`,
      execution: { exec: "true" },
      dependencies: { after: i === 0 ? [] : [`j${i >> 1}`] },
    }));
    core.step([{ kind: "jobsSubmitted", atMs: 0, jobs: intake.admit(jobs.map((job) => parseJob(job, {}))) }]);
    return performance.now() - startMs;
  };
  const best = { rank: Infinity, age: Infinity };
  for (let i = 0; i < 5; i++) {
    for (const order of ["rank", "age"] as const) best[order] = Math.min(best[order], submitMs(order));
  }
  return best.rank / best.age;
}

if (import.meta.main) {
  let folder = Deno.args[0];
  if (folder === undefined) {
    const made = await Deno.makeTempDir();
    await makeInstances(made);
    folder = `${made}/workflows`;
  }
  const workflows = readWorkflows(folder);
  console.log(table("Workflows of wfcommons, nothing more is submitted", study(workflows, false)));
  console.log(table("Workflows of wfcommons, more may come", study(workflows, true)));
  console.log(table("Synthetic workflows, nothing more is submitted", study(syntheticWorkflows(), false)));
  const ratio = submitRatio();
  console.log(`A submit of 100,000 jobs with 100,000 edges: by rank ${ratio.toFixed(2)} times what it takes by age`);
}
